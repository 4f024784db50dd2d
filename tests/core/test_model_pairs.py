"""Votes counted by pairs of models."""

import pytest

from diptych.core.model_pairs import Ballot, PairTally, tally
from diptych.core.remarks import Verdict

CLAUDE, GPT, QWEN = "anthropic:claude", "openai:gpt", "local:qwen"


def ballot(verdict: Verdict, label: str | None = None, left: str = CLAUDE, right: str = GPT) -> Ballot:
    return Ballot({"left": left, "right": right}, verdict, label, blind=True)


def test_votes_for_either_model_are_counted_wherever_it_stood() -> None:
    votes = [
        ballot("better", "left"),
        ballot("better", "left", left=GPT, right=CLAUDE),
        ballot("better", "right", left=GPT, right=CLAUDE),
        ballot("better", "left"),
        ballot("tie"),
        ballot("neither"),
    ]

    (pair,) = tally(votes).pairs

    assert pair == PairTally(CLAUDE, GPT, wins=3, ties=1, losses=1, neither=1)
    assert (pair.votes, pair.decided, pair.share) == (6, 4, 0.75)


def test_the_model_with_more_wins_comes_first() -> None:
    (pair,) = tally([ballot("better", "right")]).pairs

    assert pair == PairTally(GPT, CLAUDE, wins=1)


def test_ties_alone_decide_nothing() -> None:
    (pair,) = tally([ballot("tie"), ballot("neither")]).pairs

    assert (pair.share, pair.interval) == (None, None)


def test_the_interval_is_that_of_the_decided_votes() -> None:
    (pair,) = tally([*[ballot("better", "left")] * 8, *[ballot("better", "right")] * 2, ballot("tie")]).pairs

    assert pair.interval == pytest.approx((0.4902, 0.9433), abs=0.0001)
    assert pair.swapped().interval == pytest.approx((0.0567, 0.5098), abs=0.0001)


def test_a_vote_on_two_answers_of_one_model_says_nothing_about_models() -> None:
    counted = tally([ballot("better", "left", right=CLAUDE), ballot("tie")])

    assert counted.same_model == 1
    assert counted.pairs == [PairTally(CLAUDE, GPT, ties=1)]


def test_a_vote_on_one_answer_alone_says_nothing_about_models() -> None:
    assert tally([Ballot({"left": CLAUDE}, "better", "left", blind=False)]).same_model == 1


def test_the_best_of_three_wins_against_both_others() -> None:
    models = {"a": CLAUDE, "b": GPT, "c": QWEN}

    counted = tally([Ballot(models, "better", "b", blind=False)])

    assert counted.pairs == [PairTally(GPT, CLAUDE, wins=1), PairTally(GPT, QWEN, wins=1)]
    assert counted.models == [CLAUDE, QWEN, GPT]


def test_a_pair_can_be_seen_from_either_model() -> None:
    counted = tally([ballot("better", "left"), ballot("better", "left"), ballot("better", "right")])

    assert counted.versus(CLAUDE, GPT) == PairTally(CLAUDE, GPT, wins=2, losses=1)
    assert counted.versus(GPT, CLAUDE) == PairTally(GPT, CLAUDE, wins=1, losses=2)
    assert counted.versus(GPT, QWEN) is None


def test_pairs_with_the_most_votes_come_first() -> None:
    counted = tally([ballot("tie", right=QWEN), ballot("tie"), ballot("tie")])

    assert [pair.second for pair in counted.pairs] == [GPT, QWEN]
