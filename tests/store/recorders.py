"""Recorders that write into a history or a file, and rounds that they are told of."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from diptych.core.recording import Recording
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.replay.folding import fold
from diptych.report.formats import render
from diptych.store.history import History
from diptych.store.history_writer import HistorySink
from diptych.store.recorder import Recorder
from diptych.store.recording_files import RecordingFile, read_recording
from tests.store.rounds import answered, arrived, new_run, over, round_of, sent
from tests.support import streams


def answer(run: Run, text: str) -> None:
    sent(run)
    answered(run)
    arrived(run, b"".join(streams.chat(text)))
    over(run)


def take(recording: Recorder | None, round_: Round, text: str = "", label: str = "left") -> Run:
    """Another take begins, and ends if it has a text."""
    run = new_run(label, observer=recording)
    run.take = len(round_.takes(label)) + 1
    round_.add_take(run)
    if recording:
        recording.take_began(round_, run)
    if text:
        answer(run, text)
    return run


def asked(recording: Recorder, *labels: str) -> Round:
    """A round that begins."""
    round_ = round_of(*(new_run(label, observer=recording) for label in labels))
    recording.round_began(1, round_)
    return round_


class Watched:
    """Tells a test when a recorder has nothing left to write."""

    change = threading.Condition()

    def tidy(self) -> bool:
        with self.change:
            self.change.notify_all()
        return False


class WatchedHistory(Watched, HistorySink):
    """A history to wait for."""


class WatchedFile(Watched, RecordingFile):
    """A file to wait for."""


def to_history(path: Path) -> tuple[Recorder, Callable[[], Recording]]:
    return Recorder(WatchedHistory(path)), lambda: History(path).open(History(path).resolve("last"))


def to_file(path: Path) -> tuple[Recorder, Callable[[], Recording]]:
    return Recorder(WatchedFile(path)), lambda: read_recording(path)


To = Callable[[Path], tuple[Recorder, Callable[[], Recording]]]
"""Returns a recorder that writes to a path, and what opens the round that it has written last."""

SINKS = pytest.mark.parametrize("to", [to_history, to_file])


def same(recording: Recording, original: Round) -> bool:
    """Whether a recording comes to the same round."""
    return "".join(render(fold(recording), "jsonl")) == "".join(render(original, "jsonl"))


def wait_until_written(recorder: Recorder) -> None:
    """Wait until the recorder has nothing to do."""
    with Watched.change:
        assert Watched.change.wait_for(lambda: not recorder._backlogs, 60)
