"""Writes what is made from the code, docs/reference and man/diptych.1: `uv run python -m tests.reference`."""

from tests.reference.made_pages import MADE_PAGES
from tests.reference.man_page import PAGE, man_page

PAGE.write_text(man_page(), encoding="utf-8")
for path, page in MADE_PAGES.items():
    path.write_text(page(), encoding="utf-8")
