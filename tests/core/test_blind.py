import pytest

from diptych.core.blind import Blind, draw_order, hides_models
from diptych.core.remarks import Vote


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


def test_a_vote_of_a_judge_or_on_some_of_the_answers_shows_no_models() -> None:
    blind = Blind(1, ("a", "b", "c"))
    of_judge, on_pair = Vote("tie", 1.0, voter="openai:judge"), Vote("better", 1.0, "a", pair=("a", "b"))

    assert hides_models(blind, [of_judge, on_pair])
    assert not hides_models(blind, [of_judge, on_pair, Vote("tie", 1.0)])
    assert not hides_models(None, [])
