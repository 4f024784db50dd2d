"""Follows an experiment that may still be running, perhaps in another process."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from diptych.tui.experiment.history_changes import HistoryChanges

if TYPE_CHECKING:
    from textual.screen import Screen
    from textual.timer import Timer

_SOONEST = 2.0
"""Seconds between two looks for new answers, at least."""

_SHARE = 20
"""How many times as long as reading the experiment took, at least, the screen waits before it reads it again."""


class ExperimentFollower:
    """Has the experiment of a screen read again while the screen is shown and answers are missing.

    `read` reads it. Reading must take a small part of the time, so `took` and `is_whole` say how many seconds the last
    reading took, and whether every answer was there.
    """

    def __init__(self, screen: "Screen[None]", history: Path, read: Callable[[], None]) -> None:
        self.took = 0.0
        self.is_whole = False
        self._screen = screen
        self._changes = HistoryChanges(history)
        self._read = read
        self._timer: Timer | None = None

    def read_now(self) -> None:
        """Read the experiment, whether something was written to the history or not."""
        self._changes.look()
        self._read()

    def look_later(self) -> None:
        """Look for new answers after a while."""
        if self._timer:
            self._timer.stop()
        self._timer = self._screen.set_timer(max(_SOONEST, _SHARE * self.took), self.look)

    def look(self) -> None:
        """Read the experiment again if something was written to the history."""
        if self._screen.is_current and self._changes.look():
            self.read_now()
        elif not self.is_whole:
            self.look_later()
