"""Writes docs/pictures: `uv run python -m tests.pictures`, or some of them by their names."""

import sys

from tests.pictures.made import ANIMATION, CAST, FOLDER, STILLS
from tests.pictures.screen_svg import animated_svg, still_svg
from tests.pictures.session import session

names = sys.argv[1:] or [*STILLS, "session"]
for name in names:
    if name == "session":
        cast = session()
        CAST.write_text(cast.text, encoding="utf-8")
        ANIMATION.write_text(animated_svg(cast), encoding="utf-8")
    else:
        shown, title = STILLS[name]
        (FOLDER / f"{name}.svg").write_text(still_svg(shown(), title), encoding="utf-8")
