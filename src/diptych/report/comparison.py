"""The figures of a round as a table: a row a figure, a cell a side. What is unknown is "–"."""

from collections.abc import Iterator
from dataclasses import dataclass

from diptych.core.event import Event
from diptych.core.metrics.usage import Usage
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.report.figures import UNKNOWN, cost, seconds


@dataclass(frozen=True, slots=True)
class Row:
    """A figure's name, and a cell for each side that was asked, as it came: not yet cleaned.

    `foreign` says that the cells quote what a user or a server wrote.
    """

    name: str
    cells: tuple[str, ...]
    foreign: bool = False


def comparison(round_: Round) -> Iterator[Row]:
    """The rows, in the order of `docs/figures.md`."""
    runs = tuple(round_.runs.values())
    yield Row("model", tuple(map(_model, runs)), foreign=True)
    if any(run.reported_model not in (None, run.request.settings.model) for run in runs):
        yield Row("reported model", tuple(run.reported_model or UNKNOWN for run in runs), foreign=True)
    yield Row("state", tuple(map(state, runs)), foreign=True)
    yield Row("first token", tuple(_since_t0(run, run.stamps.first_token) for run in runs))
    yield Row("first answer", tuple(_since_t0(run, run.stamps.first_answer) for run in runs))
    yield Row("tok/s", tuple(map(_pace, runs)))
    if any(run.unread for run in runs):
        yield Row("not read", tuple(_unread(run) for run in runs))
    yield Row("total", tuple(seconds(run.stamps.timing().end) for run in runs))
    usages = [run.usage or Usage() for run in runs]
    yield Row("input tokens", tuple(_count(usage.input_tokens) for usage in usages))
    yield Row("output tokens", tuple(_count(usage.output_tokens) for usage in usages))
    yield Row("reasoning tokens", tuple(_count(usage.reasoning_tokens) for usage in usages))
    yield Row("cached tokens", tuple(_count(usage.cache_read_tokens) for usage in usages))
    yield Row("cost", tuple(cost(run.cost_usd) for run in runs))
    yield Row("events", tuple(_count(run.events) for run in runs))


def state(run: Run) -> str:
    """The state, and the provider's stop reason if it gave one."""
    return run.state if run.stop_reason is None else f"{run.state} ({run.stop_reason})"


def _model(run: Run) -> str:
    settings = run.request.settings
    return f"{settings.name}{' · simulated' if settings.simulated else ''}"


def _since_t0(run: Run, at: float | None) -> str:
    """Seconds since t0, behind "≤" where our own loop was late to read the event of that stamp."""
    late = any(isinstance(line, Event) and line.at == at and line.late for line in run.lines)
    return f"{'≤' if late else ''}{seconds(run.stamps.since_t0(at))}"


def _pace(run: Run) -> str:
    pace = run.tokens_per_second
    return UNKNOWN if pace is None else f"{pace:.0f}"


def _unread(run: Run) -> str:
    return f"{run.unread:,} events" if run.unread != 1 else "1 event"


def _count(count: int | None) -> str:
    return UNKNOWN if count is None else f"{count:,}"
