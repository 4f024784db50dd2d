"""The pictures of README and docs show the app as it is now."""

import re
from xml.etree import ElementTree

import pytest

from tests.pictures.cast import Cast
from tests.pictures.made import ANIMATION, CAST, FOLDER, STILLS
from tests.pictures.screen_svg import animated_svg, still_svg
from tests.pictures.session import session

ANEW = "draw them anew: uv run python -m tests.pictures"


@pytest.mark.parametrize("name", STILLS)
def test_a_picture_shows_the_app_as_it_is(name: str) -> None:
    shown, title = STILLS[name]

    assert (FOLDER / f"{name}.svg").read_text("utf-8") == still_svg(shown(), title), ANEW


def test_the_recording_shows_what_the_app_shows_now() -> None:
    """Screens are compared and not bytes: in how many pieces the app paints one depends on the machine."""
    recorded = Cast.from_text(CAST.read_text("utf-8"))

    assert list(recorded.screens()) == [(round(time, 3), screen) for time, screen in session().screens()], ANEW


def test_the_animated_picture_is_drawn_from_the_recording() -> None:
    drawn = ANIMATION.read_text("utf-8")

    assert drawn == animated_svg(Cast.from_text(CAST.read_text("utf-8"))), ANEW
    assert len(drawn.encode()) < 400_000


def test_pictures_ask_nobody_for_anything_and_run_nothing() -> None:
    for path in FOLDER.glob("*.svg"):
        text = path.read_text("utf-8")
        elements = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(text).iter()}  # noqa: S314
        assert elements <= {"svg", "title", "style", "rect", "circle", "g", "text"}
        assert not re.search(r"href|src=|url\(|@import|<!", text)
