"""How far an experiment has come, on standard error: drawn in place on a terminal, else a line now and then."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Protocol

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from diptych.core.request import Label
from diptych.core.text.sanitize import clean_line
from diptych.core.wording.counted import counted
from diptych.headless.experiment.tally import Tally
from diptych.headless.status_lines import is_terminal
from diptych.report.figures import cost, seconds

_INTERVAL = 0.1
"""Seconds between two drawings."""

_FIRST_LINE = 10.0
_BETWEEN_LINES = 30.0
"""Seconds until the first plain line, and between two of them."""

_MOST_MODELS = 12
"""Models that have a line; with more of them, the others are left out."""

_BAR = 30


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
        self._console = Console(file=terminal, highlight=False, markup=False, emoji=False)
        self._live: Live | None = None
        self._drawn_at = -math.inf

    def show(self, now: ProgressNow) -> None:
        """Draw this, unless something was drawn just before."""
        if now.elapsed - self._drawn_at < _INTERVAL:
            return
        self._drawn_at = now.elapsed
        if self._live is None:  # one that was stopped would move the cursor up, over what was printed since
            self._live = Live(
                console=self._console,
                auto_refresh=False,
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            self._live.start()
        self._live.update(_drawing(now), refresh=True)

    def erase(self) -> None:
        """Erase the lines."""
        live, self._live = self._live, None
        if live is not None:
            live.stop()
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
            self._print(" · ".join((f"{now.name}: {_done(now)}", *_counts(now), *_pauses(now))))

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


def _drawing(now: ProgressNow) -> RenderableType:
    tally = now.tally
    head = Table.grid(padding=(0, 1))
    head.add_row(
        Text(now.name),
        ProgressBar(total=max(tally.planned, 1), completed=tally.done, width=_BAR),
        Text(_done(now)),
    )
    lines: list[RenderableType] = [head, _line(" · ".join(_counts(now)))]
    lines.extend(_line(model) for model in _model_lines(now))
    lines.extend(_line(pause) for pause in _pauses(now))
    if now.problem:
        lines.append(Text(clean_line(now.problem)))
    return Group(*lines)


def _line(text: str) -> Text:
    return Text(f"  {text}", no_wrap=True, overflow="ellipsis")


def _model_lines(now: ProgressNow) -> Sequence[str]:
    labels = list(now.models)[:_MOST_MODELS]
    names = {label: clean_line(now.models[label]) for label in labels}
    width = max(map(len, names.values()), default=0)
    lines = [
        f"{names[label]:<{width}}  first token {seconds(now.medians.get(label))}"
        f" (median of {counted(now.tally.complete[label], 'answer')})"
        for label in labels
    ]
    hidden = len(now.models) - len(labels)
    return [*lines, f"… and {counted(hidden, 'more model')}"] if hidden else lines


def _done(now: ProgressNow) -> str:
    tally = now.tally
    return f"{tally.done:,} of {counted(tally.planned, 'answer')}"


def _counts(now: ProgressNow) -> Sequence[str]:
    tally = now.tally
    left = tally.seconds_left(now.elapsed)
    parts = [f"{tally.failed:,} failed"]
    if tally.not_passed:
        parts.append(f"{tally.not_passed:,} not passed")
    parts.append(counted(tally.tokens, "token"))
    if tally.has_costs:
        parts.append(cost(f"{tally.cost:f}"))
    if left is not None and tally.done < tally.planned:
        parts.append(f"about {_duration(left)} left")
    return parts


def _pauses(now: ProgressNow) -> Sequence[str]:
    return [
        f"{clean_line(endpoint)} wants to be left alone for {_duration(left)}" for endpoint, left in now.pauses.items()
    ]


def _duration(amount: float) -> str:
    """Return seconds as `12 s`, `3 min 05 s` or `2 h 10 min`."""
    whole = math.ceil(amount)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest:02} s"
    return f"{minutes // 60:,} h {minutes % 60:02} min"
