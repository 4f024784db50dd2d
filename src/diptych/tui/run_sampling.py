"""When the shown runs are sampled: several times per second while they stream, figures less often."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.screen import Screen

from diptych.tui.frame_pace import TICKS_PER_SECOND, FramePace
from diptych.tui.terminal.slow_terminal import terminal_lags

if TYPE_CHECKING:
    from textual.timer import Timer

_SAMPLES_PER_FIGURE = 3
"""Figures change less often than text, so that they stay readable and cost less."""


class RunSampling:
    """Calls `sample` while it is on; its argument says whether figures are due as well. It begins switched off."""

    def __init__(self, screen: Screen[None], sample: Callable[[bool], object]) -> None:
        self._screen = screen
        self._sample = sample
        self._timer: Timer | None = None
        self._pace = FramePace()
        self._samples = 0

    def prepare(self) -> None:
        """Set the timer up. Call this once the screen is mounted."""
        self._timer = self._screen.set_interval(1 / TICKS_PER_SECOND, self.tick, pause=True)

    def switch(self, *, on: bool) -> None:
        """Sample from now on, or do not."""
        if self._timer is None:
            return
        if on:
            self._timer.resume()
        else:
            self._timer.pause()

    def tick(self) -> None:
        """Sample if a frame is due, and the terminal has read the last one."""
        if not terminal_lags(self._screen.app) and self._pace.is_due():
            self._samples += 1
            self._sample(self._samples % _SAMPLES_PER_FIGURE == 0)
