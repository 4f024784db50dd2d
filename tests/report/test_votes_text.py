"""Votes as text and as JSON."""

from diptych.core.model_pairs import Ballot, PairTally
from diptych.core.remarks import Verdict
from diptych.report.votes_text import preference, votes_object, votes_text

CLAUDE, GPT, QWEN = "anthropic:claude", "openai:gpt", "local:\x1b[31mqwen"


def ballot(verdict: Verdict, label: str | None = None, left: str = CLAUDE, right: str = GPT, *, blind: bool) -> Ballot:
    return Ballot({"left": left, "right": right}, verdict, label, blind)


def test_votes_are_counted_by_pairs_blind_and_open_apart() -> None:
    ballots = [
        *[ballot("better", "left", blind=True)] * 8,
        *[ballot("better", "right", blind=True)] * 2,
        ballot("tie", blind=True),
        ballot("neither", blind=False),
    ]

    assert list(votes_text(ballots)) == [
        "Blind votes: 11",
        "wins  ties  losses  neither  preferred (95 %)      of the first model over the second",
        "   8     1       2        0  80 % of 10 (49–94 %)  anthropic:claude over openai:gpt",
        "\nVotes in the open: 1",
        "wins  ties  losses  neither  preferred (95 %)  of the first model over the second",
        "   0     0       0        1  –                 anthropic:claude over openai:gpt",
    ]


def test_more_than_two_models_are_shown_as_a_square() -> None:
    ballots = [
        ballot("better", "left", blind=True),
        ballot("better", "right", right=QWEN, blind=True),
        ballot("tie", left=CLAUDE, right=CLAUDE, blind=True),
    ]

    lines = list(votes_text(ballots))

    assert lines[lines.index("") - 1 :] == [
        "1 vote on answers of the same model, or on one answer alone: not counted above.",
        "",
        "wins–ties–losses of each row against each column",
        "                        [1]    [2]    [3]",
        "[1] anthropic:claude      ·  0–0–1  1–0–0",
        "[2] local:␛[31mqwen   1–0–0      ·      ·",
        "[3] openai:gpt        0–0–1      ·      ·",
    ]


def test_no_votes_say_how_to_give_one() -> None:
    (line,) = votes_text([])

    assert "diptych vote ID left|right|tie|neither" in line


def test_votes_on_the_same_model_alone_are_told() -> None:
    assert list(votes_text([ballot("tie", right=CLAUDE, blind=False)])) == [
        "Votes in the open: 1",
        "1 vote on answers of the same model, or on one answer alone: not counted above.",
    ]


def test_the_json_has_every_figure() -> None:
    whole = votes_object([ballot("better", "left", blind=True), ballot("tie", blind=False)])

    assert whole == {
        "blind": {
            "pairs": [
                {
                    "first": CLAUDE,
                    "second": GPT,
                    "wins": 1,
                    "ties": 0,
                    "losses": 0,
                    "neither": 0,
                    "share": 1.0,
                    "low": 0.2065,
                    "high": 1.0,
                }
            ],
            "same_model": 0,
        },
        "open": {
            "pairs": [
                {
                    "first": CLAUDE,
                    "second": GPT,
                    "wins": 0,
                    "ties": 1,
                    "losses": 0,
                    "neither": 0,
                    "share": None,
                    "low": None,
                    "high": None,
                }
            ],
            "same_model": 0,
        },
        "judges": {},
    }


def test_judges_stand_beside_the_user() -> None:
    judged = [Ballot({"a": CLAUDE, "b": GPT}, "better", "b", True, judge) for judge in ("z:judge", "a:judge")]
    ballots = [ballot("tie", blind=True), *judged]

    assert [line for line in votes_text(ballots) if ": " in line] == [
        "Blind votes: 1",
        "\nJudged by a:judge: 1",
        "\nJudged by z:judge: 1",
    ]
    whole = votes_object(ballots)
    assert whole["blind"]["pairs"][0]["ties"] == 1
    assert list(whole["judges"]) == ["a:judge", "z:judge"]
    assert whole["judges"]["a:judge"]["pairs"][0]["first"] == GPT


def test_a_preference_is_a_share_with_its_interval() -> None:
    assert preference(PairTally("a", "b", wins=1234, losses=1)) == "100 % of 1,235 (100–100 %)"
    assert preference(PairTally("a", "b", ties=3)) == "–"


def test_no_vote_on_a_model_that_was_searched_for() -> None:
    assert list(votes_text([], "gtp")) == ["There are no votes on a model whose name contains gtp."]
