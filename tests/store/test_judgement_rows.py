"""What judges and the user said about the answers of an experiment is kept with it, and gone with it."""

from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from diptych.core.experiment.judging.judgement import Judgement, VotedPair
from diptych.core.remarks import Vote
from diptych.core.round import ExperimentCase, Round
from diptych.store.database import connect
from diptych.store.errors import StoreError
from diptych.store.history import History
from diptych.store.judgement_rows import Judge
from tests.store.rounds import BEGAN, DATE, complete, keep

JUDGE = "anthropic:judge"

SAID = Judgement(
    case="caf\u00e9",
    repeat=2,
    first="b",
    second="a",
    judge=JUDGE,
    winner="second",
    reason="shorter \ud83d",
    characters=(10, 5),
    requests=2,
    input_tokens=100,
    cost_usd="0.001",
    response_ids=("msg_1",),
    date=DATE,
)


@pytest.fixture
def history(tmp_path: Path) -> History:
    history = History(tmp_path / "history.db")
    history.add_experiment({"plan": {}})
    return history


def test_a_judgement_comes_back_as_it_can_be_kept(history: History) -> None:
    history.put_judgements(1, [SAID])

    (kept,) = history.judgements(1, *history.judges(1))

    assert kept == SAID  # an unpaired surrogate is kept as JSON escapes it


def test_each_judge_has_one_judgement_for_each_order_and_rubric(history: History) -> None:
    again = msgspec.structs.replace(SAID, judge="j", winner="tie")
    turned = msgspec.structs.replace(again, first="a", second="b")
    other = msgspec.structs.replace(again, rubric="12345678", winner=None)
    history.put_judgements(1, [msgspec.structs.replace(again, winner="first"), turned, other])
    history.put_judgements(1, [again])

    assert list(history.judges(1)) == [Judge("j"), Judge("j", "12345678")]
    assert list(history.judgements(1, Judge("j"))) == [turned, again]
    assert list(history.judgements(1, Judge("j", "12345678"))) == [other]


def test_a_judgement_on_an_experiment_that_is_gone_is_left_out(history: History) -> None:
    history.put_judgements(7, [SAID])
    assert list(history.judges(7)) == []

    history.put_judgements(1, [SAID])
    with closing(connect(history.path)) as connection:
        connection.execute("DELETE FROM experiments")
        connection.commit()
    assert list(history.judges(1)) == []


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"case": 1}'])
def test_a_damaged_judgement(history: History, text: str) -> None:
    history.put_judgements(1, [SAID])
    with closing(connect(history.path)) as connection:
        connection.execute("UPDATE judgements SET judgement = ?", (text,))
        connection.commit()

    with pytest.raises(StoreError, match=r"it is damaged\.$"):
        list(history.judgements(1, Judge(JUDGE)))


def test_the_votes_on_pairs_of_an_experiment(history: History) -> None:
    two, three, other = ("left", "right"), ("a", "b", "c"), ("left", "right")
    rounds = [
        Round("hi", BEGAN, map(complete, labels), DATE, place)
        for labels, place in ((two, ExperimentCase(1, "one", 1)), (three, ExperimentCase(1, "two", 3)), (other, None))
    ]
    keep(history.path, *rounds)
    on_round, on_pair = Vote("better", 1.0, "right"), Vote("tie", 2.0, pair=("a", "c"))
    for number, vote in ((1, on_round), (2, on_pair), (2, Vote("tie", 3.0)), (3, Vote("tie", 4.0))):
        history.put_vote(number, vote)
    history.put_vote(1, Vote("tie", 5.0, voter="openai:judge"))

    assert list(history.voted_pairs(1)) == [
        VotedPair("one", 1, ("left", "right"), on_round),
        VotedPair("two", 3, ("a", "c"), on_pair),
    ]
