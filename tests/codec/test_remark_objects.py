"""Votes and blind rounds become objects and come back; what cannot be one is refused."""

from typing import Any

import pytest

from diptych.codec.remark_objects import blind_object, read_blind, read_vote, vote_object
from diptych.core.blind import Blind, draw_order
from diptych.core.remarks import Vote

VOTES = (
    Vote("better", 1.5, "left", blind=True),
    Vote("tie", 2.0, voter="openai:judge"),
    Vote("neither", 3.0, takes={"left": 1, "right": 3}),
    Vote("better", 4.0, "c", takes={"a": 1, "c": 1}, pair=("a", "c")),
)


@pytest.mark.parametrize("vote", VOTES)
def test_a_vote_comes_back(vote: Vote) -> None:
    assert read_vote(vote_object(vote)) == vote


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"verdict": "best"}, "has a vote that says nothing"),
        ({"verdict": ["better"]}, "has a vote that says nothing"),
        ({"verdict": "tie"}, "has a vote that says nothing"),
        ({"label": None}, "has a vote that says nothing"),
        ({"label": 1}, "has a vote that says nothing"),
        ({"date": None}, "has a date that cannot be"),
        ({"voter": None}, "has no text as voter"),
        ({"takes": [1]}, "has a vote on takes that are not an object"),
        ({"takes": {"left": "1"}}, "has no whole number as left"),
        ({"pair": ["left"]}, "has a vote on something else than two labels"),
        ({"pair": ["left", "left"]}, "has a vote on something else than two labels"),
        ({"pair": "left"}, "has a vote on something else than two labels"),
        ({"pair": ["a", "b"]}, "has a vote for an answer that it is not about"),
    ],
)
def test_a_vote_that_cannot_be(change: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=f"^{problem}$"):
        read_vote(vote_object(VOTES[0]) | change)


@pytest.mark.parametrize("blind", [draw_order(("left", "right"), 7), Blind(0, ("right", "left"), "end", revealed=True)])
def test_a_blind_round_comes_back(blind: Blind) -> None:
    assert read_blind(blind_object(blind), ("left", "right")) == blind


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"order": None}, "is blind, but has no order of its sides"),
        ({"order": ["left", 1]}, "is blind, but has no order of its sides"),
        ({"order": ["left"]}, "is blind, but its order does not have each side once"),
        ({"order": ["left", "left", "right"]}, "is blind, but its order does not have each side once"),
        ({"pace": "slow"}, "is blind, but has no known pace"),
        ({"seed": "7"}, "has no whole number as seed"),
    ],
)
def test_a_blind_round_that_cannot_be(change: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=f"^{problem}$"):
        read_blind(blind_object(draw_order(("left", "right"), 7)) | change, ("left", "right"))


def test_a_blind_round_that_is_not_an_object() -> None:
    with pytest.raises(ValueError, match=r"^is blind, but has no order of its sides$"):
        read_blind([], ())
