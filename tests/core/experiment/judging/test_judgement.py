"""What two orders of the same pair come to."""

import pytest

from diptych.core.experiment.judging.judgement import JudgedPair, Judgement, VotedPair, Winner, judged_pairs
from diptych.core.remarks import Verdict, Vote


def said(winner: Winner | None, first: str = "left", second: str = "right", case: str = "1") -> Judgement:
    return Judgement(case=case, repeat=1, first=first, second=second, judge="anthropic:judge", winner=winner)


@pytest.mark.parametrize(
    ("forward", "backward", "winner", "is_flipped"),
    [
        ("first", "second", "first", False),
        ("second", "first", "second", False),
        ("tie", "tie", "tie", False),
        ("first", "first", "tie", True),  # whatever comes first is better
        ("second", "second", "tie", True),
        ("first", "tie", "tie", True),
        ("first", None, None, False),
        (None, "tie", None, False),
    ],
)
def test_a_verdict_needs_both_orders_to_agree(
    forward: Winner | None, backward: Winner | None, winner: Winner | None, is_flipped: bool
) -> None:
    pair = JudgedPair("1", 1, ("left", "right"), said(forward), said(backward, "right", "left"))

    assert (pair.winner, pair.is_flipped) == (winner, is_flipped)
    assert pair.is_without_verdict == (None in (forward, backward))


def test_an_order_that_was_not_asked_yet_is_missing() -> None:
    (pair,) = judged_pairs([said("first", "right", "left")])

    assert pair == JudgedPair("1", 1, ("left", "right"), None, said("first", "right", "left"))
    assert pair.winner is None
    assert not pair.is_without_verdict


def test_judgements_are_put_together_by_case_and_pair() -> None:
    orders = [("a", "b"), ("a", "c"), ("b", "a"), ("b", "c"), ("c", "a"), ("c", "b")]
    judgements = [said("tie", *order, case=case) for case in ("1", "2") for order in orders]

    pairs = list(judged_pairs(judgements))

    assert [(pair.case, *pair.pair) for pair in pairs] == [
        (case, *pair) for case in ("1", "2") for pair in (("a", "b"), ("a", "c"), ("b", "c"))
    ]
    assert all(pair.winner == "tie" for pair in pairs)


@pytest.mark.parametrize(
    ("verdict", "label", "winner"),
    [("better", "left", "first"), ("better", "right", "second"), ("tie", None, "tie"), ("neither", None, "tie")],
)
def test_a_vote_for_neither_answer_is_a_tie(verdict: Verdict, label: str | None, winner: Winner) -> None:
    assert VotedPair("1", 1, ("left", "right"), Vote(verdict, 1.0, label)).winner == winner
