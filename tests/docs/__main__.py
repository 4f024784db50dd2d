"""Writes the pages of docs that are made from the code, and the tutorial's pictures: `uv run python -m tests.docs`."""

from tests.docs.made_pages import MADE_PAGES
from tests.docs.pictures import draw_tutorial

for path, page in MADE_PAGES.items():
    path.write_text(page(), encoding="utf-8")
for path, picture in draw_tutorial().items():
    path.write_text(picture, encoding="utf-8")
