"""Watches whether the shown round is recorded, and what goes wrong with the engine."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.screen import Screen

from diptych.core.round import Round
from diptych.tui.saying import warn

if TYPE_CHECKING:
    from diptych.engine.engine import Engine

_UNTIL_WRITTEN = 0.5
"""Seconds after the end of a round in which the rest of it is usually recorded."""


class RecordingWatch:
    """Warns once of each problem.

    `unrecorded` returns a sentence while something is not written to the history, "" otherwise. `shown` returns the
    shown round. `changed` is called when it was recorded under a number, and when recording fails or works again.
    """

    def __init__(
        self,
        screen: Screen[None],
        engine: "Engine",
        unrecorded: Callable[[], str],
        shown: Callable[[], Round | None],
        changed: Callable[[], object],
    ) -> None:
        self.why_unrecorded = ""
        """Why something is not recorded; "" if everything is."""
        self._screen = screen
        self._engine = engine
        self._unrecorded = unrecorded
        self._shown = shown
        self._changed = changed
        self._number: int | None = None
        self._problem = ""

    def look(self) -> None:
        """Look for changes while runs are sampled."""
        self._look_at_history()
        problem = self._engine.problem
        if problem != self._problem:
            self._problem = problem
            if problem:
                warn(self._screen, problem)

    def look_until_recorded(self) -> None:
        """After the end of a round, when nothing is sampled, look until all of it is recorded."""
        self._screen.set_timer(_UNTIL_WRITTEN, self._look_again)

    def _look_again(self) -> None:
        self._look_at_history()
        if self.why_unrecorded and not self._engine.busy:
            self.look_until_recorded()

    def _look_at_history(self) -> None:
        shown = self._shown()
        number = shown.number if shown else None
        if number != self._number:
            self._number = number
            self._changed()
        why = self._unrecorded()
        if why != self.why_unrecorded:
            self.why_unrecorded = why
            self._changed()
            if why:
                warn(self._screen, why)
