import pytest

from diptych.core.blind import Blind, draw_order


def test_the_same_seed_draws_the_same_order() -> None:
    assert draw_order(["right", "left"], 7) == draw_order(["left", "right"], 7)


def test_every_order_is_drawn_about_as_often() -> None:
    first = sum(draw_order(["left", "right"], seed).order[0] == "left" for seed in range(1_000))

    assert 430 < first < 570


def test_the_sides_have_letters_in_the_order_in_which_they_are_shown() -> None:
    blind = Blind(1, ("right", "left"))

    assert (blind.letter("right"), blind.letter("left")) == ("A", "B")
    with pytest.raises(ValueError, match="not in tuple"):
        blind.letter("middle")
