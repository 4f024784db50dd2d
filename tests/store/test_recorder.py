"""What streams is written while it streams, by a thread that delays nobody and survives a full disk."""

import threading
from collections.abc import Callable, Sequence

import pytest

from diptych.core.run import Run
from diptych.store import recorder
from diptych.store.problem import StoreError
from diptych.store.recorder import Began, Ended, Item, Nowhere, Recorder
from tests.store.rounds import answered, arrived, new_run, over, round_of, sent
from tests.support import streams


class Paper:
    """A sink that a test can wait for, and that can be full."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.writes = 0
        self.refused = 0
        self.closed = 0
        self.is_full = False
        self._change = threading.Condition()

    def write(self, items: Sequence[Item]) -> None:
        with self._change:
            self._change.notify_all()
            if self.is_full:
                self.refused += 1
                raise StoreError("The paper is full.")
            self.writes += 1
            self.items += items

    def close(self) -> None:
        with self._change:
            self.closed += 1
            self._change.notify_all()

    def wait(self, reached: Callable[[], object]) -> None:
        """Wait until that is so, for at most 20 seconds."""
        with self._change:
            assert self._change.wait_for(reached, 20)


def begin(recording: Recorder) -> Run:
    """A round begins and its request goes out."""
    run = new_run(observer=recording)
    recording.began(1, round_of(run))
    sent(run)
    return run


def end(run: Run) -> None:
    answered(run)
    arrived(run, b"".join(streams.chat("Hello")))
    over(run)


def test_lines_are_written_while_their_run_goes_on() -> None:
    paper = Paper()
    recording = Recorder(paper)
    run = begin(recording)

    paper.wait(lambda: len(paper.items) == 2)
    answered(run)
    paper.wait(lambda: len(paper.items) == 3)

    assert isinstance(paper.items[0], Began)
    assert paper.items[1:] == [(run, line) for line in run.lines]
    recording.close()


def test_the_end_of_a_run_is_written_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "INTERVAL", 3_600)
    paper = Paper()
    recording = Recorder(paper)
    run = begin(recording)
    end(run)

    paper.wait(lambda: isinstance(paper.items[-1:] and paper.items[-1], Ended))
    recording.close()
    assert len(paper.items) == 2 + len(run.lines)


def test_closing_writes_what_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "INTERVAL", 3_600)
    paper = Paper()
    recording = Recorder(paper)
    run = begin(recording)
    paper.wait(lambda: paper.items)
    answered(run)
    recording.close()

    assert paper.items[-1] == (run, run.lines[-1])
    assert paper.closed == 1


def test_closing_when_nothing_was_asked() -> None:
    paper = Paper()
    Recorder(paper).close()

    assert (paper.items, paper.writes) == ([], 0)


def test_what_cannot_be_written_is_told_once_and_the_next_round_is_tried_again() -> None:
    paper = Paper()
    recording = Recorder(paper)
    paper.is_full = True
    first = begin(recording)
    paper.wait(lambda: paper.closed)
    assert recording.problem == "The paper is full."

    paper.is_full = False
    end(first)  # the rest of a round whose beginning is lost
    second = begin(recording)
    end(second)
    recording.close()

    assert recording.problem == ""
    assert paper.refused == 1
    assert [item.round.runs["left"] for item in paper.items if isinstance(item, Began)] == [second]
    assert all(item[0] is second for item in paper.items if isinstance(item, tuple))
    assert paper.closed == 2


def test_it_stays_silent_until_a_round_begins() -> None:
    paper = Paper()
    recording = Recorder(paper)
    paper.is_full = True
    run = begin(recording)
    paper.wait(lambda: paper.closed)
    end(run)
    recording.close()

    assert (paper.items, paper.refused, recording.problem) == ([], 1, "The paper is full.")


def test_who_keeps_nothing() -> None:
    recording = Recorder(Nowhere())
    end(begin(recording))
    recording.close()

    assert recording.problem == ""


def test_a_fault_of_our_own_is_told_like_a_full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    raised: list[BaseException | None] = []
    monkeypatch.setattr(threading, "excepthook", lambda hooked: raised.append(hooked.exc_value))
    paper = Paper()
    monkeypatch.setattr(paper, "write", lambda items: 1 / 0)
    recording = Recorder(paper)
    begin(recording)
    recording.close()

    assert recording.problem == "Diptych failed at writing down what arrived. Nothing is recorded any more."
    assert [type(error) for error in raised] == [ZeroDivisionError]
