"""What the verdicts on an experiment come to."""

from decimal import Decimal

import pytest

from diptych.core.experiment.judging.judge_prompt import MOST_CHARACTERS
from diptych.core.experiment.judging.judge_tally import JudgeTally, Spending, judge_tally, vote_tally
from diptych.core.experiment.judging.judgement import Judgement, VotedPair, Winner
from diptych.core.model_pairs import PairTally
from diptych.core.remarks import Verdict, Vote
from diptych.core.statistics.share import Share

PAIR = ("left", "right")


def orders(
    case: str, forward: Winner | None, backward: Winner | None, lengths: tuple[int, int] = (10, 20)
) -> list[Judgement]:
    """What a judge said in both orders, each as the place of the better answer in that order."""
    left, right = lengths
    return [
        Judgement(
            case=case, repeat=1, first="left", second="right", judge="j", winner=forward, characters=(left, right)
        ),
        Judgement(
            case=case, repeat=1, first="right", second="left", judge="j", winner=backward, characters=(right, left)
        ),
    ]


def voted(case: str, verdict: Verdict, label: str | None = None, date: float = 1.0, *, blind: bool = True) -> VotedPair:
    return VotedPair(case, 1, PAIR, Vote(verdict, date, label, blind=blind))


def counted(*judgements: list[Judgement], votes: tuple[VotedPair, ...] = ()) -> JudgeTally:
    return judge_tally("j", "", (each for pair in judgements for each in pair), votes)


def test_a_judge_that_prefers_whatever_comes_first() -> None:
    tally = counted(*(orders(str(case), "first", "first") for case in range(40)))

    assert tally.pairs == [PairTally("left", "right", ties=40)]
    assert (tally.flips, tally.first_places, tally.longer) == (Share(40, 40), Share(80, 80), Share(0, 0))
    assert tally.flips.share == 1
    assert tally.flips.interval == pytest.approx((0.912, 1), abs=0.001)
    assert tally.pairs[0].share is None


def test_wins_are_those_of_both_orders() -> None:
    tally = counted(
        orders("1", "first", "second"),
        orders("2", "second", "first"),
        orders("3", "second", "first"),
        orders("4", "first", "tie"),
        orders("5", "tie", "tie"),
    )

    assert tally.pairs == [PairTally("right", "left", wins=2, ties=2, losses=1)]
    assert tally.judged == 5
    assert (tally.flips, tally.first_places) == (Share(1, 5), Share(4, 7))


def test_how_often_the_longer_answer_won() -> None:
    tally = counted(
        orders("1", "first", "second", (30, 20)),
        orders("2", "first", "second", (10, 20)),
        orders("3", "second", "first", (10, 20)),
        orders("4", "second", "first", (20, 20)),
        orders("5", "tie", "tie"),
    )

    assert tally.longer == Share(2, 3)


def test_pairs_without_a_verdict_are_counted_and_decide_nothing() -> None:
    tally = counted(orders("1", None, "second"), orders("2", None, None), orders("3", "first", "second")[:1])

    assert (tally.pairs, tally.judged, tally.without_verdict, tally.half_asked) == ([], 0, 2, 1)
    assert (tally.flips.share, tally.flips.interval) == (None, None)


def test_an_answer_that_was_cut_is_counted() -> None:
    tally = counted(
        orders("1", "tie", "tie", (MOST_CHARACTERS, 1)), orders("2", "tie", "tie", (1, MOST_CHARACTERS + 1))
    )

    assert tally.cut == 1


def test_every_pair_of_labels_is_counted_for_itself() -> None:
    said = [
        Judgement(
            case="1", repeat=1, first=first, second=second, judge="j", winner="first" if first < second else "second"
        )
        for first, second in (("a", "b"), ("a", "c"), ("b", "a"), ("b", "c"), ("c", "a"), ("c", "b"))
    ]

    assert judge_tally("j", "", said, ()).pairs == [
        PairTally("a", "b", wins=1),
        PairTally("a", "c", wins=1),
        PairTally("b", "c", wins=1),
    ]


def test_what_a_judge_cost() -> None:
    said = [
        Judgement(
            case="1",
            repeat=1,
            first="left",
            second="right",
            judge="j",
            requests=2,
            input_tokens=100,
            output_tokens=5,
            cost_usd="0.1",
        ),
        Judgement(case="1", repeat=1, first="right", second="left", judge="j"),
    ]

    assert judge_tally("j", "", said, ()).spending == Spending(3, 100, 5, Decimal("0.1"), 1)


def test_agreement_with_the_user_is_counted_where_both_gave_a_verdict() -> None:
    tally = counted(
        orders("1", "first", "second"),
        orders("2", "second", "first"),
        orders("3", "first", "first"),
        orders("4", "first", "second"),
        orders("5", None, "second"),
        votes=(
            voted("1", "tie", date=1.0),
            voted("1", "better", "left", date=2.0),
            voted("2", "better", "right", blind=False),
            voted("3", "neither"),
            voted("4", "better", "right"),
            voted("5", "tie"),
            voted("6", "tie"),
        ),
    )

    # 3 of 4 agree. By chance: (1 · 2 + 2 · 1 + 1 · 1) / 16 = 5/16. κ = (12/16 - 5/16) / (11/16).
    assert (tally.agreement.n, tally.agreement.agreed, tally.blind_votes) == (4, 3, 3)
    assert tally.agreement.kappa == pytest.approx(7 / 11)


def test_votes_by_labels() -> None:
    votes = (voted("1", "neither"), voted("2", "better", "right"), voted("2", "tie", date=0.5), voted("3", "tie"))

    assert vote_tally(votes) == [PairTally("right", "left", wins=1, ties=1, neither=1)]
