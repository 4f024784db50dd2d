"""Reads what is too long for one frame, in portions, so that keys are handled and the screen is painted in between."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.screen import Screen

from diptych.core.gc_policy import long_lived_objects
from diptych.tui.frame_pace import WorkPace

if TYPE_CHECKING:
    from textual.timer import Timer

_BREAK = 0.01
"""Seconds in which keys are handled and the screen is painted, between two portions."""


class LongReading:
    """Reads on until nothing is left, with breaks.

    `read_on` reads a portion and returns whether some is left. `after_portions` is called before each break and at the
    end, unless there was nothing to read.
    """

    def __init__(self, screen: Screen[None], read_on: Callable[[], bool], after_portions: Callable[[], object]) -> None:
        self._screen = screen
        self._read_on = read_on
        self._after_portions = after_portions
        self._break: Timer | None = None

    def begin(self) -> None:
        """Read on, unless that is already scheduled: the breaks stay, however often this is called."""
        if self._break is None:
            self._read()

    def _read(self) -> None:
        self._break = None
        pace = WorkPace()
        if not self._read_on():
            return
        with long_lived_objects():
            while self._read_on():
                if not pace.may_go_on():
                    self._break = self._screen.set_timer(_BREAK, self._read)
                    break
        self._after_portions()
