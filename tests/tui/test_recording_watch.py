"""What a screen warns of while its rounds are recorded."""

from typing import TYPE_CHECKING, cast

import pytest

from diptych.core.round import Round
from diptych.tui.recording_watch import RecordingWatch
from tests.tui.fakes import FakeEngine

if TYPE_CHECKING:
    from textual.screen import Screen

    from diptych.engine.engine import Engine

FULL = "The disk is full."


class Watched:
    """A screen's view of the engine and the history; it counts changes, and keeps warnings."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.engine = FakeEngine()
        self.why = ""
        self.shown: Round | None = None
        self.changes = 0
        self.warnings: list[str] = []
        screen, engine = cast("Screen[None]", self), cast("Engine", self.engine)
        self.watch = RecordingWatch(screen, engine, lambda: self.why, lambda: self.shown, self._changed)
        monkeypatch.setattr("diptych.tui.recording_watch.warn", lambda _, sentence: self.warnings.append(sentence))

    def _changed(self) -> None:
        self.changes += 1


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Watched:
    return Watched(monkeypatch)


def test_a_round_that_gets_its_number_is_a_change(watched: Watched) -> None:
    watched.shown = Round("why?", 1.0, ())
    watched.watch.look()
    assert watched.changes == 0

    watched.shown.number = 7
    watched.watch.look()
    watched.watch.look()

    assert (watched.changes, watched.warnings) == (1, [])


def test_recording_that_fails_is_told_once_and_its_end_is_a_change(watched: Watched) -> None:
    watched.why = FULL
    watched.watch.look()
    watched.watch.look()
    assert (watched.changes, watched.warnings, watched.watch.why_unrecorded) == (1, [FULL], FULL)

    watched.why = ""
    watched.watch.look()

    assert (watched.changes, watched.watch.why_unrecorded) == (2, "")


def test_a_problem_of_the_engine_is_told_once(watched: Watched) -> None:
    watched.engine.problem = "The stream loop has stopped."
    watched.watch.look()
    watched.watch.look()

    assert watched.warnings == ["The stream loop has stopped."]
