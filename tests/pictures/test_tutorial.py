import pytest

from tests.pictures.tutorial import FOLDER, draw_tutorial

if not FOLDER.exists():
    pytest.skip("this distribution has no documentation", allow_module_level=True)


def test_the_tutorials_pictures_show_what_its_keys_do() -> None:
    drawn = draw_tutorial()

    assert {path: path.read_text("utf-8") for path in drawn} == drawn, "draw them anew: uv run python -m tests.pictures"
