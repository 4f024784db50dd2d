"""Takes: several runs of one label in a round are recorded, listed and opened, and it is known which one counts."""

from pathlib import Path

import pytest

from diptych.core.history_summary import HistoryFilter
from diptych.core.round import Round
from diptych.replay.folding import fold
from diptych.store.history import History
from tests.store.recorders import SINKS, To, answer, asked, same, take, to_file, to_history, wait_until_written
from tests.store.rounds import keep, new_run, reopened, round_of


@SINKS
def test_takes_are_recorded_while_the_round_goes_on_and_after_it(tmp_path: Path, to: To) -> None:
    recorder, opened = to(tmp_path / "kept")
    round_ = asked(recorder, "left", "right", "c")
    answer(round_.runs["left"], "one")
    second = take(recorder, round_)
    answer(round_.runs["right"], "uno")
    answer(second, "two")
    answer(round_.runs["c"], "un")
    assert recorder.close() == ""

    assert same(opened(), round_)
    assert [(run.label, run.take) for run in fold(opened()).all_takes()] == [
        *(("left", 1), ("left", 2), ("right", 1), ("c", 1)),
    ]
    assert {label: str(run.text) for label, run in fold(opened()).runs.items()} == {
        "left": "two",
        "right": "uno",
        "c": "un",
    }


@SINKS
def test_a_take_of_a_round_that_was_written_whole(tmp_path: Path, to: To, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("diptych.store.recorder.INTERVAL", 0.001)
    recorder, opened = to(tmp_path / "kept")
    round_ = asked(recorder, "left")
    answer(round_.runs["left"], "one")
    wait_until_written(recorder)

    take(recorder, round_, "two")
    wait_until_written(recorder)
    third = take(recorder, round_, "three")
    assert recorder.close() == ""

    assert same(opened(), round_)
    assert fold(opened()).runs["left"].take == third.take == 3


def test_a_take_of_a_round_that_is_gone_is_written_with_its_round(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("diptych.store.recorder.INTERVAL", 0.001)
    recorder, opened = to_history(tmp_path / "history.db")
    round_ = asked(recorder, "left", "right")
    for run in round_.runs.values():
        answer(run, "one")
    wait_until_written(recorder)
    History(tmp_path / "history.db").delete(1)

    take(recorder, round_, "two")
    assert recorder.close() == ""

    assert same(opened(), round_)
    assert History(tmp_path / "history.db").resolve("last") == 2


def test_a_take_of_a_file_that_was_removed_is_written_with_its_round(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("diptych.store.recorder.INTERVAL", 0.001)
    recorder, opened = to_file(tmp_path / "a.jsonl")
    round_ = asked(recorder, "left")
    answer(round_.runs["left"], "one")
    take(recorder, round_, "two")
    wait_until_written(recorder)
    (tmp_path / "a.jsonl").unlink()

    take(recorder, round_, "three")
    assert recorder.close() == ""

    assert same(opened(), round_)


def chosen(number: int) -> Round:
    """A round with three takes of which one counts."""
    round_ = round_of(new_run(), new_run("right"))
    for run in round_.runs.values():
        answer(run, f"{run.label} one")
    for text in ("left two", "left three"):
        take(None, round_, text)
    round_.choose_take(round_.takes("left")[number - 1])
    return round_


@pytest.mark.parametrize("number", [1, 2, 3])
def test_the_take_that_counts_is_known_from_a_file(tmp_path: Path, number: int) -> None:
    original = chosen(number)
    recording = reopened(tmp_path / "a.jsonl", original)

    assert fold(recording).runs["left"].take == number
    assert same(recording, original)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_the_take_that_counts_is_listed_and_known_from_a_history(tmp_path: Path, number: int) -> None:
    original = chosen(number)
    history = keep(tmp_path / "history.db", original)
    recording = reopened(tmp_path / "a.jsonl", original)
    history.add(recording, fold(recording))

    for listed in history.rounds(HistoryFilter()):
        assert [(run.label, run.take) for run in listed.runs] == [("left", number), ("right", 1)]
        assert fold(history.open(listed.id)).runs["left"].take == number
        assert list(fold(history.open(listed.id)).runs) == ["left", "right"]
        assert same(history.open(listed.id), original)


def test_a_side_that_was_asked_again_keeps_its_place(tmp_path: Path) -> None:
    recorder, opened = to_history(tmp_path / "history.db")
    round_ = asked(recorder, "left", "right")
    for run in round_.runs.values():
        answer(run, "one")
    take(recorder, round_, "two")
    assert recorder.close() == ""

    (listed,) = History(tmp_path / "history.db").rounds(HistoryFilter())
    assert [(run.label, run.take, run.takes) for run in listed.runs] == [("left", 2, 2), ("right", 1, 1)]
    assert list(fold(opened()).runs) == ["left", "right"]


def test_a_round_is_found_by_the_words_of_any_take_and_by_the_fields_of_those_that_count(tmp_path: Path) -> None:
    round_ = round_of(new_run(model="early"))
    answer(round_.runs["left"], "forgotten")
    take(None, round_, "remembered")
    history = keep(tmp_path / "history.db", round_)

    assert [len(history.rounds(HistoryFilter(word))) for word in ("forgotten remembered", "other")] == [1, 0]
    assert [len(history.rounds(HistoryFilter(model=model))) for model in ("some", "early")] == [1, 0]


def test_a_take_that_is_not_there(tmp_path: Path) -> None:
    recording = reopened(tmp_path / "a.jsonl", chosen(1))

    assert recording.run("left", 3).take == 3
    with pytest.raises(LookupError):
        recording.run("left", 4)
