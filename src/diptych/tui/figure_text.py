"""A run's state and figures as text. An unknown figure is "–"; a changing figure keeps its width."""

from collections.abc import Sequence
from dataclasses import dataclass

from diptych.core.event import Event, Line, time_is_known
from diptych.core.run import Run, State
from diptych.report.figures import UNKNOWN, pace, seconds, time_since_t0
from diptych.report.run_status import mark, silence, state_word

_BATCH = 1.5
"""Tokens per event from which on a server sends them in batches: some letters take several tokens anyway."""


@dataclass(frozen=True, slots=True)
class Status:
    """The status line of a run: a sign and a word for its state, its figures, and how long its server is silent."""

    state: State
    mark: str
    word: str
    figures: str


def status(run: Run, now: float, width: int) -> Status:
    """Return the status line of a run at the time `now` of its clock, with as many figures as fit into the width.

    How long the server has been silent stands last, so that nothing else moves when it comes and goes.
    """
    word = state_word(run, now)
    silent = f" · {quiet}" if (quiet := silence(run, now)) else ""
    room = width - len(word) - 2
    lines = (f"  {'  '.join(figures)}{silent}" for figures in _figures(run, now))
    fitting = next((line for line in lines if len(line) <= room), silent if len(silent) <= room else "")
    return Status(run.state, mark(run.state), word, fitting)


def offset(value: float) -> str:
    """Return seconds since t0 as event lists show them."""
    return f"{value:.3f}"


def line_offset(run: Run, line: Line, t0: float) -> str:
    """Return when a line happened, in seconds since t0, "–" if that is not known.

    "≤" stands before the time of an event that Diptych read late, so that it may be older.
    """
    if not time_is_known(line, run.stamps.unknown):
        return UNKNOWN
    return f"{'≤' if isinstance(line, Event) and line.late else ''}{offset(line.at - t0)}"


def gap(run: Run, before: Line, line: Line) -> str:
    """Return the seconds between two lines as event lists show them, "–" if they are not known."""
    unknown = run.stamps.unknown
    if unknown and not (time_is_known(before, unknown) and time_is_known(line, unknown)):
        return UNKNOWN
    return f"{line.at - before.at:+.3f}"


def connection(run: Run, sent_at: float) -> str:
    """Return how long connecting took for the request that was sent at that time; "" if it is not known."""
    took = run.stamps.connect
    if took is None or sent_at != run.stamps.t0:
        return ""
    return f"connect {took:.3f} s" if took else "connection reused"


def batches(run: Run) -> str:
    """Return how many tokens an event has where the server sends several at once; "" where it does not.

    >>> batches(run)  # doctest: +SKIP
    ' · 4.0 tokens each'
    """
    per_event = run.tokens_per_event
    return f" · {per_event:.1f} tokens each" if per_event is not None and per_event >= _BATCH else ""


def _figures(run: Run, now: float) -> Sequence[list[str]]:
    """Return lines of figures, from the most complete to the shortest."""
    stamps = run.stamps
    token = f"{time_since_t0(stamps, stamps.first_token):>5}"
    answer = f"{time_since_t0(stamps, stamps.first_answer):>5}"
    so_far = now - (run.began if stamps.t0 is None else stamps.t0)
    total = f"{time_since_t0(stamps, stamps.end) if run.ended else seconds(so_far):>5}"
    first = f"first token {token}"
    speed = pace(run, 4)
    short = f"token {token}"
    lines = [[first, speed, total], [short, speed, total], [speed, total], [total]]
    if stamps.first_answer in (None, stamps.first_token):
        return lines
    return [
        [first, f"first answer {answer}", speed, total],
        [short, f"answer {answer}", speed, total],
        *lines,
    ]
