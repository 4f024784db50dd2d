"""The figures of a round as a table with one row per figure and one cell per side. What is unknown is "–"."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import repeat

from diptych.core.metrics.usage import Usage
from diptych.core.naming import model_title, reported_model
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.wording.counted import counted
from diptych.core.wording.durations import measured_time
from diptych.core.wording.outcome import state_with_reason
from diptych.report.figures import OWN_PRICES, UNKNOWN, cost, time_since_t0
from diptych.report.headings import run_settings


@dataclass(frozen=True, slots=True)
class Row:
    """A figure's name, and its cell for each side of the round.

    `foreign` says that the cells quote what a user or a server wrote: clean them before they are drawn.
    """

    name: str
    cells: tuple[str, ...]
    foreign: bool = False


def comparison(round_: Round) -> Iterator[Row]:
    """Yield the rows in the order of `docs/explanation/figures.md`."""
    runs = tuple(round_.runs.values())
    yield Row("model", tuple(model_title(run.request.settings) for run in runs), foreign=True)
    settings = tuple(map(run_settings, repeat(round_), runs))
    if any(settings):
        yield Row("settings", tuple(line or UNKNOWN for line in settings), foreign=True)
    if any(reported_model(run.request.settings, run.reported_model) for run in runs):
        yield Row("reported model", tuple(run.reported_model or UNKNOWN for run in runs), foreign=True)
    yield Row("state", tuple(map(state_with_reason, runs)), foreign=True)
    yield Row("first token", tuple(time_since_t0(run.stamps, run.stamps.first_token) for run in runs))
    yield Row("first answer", tuple(time_since_t0(run.stamps, run.stamps.first_answer) for run in runs))
    yield Row("tok/s", tuple(map(_pace, runs)))
    if any(run.unread for run in runs):
        yield Row("not read", tuple(counted(run.unread, "event") for run in runs))
    yield Row("total", tuple(time_since_t0(run.stamps, run.stamps.end) for run in runs))
    usages = [run.usage or Usage() for run in runs]
    yield Row("input tokens", tuple(_count(usage.input_tokens) for usage in usages))
    yield Row("output tokens", tuple(_count(usage.output_tokens) for usage in usages))
    yield Row("reasoning tokens", tuple(_count(usage.reasoning_tokens) for usage in usages))
    yield Row("cached tokens", tuple(_count(usage.cache_read_tokens) for usage in usages))
    is_marked = any(run.cost_source == "config" for run in runs)
    name = f"cost ({OWN_PRICES} by own prices)" if is_marked else "cost"
    yield Row(name, tuple(cost(run.cost_usd, run.cost_source) for run in runs))
    yield Row("events", tuple(_count(run.events) for run in runs))
    yield Row("tokens per event", tuple(_per_event(run) for run in runs))
    for label in dict.fromkeys(time.label for run in runs for time in run.server_times):
        yield Row(f"server's {label}", tuple(_server_time(run, label) for run in runs))


def _pace(run: Run) -> str:
    pace = run.tokens_per_second
    return UNKNOWN if pace is None else f"{pace:.0f}"


def _per_event(run: Run) -> str:
    per_event = run.tokens_per_event
    return UNKNOWN if per_event is None else f"{per_event:.1f}"


def _server_time(run: Run, label: str) -> str:
    return next((measured_time(time.seconds) for time in run.server_times if time.label == label), UNKNOWN)


def _count(count: int | None) -> str:
    return UNKNOWN if count is None else f"{count:,}"
