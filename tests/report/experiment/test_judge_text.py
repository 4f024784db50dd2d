"""What judges said, in words and as JSON."""

import json
from decimal import Decimal

import pytest

from diptych.core.experiment.judging.judge_tally import JudgeTally, Spending, judge_tally
from diptych.core.experiment.judging.judgement import Judgement
from diptych.core.model_pairs import PairTally
from diptych.core.statistics.cohen_kappa import Agreement
from diptych.core.statistics.share import Share
from diptych.report.experiment.judge_object import verdict_members
from diptych.report.experiment.judge_text import judge_sentences, order_warning, verdicts_text


def tally(**fields: object) -> JudgeTally:
    """A judge with the given figures."""
    known = {
        "judge": "here:\x1bjudge",
        "rubric": "",
        "pairs": (),
        "flips": Share(1, 10),
        "first_places": Share(11, 20),
        "longer": Share(3, 6),
        "without_verdict": 0,
        "half_asked": 0,
        "cut": 0,
        "spending": Spending(20, 2_000, 200, Decimal("0.0024")),
        "agreement": Agreement(0, 0, None),
        "blind_votes": 0,
    }
    return JudgeTally(**(known | fields))  # type: ignore[arg-type]  # the names of its members


def test_a_judge_that_prefers_whatever_comes_first_is_told_plainly() -> None:
    said = [
        Judgement(
            case=str(case), repeat=1, first=first, second=second, judge="here:judge", winner="first", cost_usd="0"
        )
        for case in range(10)
        for first, second in (("left", "right"), ("right", "left"))
    ]

    lines = list(verdicts_text([judge_tally("here:judge", "", said, ())], (), 200))

    assert lines == [
        "Judged by here:judge: 10 pairs, each in both orders",
        "  wins  ties  losses  preferred (95 %)  of the first over the second",
        "     0    10       0  –                 left over right",
        "  Its verdict changed with the order of the answers in 10 of 10 (100 %, 72–100 %) pairs; these are ties.",
        "  It preferred whichever answer came first, in 20 of 20 verdicts: this judge says nothing about the answers.",
        "  Agreement with your votes: unknown, since you have voted on none of these pairs.",
        "  The judge took 20 requests, 0 input and 0 output tokens, $0.0000.",
    ]


@pytest.mark.parametrize(
    ("flips", "first", "warning"),
    [
        (Share(10, 10), Share(0, 20), "It preferred whichever answer came second, in 20 of 20 verdicts"),
        (Share(9, 10), Share(18, 19), "It preferred whichever answer came first, in 18 of 19 verdicts"),
        (Share(8, 10), Share(18, 20), ""),
        (Share(10, 10), Share(10, 20), ""),
        (Share(0, 0), Share(0, 0), ""),
    ],
)
def test_when_a_judge_is_not_to_be_believed(flips: Share, first: Share, warning: str) -> None:
    assert order_warning(tally(flips=flips, first_places=first)).startswith(warning)
    assert bool(order_warning(tally(flips=flips, first_places=first))) == bool(warning)


def test_what_else_is_said_of_a_judge() -> None:
    sentences = list(
        judge_sentences(
            tally(
                without_verdict=1,
                half_asked=2,
                cut=3,
                agreement=Agreement(20, 15, 0.5432),
                blind_votes=12,
                spending=Spending(21, 2_100, 210, Decimal("0.5"), 3),
            )
        )
    )

    assert sentences[1:] == [
        "The answer shown first won 11 of 20 (55 %, 34–74 %) of its single verdicts for one of the two.",
        "The longer answer won 3 of 6 (50 %, 19–81 %) decided pairs with answers of different length.",
        "1 pair without a verdict: the judge refused, or its reply was not a verdict.",
        "2 pairs judged in one order only so far: not counted.",
        "3 pairs with an answer over 32,000 characters, of which the judge saw only the beginning.",
        "Agreement with your votes: 15 of 20 pairs, Cohen's kappa 0.54 (12 of these votes were blind).",
        "The judge took 21 requests, 2,100 input and 210 output tokens, $0.5000 and what 3 without a known price cost.",
    ]


def test_kappa_may_be_undefined_and_prices_unknown() -> None:
    sentences = list(judge_sentences(tally(agreement=Agreement(3, 3, None), spending=Spending(2, 20, 2, unpriced=2))))

    assert sentences[-2:] == [
        "Agreement with your votes: 3 of 3 pairs; Cohen's kappa is not defined, since you and the judge always said "
        "the same one thing.",
        "The judge took 2 requests, 20 input and 2 output tokens; what they cost is not known.",
    ]


def test_votes_stand_before_judges_and_names_cannot_act() -> None:
    votes = [PairTally("left", "right", wins=3, ties=1, losses=1, neither=2)]

    lines = list(verdicts_text([tally(rubric="12345678"), tally()], votes))

    assert lines[:3] == [
        "Your votes: 7",
        "  wins  ties  losses  neither  preferred (95 %)     of the first over the second",
        "     3     1       1        2  75 % of 4 (30–95 %)  left over right",
    ]
    assert lines[3:5] == ["", "Judged by here:␛judge (rubric 12345678): 10 pairs, each in both orders"]
    assert "\x1b" not in "".join(lines)


def test_names_stand_below_the_figures_where_there_is_no_room_beside_them() -> None:
    votes = [PairTally("anthropic:claude-opus-5", "openai:gpt-5.6-sol", wins=3, ties=1, losses=1, neither=2)]

    assert list(verdicts_text([], votes, 76)) == [
        "Your votes: 7",
        "  wins  ties  losses  neither  preferred (95 %)",
        "    of the first over the second",
        "     3     1       1        2  75 % of 4 (30–95 %)",
        "    anthropic:claude-opus-5 over openai:gpt-5.6-sol",
    ]


def test_nothing_was_said() -> None:
    assert " ".join(verdicts_text((), (), experiment="x3")) == (
        "There are no verdicts yet. Ask a judge with `diptych judge x3 --judge ENDPOINT:MODEL`, or vote."
    )


def test_the_json_has_every_figure() -> None:
    judged = tally(pairs=[PairTally("a", "b", wins=3, ties=1)], agreement=Agreement(4, 3, 1 / 3), blind_votes=2)

    members = verdict_members([judged], [PairTally("a", "b", losses=1, neither=2)])

    assert json.loads(json.dumps(members)) == {
        "judges": [
            {
                "judge": "here:\x1bjudge",
                "rubric": None,
                "n": 10,
                "pairs": [
                    {
                        "first": "a",
                        "second": "b",
                        "wins": 3,
                        "ties": 1,
                        "losses": 0,
                        "share": 1.0,
                        "interval": [0.4385, 1.0],
                    }
                ],
                "flips": {"n": 10, "count": 1, "share": 0.1, "interval": [0.0179, 0.4042]},
                "first_shown": {"n": 20, "count": 11, "share": 0.55, "interval": [0.3421, 0.7418]},
                "longer": {"n": 6, "count": 3, "share": 0.5, "interval": [0.1876, 0.8124]},
                "without_verdict": 0,
                "one_order_only": 0,
                "cut": 0,
                "agreement": {"n": 4, "agreed": 3, "kappa": 0.3333, "blind": 2},
                "requests": 20,
                "input_tokens": 2000,
                "output_tokens": 200,
                "cost_usd": "0.0024",
                "unpriced": 0,
            }
        ],
        "votes": [
            {
                "first": "a",
                "second": "b",
                "wins": 0,
                "ties": 0,
                "losses": 1,
                "share": 0.0,
                "interval": [0.0, 0.7935],
                "neither": 2,
            }
        ],
    }
