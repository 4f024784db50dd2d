"""The user's votes with the models that they are about."""

from contextlib import closing
from pathlib import Path

import pytest

from diptych.core.blind import Blind
from diptych.core.experiment.judging.judgement import Judgement, Winner
from diptych.core.history_summary import HistoryFilter
from diptych.core.model_pairs import Ballot
from diptych.core.remarks import Vote
from diptych.core.round import Round
from diptych.store.database import connect
from diptych.store.errors import StoreError
from diptych.store.history import History
from tests.store.rounds import BEGAN, DATE, complete, keep

BLIND = Blind(7, ("right", "left"))


def two_sides(blind: Blind | None = None) -> Round:
    runs = (complete("left", model="one"), complete("right", model="two", simulated=True))
    return Round("hi", BEGAN, runs, DATE, blind=blind)


def test_a_vote_is_about_the_models_of_its_round(tmp_path: Path) -> None:
    history = keep(tmp_path / "history.db", two_sides(), two_sides(BLIND), two_sides())
    history.put_vote(1, Vote("better", 1.0, "left"))
    history.put_vote(1, Vote("tie", 1.0, voter="openai:judge"))
    history.put_vote(2, Vote("tie", 2.0, blind=True))

    models = {"left": "here:one", "right": "here:two · simulated"}
    assert history.ballots() == [Ballot(models, "better", "left", False), Ballot(models, "tie", None, True)]
    assert len(history.ballots("TWO")) == 2
    assert history.ballots("three") == []


def test_a_vote_stays_with_the_takes_that_it_was_given_on(tmp_path: Path) -> None:
    round_ = two_sides()
    again = complete("left", model="other")
    again.take = 2
    round_.add_take(again)
    history = keep(tmp_path / "history.db", round_)
    history.put_vote(1, Vote("better", 1.0, "left"))
    assert history.ballots()[0].models["left"] == "here:other"

    history.put_vote(1, Vote("better", 1.0, "left", takes={"left": 1, "right": 1}))

    assert history.ballots()[0].models["left"] == "here:one"


def test_there_are_no_votes_in_a_history_that_does_not_exist(tmp_path: Path) -> None:
    assert History(tmp_path / "history.db").ballots() == []


def test_a_damaged_vote_is_told(tmp_path: Path) -> None:
    history = keep(tmp_path / "history.db", two_sides())
    history.put_vote(1, Vote("tie", 1.0))
    with closing(connect(history.path)) as connection:
        connection.execute("UPDATE votes SET takes = '[]'")

    with pytest.raises(StoreError, match="it is damaged"):
        history.ballots()


def test_a_vote_reveals_the_rounds_that_hide_their_sides_in_the_same_order(tmp_path: Path) -> None:
    history = keep(tmp_path / "history.db", two_sides(BLIND), two_sides(BLIND), two_sides(Blind(8, ("left", "right"))))
    assert {listed.id: listed.is_hidden for listed in history.rounds(HistoryFilter())} == {1: True, 2: True, 3: True}
    assert all(not listed.runs for listed in history.rounds(HistoryFilter()))

    history.put_vote(2, Vote("tie", 1.0, voter="openai:judge"))
    assert history.open(2).is_hidden
    history.put_vote(2, Vote("tie", 1.0, blind=True))

    listed = {each.id: each for each in history.rounds(HistoryFilter())}
    assert {number: each.is_hidden for number, each in listed.items()} == {1: False, 2: False, 3: True}
    assert len(listed[1].runs) == 2
    assert [listed.id for listed in history.rounds(HistoryFilter(model="one"))] == [2, 1]
    assert [history.open(number).is_hidden for number in (1, 2, 3)] == [False, False, True]


def test_a_round_stays_revealed_when_its_vote_is_taken_back(tmp_path: Path) -> None:
    history = keep(tmp_path / "history.db", two_sides(BLIND))
    history.put_vote(1, Vote("tie", 1.0, blind=True))

    history.take_back_vote(1)

    assert list(history.votes(1)) == []
    assert not history.open(1).is_hidden
    with pytest.raises(StoreError, match=r"^There is no vote on round 1\.$"):
        history.take_back_vote(1)
    with pytest.raises(StoreError, match=r"^There is no round 5 in the history\.$"):
        history.take_back_vote(5)


def test_a_round_can_be_revealed_without_a_vote(tmp_path: Path) -> None:
    history = keep(tmp_path / "history.db", two_sides(BLIND), two_sides())

    history.reveal(1)
    history.reveal(2)

    assert not history.open(1).is_hidden
    assert history.open(2).blind is None


def test_a_vote_on_a_pair_has_the_models_of_the_pair(tmp_path: Path) -> None:
    runs = (complete(label, model=f"model-{label}") for label in ("a", "b", "c"))
    history = keep(tmp_path / "history.db", Round("hi", BEGAN, runs, DATE))
    history.put_vote(1, Vote("better", 1.0, "c", takes={"a": 1, "c": 1}, pair=("a", "c")))
    history.put_vote(1, Vote("tie", 1.0, pair=("b", "c")))

    assert history.ballots() == [
        Ballot({"a": "here:model-a", "c": "here:model-c"}, "better", "c", False),
        Ballot({"b": "here:model-b", "c": "here:model-c"}, "tie", None, False),
    ]


def test_the_verdicts_of_judges_have_the_models_of_their_experiment(tmp_path: Path) -> None:
    history = History(tmp_path / "history.db")
    models = {
        "a": {"endpoint": "here", "model": "one"},
        "b": {"endpoint": "here", "model": "two", "simulated": True},
    }
    history.add_experiment({"plan": {"models": models}})
    history.add_experiment({"plan": "damaged"})
    both = [said("1", "a", "b", "first"), said("1", "b", "a", "second")]
    flipped = [said("2", "a", "b", "first"), said("2", "b", "a", "first")]
    history.put_judgements(1, [*both, *flipped, said("3", "a", "b", "first"), said("4", "a", "gone", "first")])
    history.put_judgements(1, [said("4", "gone", "a", "second")])
    history.put_judgements(2, both)

    names = {"a": "here:one", "b": "here:two · simulated"}
    assert history.ballots() == [
        Ballot(names, "better", "a", True, "j (rubric 12345678)"),
        Ballot(names, "tie", None, True, "j (rubric 12345678)"),
    ]
    assert history.ballots("three") == []


def said(case: str, first: str, second: str, winner: Winner) -> Judgement:
    return Judgement(case=case, repeat=1, first=first, second=second, judge="j", rubric="12345678", winner=winner)
