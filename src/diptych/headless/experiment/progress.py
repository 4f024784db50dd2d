"""How far an experiment has come, on standard error: drawn in place on a terminal, else a line now and then."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Protocol

from diptych.core.request import Label
from diptych.core.text.sanitize import clean_line
from diptych.headless.experiment.progress_words import counts, done, pauses
from diptych.headless.experiment.tally import Tally
from diptych.headless.status_lines import is_terminal

if TYPE_CHECKING:
    from diptych.headless.experiment.progress_drawing import ProgressDrawing

_INTERVAL = 0.1
"""Seconds between two drawings."""

_FIRST_LINE = 10.0
_BETWEEN_LINES = 30.0
"""Seconds until the first plain line, and between two of them."""


@dataclass(frozen=True, slots=True)
class ProgressNow:
    """What is shown of an experiment at one moment.

    `name` is what the experiment is called. `medians` are those of the first token of each label, in seconds. `pauses`
    are the seconds for which endpoints want to be left alone. `problem` is a sentence about what cannot be recorded.
    """

    name: str
    tally: Tally
    models: Mapping[Label, str]
    medians: Mapping[Label, float | None]
    elapsed: float
    pauses: Mapping[str, float]
    problem: str = ""


class ProgressDisplay(Protocol):
    """Shows how far an experiment has come."""

    def show(self, now: ProgressNow) -> None:
        """Show this, if it is time for it."""

    def erase(self) -> None:
        """Erase what is drawn in place, since something else is printed. It comes again with the next `show`."""


class DrawnProgress:
    """Draws a bar and a line for each model in place."""

    def __init__(self, terminal: IO[str]) -> None:
        self._terminal = terminal
        self._drawing: ProgressDrawing | None = None
        self._drawn_at = -math.inf

    def show(self, now: ProgressNow) -> None:
        """Draw this, unless something was drawn just before."""
        if now.elapsed - self._drawn_at < _INTERVAL:
            return
        self._drawn_at = now.elapsed
        if self._drawing is None:  # one that was erased would move the cursor up, over what was printed since
            # Imported here, since it loads Rich, which is needed only on a terminal.
            from diptych.headless.experiment.progress_drawing import ProgressDrawing

            self._drawing = ProgressDrawing(self._terminal)
        self._drawing.replace(now)

    def erase(self) -> None:
        """Erase the lines."""
        drawing, self._drawing = self._drawing, None
        if drawing is not None:
            drawing.erase()
            self._drawn_at = -math.inf


class ProgressLines:
    """Prints a plain line now and then."""

    def __init__(self, out: IO[str]) -> None:
        self._out = out
        self._next = _FIRST_LINE
        self._problem = ""

    def show(self, now: ProgressNow) -> None:
        """Print a line if the last one was long ago, or if something cannot be recorded any more."""
        if now.problem and not self._problem:
            self._print(clean_line(now.problem))
        self._problem = now.problem
        if now.elapsed >= self._next:
            self._next = now.elapsed + _BETWEEN_LINES
            self._print(" · ".join((f"{now.name}: {done(now)}", *counts(now), *pauses(now))))

    def erase(self) -> None:
        """Do nothing: the lines stay."""

    def _print(self, line: str) -> None:
        self._out.write(f"{line}\n")
        self._out.flush()


class NoProgress:
    """Shows nothing: there is no standard error."""

    def show(self, now: ProgressNow) -> None:
        """Do nothing."""

    def erase(self) -> None:
        """Do nothing."""


def progress_display(wanted: bool | None, err: IO[str] | None, *, is_ci: bool, can_draw: bool) -> ProgressDisplay:
    """Return what shows the progress on `err`, which is None where there is no standard error.

    `wanted` is what the user asked for. None is the default: drawn in place on a terminal, outside of continuous
    integration. `can_draw` is whether the terminal can place its cursor.
    """
    if err is None:
        return NoProgress()
    may_draw = is_terminal(err) and can_draw
    if may_draw and (not is_ci if wanted is None else wanted):
        return DrawnProgress(err)
    return ProgressLines(err)
