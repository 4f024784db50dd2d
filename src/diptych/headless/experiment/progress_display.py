"""How far an experiment has come, on standard error: drawn in place on a terminal, else a line now and then."""

import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Protocol

from diptych.core.request import Label
from diptych.core.text.sanitize import clean_line
from diptych.core.wording.counted import counted
from diptych.core.wording.durations import waiting_time
from diptych.headless.experiment.sitting_counts import SittingCounts
from diptych.headless.status_lines import is_terminal
from diptych.report.figures import cost

_FIRST_LINE = 10.0
_BETWEEN_LINES = 30.0
"""Seconds until the first plain line, and between two of them."""


@dataclass(frozen=True, slots=True)
class ProgressNow:
    """What is shown at one moment of an experiment, or of a judge.

    `name` is what it is called. `medians` are those of the first token of each label, in seconds. `pauses` are the
    seconds for which endpoints want to be left alone. `problem` is a sentence about what cannot be recorded. `unit` is
    what is counted, and `not_passed` what is said of those that have ended without being good.
    """

    name: str
    counts: SittingCounts
    models: Mapping[Label, str]
    medians: Mapping[Label, float | None]
    elapsed: float
    pauses: Mapping[str, float]
    problem: str = ""
    unit: str = "answer"
    not_passed: str = "not passed"


class ProgressDisplay(Protocol):
    """Shows how far an experiment has come."""

    def show(self, now: ProgressNow) -> None:
        """Show this, if it is time for it."""

    def erase(self) -> None:
        """Erase what is drawn in place, since something else is printed. It comes again with the next `show`."""


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
            self._print(" · ".join((f"{now.name}: {done_words(now)}", *count_words(now), *pause_words(now))))

    def erase(self) -> None:
        """Do nothing: the lines stay."""

    def _print(self, line: str) -> None:
        with suppress(OSError):  # standard error is a terminal or a pipe that is gone
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
        from diptych.headless.experiment.drawn_progress import DrawnProgress  # it loads Rich

        return DrawnProgress(err)
    return ProgressLines(err)


def done_words(now: ProgressNow) -> str:
    """Return how much is done."""
    counts = now.counts
    return f"{counts.done:,} of {counted(counts.planned, now.unit)}"


def count_words(now: ProgressNow) -> Sequence[str]:
    """Return failures, tokens, costs and the time that is left."""
    counts = now.counts
    left = counts.seconds_left(now.elapsed)
    parts = [f"{counts.failed:,} failed"]
    if counts.not_passed:
        parts.append(f"{counts.not_passed:,} {now.not_passed}")
    parts.append(counted(counts.tokens, "token"))
    if counts.has_costs:
        parts.append(cost(f"{counts.cost:f}"))
    if left is not None and counts.done < counts.planned:
        parts.append(f"about {waiting_time(math.ceil(left))} left")
    return parts


def pause_words(now: ProgressNow) -> Sequence[str]:
    """Return a sentence for each endpoint that gets no new request for some time."""
    return [
        f"{clean_line(endpoint)} wants to be left alone for {waiting_time(math.ceil(left))}"
        for endpoint, left in now.pauses.items()
    ]
