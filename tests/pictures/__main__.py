"""Draws the pictures of README and docs: `uv run python -m tests.pictures`, or some of them by their names."""

import sys

from tests.pictures.made import ANIMATION, CAST, FOLDER, STILLS
from tests.pictures.screen_svg import animated_svg, still_svg
from tests.pictures.session import session
from tests.pictures.tutorial import draw_tutorial

names = sys.argv[1:] or [*STILLS, "session", "tutorial"]
for name in names:
    match name:
        case "session":
            cast = session()
            CAST.write_text(cast.text, encoding="utf-8")
            ANIMATION.write_text(animated_svg(cast), encoding="utf-8")
        case "tutorial":
            for path, picture in draw_tutorial().items():
                path.write_text(picture, encoding="utf-8")
        case _:
            shown, title = STILLS[name]
            (FOLDER / f"{name}.svg").write_text(still_svg(shown(), title), encoding="utf-8")
