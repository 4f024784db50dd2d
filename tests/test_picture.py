from tests.picture import PICTURE, draw


def test_the_readmes_picture_shows_the_app_as_it_is() -> None:
    assert draw() == PICTURE.read_text(encoding="utf-8"), "draw it anew: python -m tests.picture"
