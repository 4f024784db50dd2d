"""What is written at once, what is written again after an error, and what is given up."""

import threading

import pytest

from diptych.core.event_log import MemoryBudget
from diptych.core.run import Run
from diptych.core.run_lines import Ended
from diptych.store import backlog_writer, recorder
from diptych.store.entries import Began
from diptych.store.errors import RoundGoneError, StoreError, UnstorableError
from diptych.store.recorder import Recorder
from tests.store.rounds import new_run, round_of, sent
from tests.store.sinks import Lost, Paper, Pile, begin, end, end_all


@pytest.mark.usefixtures("quick")
def test_a_round_that_is_gone_is_written_again_from_its_beginning() -> None:
    paper = Paper()
    recording = Recorder(paper)
    left, right = new_run(observer=recording), new_run("right", observer=recording)
    recording.round_began(1, round_of(left, right))
    sent(left)
    end(right)
    paper.wait(lambda: Ended(right) in paper.items)
    paper.items.clear()
    paper.fails_once = RoundGoneError("Gone.")
    end(left)
    assert recording.close() == ""

    began, *rest = paper.items
    assert isinstance(began, Began)
    assert [item[1] for item in rest if isinstance(item, tuple) and item[0] is left] == list(left.lines)
    assert [item[1] for item in rest if isinstance(item, tuple) and item[0] is right] == list(right.lines)
    assert [item.run for item in rest if isinstance(item, Ended)] == [right, left]


def test_a_round_that_is_gone_before_it_was_begun_begins_once() -> None:
    paper = Paper()
    recording = Recorder(paper)
    paper.fails_once = RoundGoneError("Gone.")
    run = begin(recording)
    end(run)
    assert recording.close() == ""

    assert len(paper.items) == 2 + len(run.lines)
    assert paper.refused == 1


@pytest.mark.usefixtures("quick")
def test_a_round_that_cannot_be_stored_is_told_and_others_are_recorded() -> None:
    paper = Paper()
    recording = Recorder(paper)
    paper.fails_once = UnstorableError("It is too long.")
    first = begin(recording)
    paper.wait(lambda: paper.refused)
    end(first)
    second = begin(recording)
    end(second)

    told = "It is too long. 1 round is not recorded, or only in part."
    assert recording.close() == recording.problem == told
    assert [item.round.runs["left"] for item in paper.items if isinstance(item, Began)] == [second]
    assert all(item[0] is second for item in paper.items if isinstance(item, tuple))


def test_lines_that_cannot_be_read_back_are_told_and_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "INTERVAL", 3_600)
    paper = Paper()
    recording = Recorder(paper)
    run = Run("left", new_run().request, 0.0, recording, MemoryBudget(Lost(), cap=0))
    recording.round_began(1, round_of(run))
    paper.wait(lambda: paper.items)
    with paper.hanging():
        end(run)
    told = "6 events could not be read back from the temporary file, and cannot be recorded."

    assert recording.close() == recording.problem == told
    assert paper.items[1:] == [Ended(run)]


def test_a_long_backlog_is_written_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backlog_writer, "_AT_ONCE", 3)
    paper = Paper()
    recording = Recorder(paper)
    with paper.hanging():
        run = begin(recording)
        end(run)
    assert recording.close() == ""

    assert len(paper.items) == 2 + len(run.lines)
    assert paper.most == 3


@pytest.mark.usefixtures("quick")
def test_a_fault_of_diptych_costs_one_round(monkeypatch: pytest.MonkeyPatch) -> None:
    raised: list[BaseException | None] = []
    monkeypatch.setattr(threading, "excepthook", lambda hooked: raised.append(hooked.exc_value))
    paper = Paper()
    recording = Recorder(paper)
    paper.fails_once = ZeroDivisionError("odd")
    begin(recording)
    paper.wait(lambda: paper.refused)
    second = begin(recording)
    end(second)

    told = "What arrived could not be recorded because of a fault in Diptych. 1 round is not recorded, or only in part."
    assert recording.close() == told
    assert [str(error) for error in raised] == ["odd"]
    assert Ended(second) in paper.items


def test_rounds_that_wait_are_written_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "INTERVAL", 3_600)
    paper = Pile()
    recording = Recorder(paper)
    first = begin(recording)
    paper.wait(lambda: paper.rounds)
    runs = end_all(paper, recording, 5)
    assert recording.close() == ""

    assert max(paper.rounds) >= 5
    for run in (first, *runs):
        assert [item[1] for item in paper.items if isinstance(item, tuple) and item[0] is run] == list(run.lines)


@pytest.mark.parametrize("error", [UnstorableError("It is too long."), RoundGoneError("gone"), ZeroDivisionError()])
def test_rounds_that_cannot_be_written_together_are_written_one_by_one(error: Exception) -> None:
    paper = Pile()
    paper.refuses_together = error
    recording = Recorder(paper)
    runs = end_all(paper, recording, 3)
    assert recording.close() == ""

    assert paper.refused
    assert [item.run for item in paper.items if isinstance(item, Ended)] == runs


@pytest.mark.usefixtures("quick")
def test_others_are_written_together_beside_a_round_that_cannot_be_stored() -> None:
    paper = Pile()
    paper.refuses_together = paper.fails_once = UnstorableError("It is too long.")
    recording = Recorder(paper)
    first = begin(recording)
    paper.wait(lambda: paper.refused >= 2)
    paper.refuses_together = None
    others = [begin(recording) for _ in range(2)]
    for run in (first, *others):
        end(run)

    assert recording.close() == "It is too long. 1 round is not recorded, or only in part."
    assert [item.run for item in paper.items if isinstance(item, Ended)] == others


@pytest.mark.usefixtures("quick")
def test_rounds_wait_together_for_a_disk_that_is_full() -> None:
    paper = Pile()
    paper.refuses_together = StoreError("The disk is full.")
    recording = Recorder(paper)
    runs = end_all(paper, recording, 3)
    paper.wait(lambda: paper.refused >= 2)
    assert recording.problem.startswith("The disk is full. 3 rounds are not recorded yet.")
    assert not paper.items

    paper.refuses_together = None
    assert recording.close() == ""
    assert [item.run for item in paper.items if isinstance(item, Ended)] == runs


def test_a_limited_part_of_several_rounds_is_written_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backlog_writer, "_AT_ONCE", 20)
    paper = Pile()
    recording = Recorder(paper)
    runs = end_all(paper, recording, 4)
    assert recording.close() == ""

    assert [item.run for item in paper.items if isinstance(item, Ended)] == runs
    assert len(paper.items) == sum(2 + len(run.lines) for run in runs)
