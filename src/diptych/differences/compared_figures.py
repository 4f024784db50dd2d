"""The figures of two runs side by side, with their difference and their ratio.

Every value comes from the run or from `core.metrics`. `docs/explanation/figures.md` defines it.
What is unknown is None.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from diptych.core.metrics.stalls import stalls
from diptych.core.metrics.usage import Usage
from diptych.core.naming import model_title
from diptych.core.run import Run
from diptych.core.wording.outcome import state_with_reason
from diptych.core.wording.settings_summary import settings_line

FigureKind = Literal[
    "words",
    "seconds",
    "server time",
    "tokens per second",
    "events per second",
    "tokens per event",
    "count",
    "dollars",
]

Bound = Literal["", "≤", "≥", "≈"]
"""What a number says about the true one: it is exact, an upper bound, a lower bound, or may err to either side."""


@dataclass(frozen=True, slots=True)
class Value:
    """One run's value of a figure: words, a number, or None if it is unknown.

    A value that is not `is_final` may still change, since its run has not ended. `is_late` says that the true time may
    be earlier, because Diptych itself read the event late; it is shown with "≤". `is_by_own_prices` says that a cost
    was computed by the prices in the user's config file.
    """

    value: str | float | Decimal | None
    is_final: bool = True
    is_late: bool = False
    is_by_own_prices: bool = False

    @property
    def number(self) -> float | Decimal | None:
        """The value, if it is a number."""
        return None if isinstance(self.value, str) else self.value


@dataclass(frozen=True, slots=True)
class ComparedFigure:
    """A figure of both runs. `foreign` says that its words come from a user or a server: clean them before drawing."""

    name: str
    kind: FigureKind
    left: Value
    right: Value
    foreign: bool = False

    @property
    def differs(self) -> bool:
        """Whether the values differ."""
        return self.left.value != self.right.value

    @property
    def delta(self) -> float | Decimal | None:
        """The right value minus the left one; None unless both are known and final. Dollars are exact."""
        if not self._is_known:
            return None
        left, right = self.left.number, self.right.number
        if isinstance(left, Decimal) and isinstance(right, Decimal):
            return right - left
        return float(right or 0) - float(left or 0)

    @property
    def ratio(self) -> float | None:
        """The right value divided by the left one; None as for `delta`, and if the left one is 0."""
        left, right = self.left.number, self.right.number
        return float(right or 0) / float(left) if self._is_known and left else None

    @property
    def bound(self) -> Bound:
        """What `delta` and `ratio` say about the true ones, where an event was read late."""
        match self.left.is_late, self.right.is_late:
            case False, False:
                return ""
            case False, True:
                return "≤"
            case True, False:
                return "≥"
            case _:
                return "≈"

    @property
    def _is_known(self) -> bool:
        values = (self.left, self.right)
        return all(value.is_final and value.number is not None for value in values)


def compared_figures(left: Run, right: Run, now: float | None = None) -> list[ComparedFigure]:
    """Return all figures of two runs, in the order of `docs/explanation/figures.md`.

    `now` is the present time of the clock of both runs: with it, the total of a run that has not ended is the time so
    far. The lines of both runs are read once, so that this takes longer for longer runs.
    """
    figures = zip(_figures(left, right, now), _figures(right, left, now), strict=True)
    compared = [
        ComparedFigure(mine.name, mine.kind, mine.value, theirs.value, mine.foreign) for mine, theirs in figures
    ]
    compared += _server_times(left, right)
    return [figure for figure in compared if not (figure.name in _SELDOM and _is_nothing(figure))]


@dataclass(frozen=True, slots=True)
class _Figure:
    name: str
    kind: FigureKind
    value: Value
    foreign: bool = False


_SELDOM = ("settings", "reported model", "repeated attempts", "not read", "cache written tokens")
"""Figures that are left out where neither run has one."""


def _server_times(left: Run, right: Run) -> Iterator[ComparedFigure]:
    """Yield what the servers report of their own times, in seconds, by the names that they give them."""
    by_left, by_right = ({time.label: time.seconds for time in run.server_times} for run in (left, right))
    for label in by_left | by_right:
        mine, theirs = Value(by_left.get(label), left.ended), Value(by_right.get(label), right.ended)
        yield ComparedFigure(f"server's {label}", "server time", mine, theirs)


def _is_nothing(figure: ComparedFigure) -> bool:
    return all(value.value in (None, 0, "") for value in (figure.left, figure.right))


def _figures(run: Run, beside: Run, now: float | None) -> Iterator[_Figure]:
    """Yield the figures of one run. Its settings are described by what differs from those of the run `beside` it."""
    settings = run.request.settings
    ended = run.ended
    yield _Figure("model", "words", Value(model_title(settings)), foreign=True)
    yield _Figure("settings", "words", Value(settings_line(settings, [beside.request.settings])), foreign=True)
    reported = run.reported_model if run.reported_model != settings.model else None
    yield _Figure("reported model", "words", Value(reported, ended), foreign=True)
    yield _Figure("state", "words", Value(state_with_reason(run), ended), foreign=True)
    yield from _times(run, now)
    yield _Figure("tok/s", "tokens per second", Value(run.tokens_per_second, ended))
    yield _Figure("ev/s", "events per second", Value(run.events_per_second, ended))
    silences = stalls(run)
    longest = max((stall.seconds for stall in silences), default=None)
    is_timed = "events" not in run.stamps.unknown
    yield _Figure("silences", "count", Value(len(silences) if is_timed else None, ended))
    yield _Figure("longest silence", "seconds", Value(longest, ended))
    yield _Figure("repeated attempts", "count", Value(max(len(run.attempts) - 1, 0), ended))
    yield _Figure("not read", "count", Value(run.unread, ended))
    yield from _tokens(run.usage or Usage(), is_final=ended)
    cost = None if run.cost_usd is None else Decimal(run.cost_usd)
    yield _Figure("cost", "dollars", Value(cost, ended, is_by_own_prices=run.cost_source == "config"))
    yield _Figure("events", "count", Value(run.events, ended))
    yield _Figure("tokens per event", "tokens per event", Value(run.tokens_per_event, ended))


def _times(run: Run, now: float | None) -> Iterator[_Figure]:
    """Yield the times since t0. A time is final once it is known, except those that the next event moves on."""
    stamps, ended = run.stamps, run.ended
    yield _Figure("connect", "seconds", Value(stamps.connect))
    for name, at, is_final in (
        ("headers", stamps.headers, True),
        ("first event", stamps.first_event, True),
        ("first token", stamps.first_token, True),
        ("first answer", stamps.first_answer, True),
        ("last token", stamps.last_token, ended),
        ("total", stamps.end if ended else now, ended),
    ):
        yield _Figure(name, "seconds", Value(stamps.since_t0(at), is_final, stamps.is_late(at)))


def _tokens(usage: Usage, *, is_final: bool) -> Iterator[_Figure]:
    for name, count in (
        ("input tokens", usage.input_tokens),
        ("output tokens", usage.output_tokens),
        ("reasoning tokens", usage.reasoning_tokens),
        ("cached tokens", usage.cache_read_tokens),
        ("cache written tokens", usage.cache_write_tokens),
    ):
        yield _Figure(name, "count", Value(count, is_final))
