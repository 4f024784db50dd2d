"""Notes, stars, votes and experiments are kept with their rounds, and gone with them."""

from contextlib import closing
from pathlib import Path

import pytest

from diptych.core.history_summary import HistoryFilter
from diptych.core.remarks import RoundNote, Vote
from diptych.core.round import ExperimentCase
from diptych.store.database import connect
from diptych.store.errors import StoreError
from diptych.store.history import History
from tests.store.rounds import complete, keep, reopened, round_of


@pytest.fixture
def history(tmp_path: Path) -> History:
    return keep(tmp_path / "history.db", round_of(complete()), round_of(complete()))


def test_a_note_replaces_the_one_before(history: History) -> None:
    assert history.note(1) == RoundNote("", starred=False)

    history.put_note(1, RoundNote("worse since the update \ud83d"))
    history.put_note(1, RoundNote("unmistakable", starred=True))
    assert history.note(1) == RoundNote("unmistakable", starred=True)
    assert history.note(2) == RoundNote()

    history.put_note(1, RoundNote())
    assert history.note(1) == RoundNote()
    assert b"unmistakable" not in history.path.read_bytes()


def test_each_voter_has_one_vote(history: History) -> None:
    judge = Vote("tie", 2.5, voter="openai:judge")
    history.put_vote(1, judge)
    history.put_vote(1, Vote("neither", 1.0))
    history.put_vote(1, Vote("better", 3.0, "left"))

    assert list(history.votes(1)) == [Vote("better", 3.0, "left"), judge]
    assert list(history.votes(2)) == []


def test_what_was_said_of_a_round_goes_with_it(history: History) -> None:
    history.put_note(1, RoundNote("note"))
    history.put_vote(1, Vote("tie", 1.0))
    history.delete(1)

    assert (history.note(1), list(history.votes(1))) == (RoundNote(), [])
    with pytest.raises(StoreError, match=r"^There is no round 1 in the history\.$"):
        history.put_note(1, RoundNote("x"))
    with pytest.raises(StoreError, match=r"^There is no round 1 in the history\.$"):
        history.put_vote(1, Vote("tie", 1.0))


def test_a_damaged_vote(history: History) -> None:
    history.put_vote(1, Vote("tie", 1.0))
    with closing(connect(history.path)) as connection:
        connection.execute("UPDATE votes SET verdict = 'best'")

    with pytest.raises(StoreError, match=r"it is damaged\.$"):
        history.votes(1)


# Experiments


def test_a_round_belongs_to_a_case_of_an_experiment(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    number = History(path).add_experiment({"set": "cases.jsonl"}, 5.0)
    case = ExperimentCase(number, "capital of France", 2)
    original = round_of(complete())
    original.experiment_case = case
    history = keep(path, original, round_of(complete()))

    assert [history.open(number).experiment_case for number in (1, 2)] == [case, None]
    recording = reopened(tmp_path / "a.jsonl", original)
    assert recording.experiment_case == case
    assert history.open(history.add(recording, original)).experiment_case is None, "numbers are each history's own"


def test_a_round_outlives_its_experiment(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    number = History(path).add_experiment({})
    original = round_of(complete())
    original.experiment_case = ExperimentCase(number, "a", 1)
    history = keep(path, original)
    with closing(connect(path)) as connection:
        connection.execute("DELETE FROM experiments")
    keep(path, original)

    assert [history.open(listed.id).experiment_case for listed in history.rounds(HistoryFilter())] == [None, None]


def test_a_vote_on_each_pair_of_a_round(history: History) -> None:
    pairs = [Vote("tie", 1.0, pair=("a", "b")), Vote("better", 2.0, "c", pair=("a", "c"))]
    for vote in (*pairs, Vote("tie", 3.0)):
        history.put_vote(1, vote)
    assert list(history.votes(1)) == [Vote("tie", 3.0), *pairs]

    history.take_back_vote(1, ("a", "b"))
    history.take_back_vote(1)

    assert list(history.votes(1)) == [pairs[1]]
    assert history.open(1).votes == (pairs[1],)
    with pytest.raises(StoreError, match=r"^There is no vote on round 1\.$"):
        history.take_back_vote(1, ("a", "b"))
