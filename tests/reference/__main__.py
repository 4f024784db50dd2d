"""Writes man/diptych.1: `uv run python -m tests.reference`."""

from tests.reference.man_page import PAGE, man_page

PAGE.write_text(man_page(), encoding="utf-8")
