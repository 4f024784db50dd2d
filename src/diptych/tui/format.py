"""A run's state and figures in words. What is unknown is "–"; a changing figure keeps its width."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from diptych.core.event import AttemptFailed, Event
from diptych.core.run import Run, State
from diptych.report.figures import pace, seconds

_WORTH_A_LOOK = 5.0
"""Seconds of silence from which on a status line tells of it."""


@dataclass(frozen=True, slots=True)
class Status:
    """The status line of a run: a mark and a word for its state, and the figures beside it."""

    state: State
    mark: str
    word: str
    figures: str


def mark(state: State) -> str:
    """The sign of a state, which tells it apart without colour too."""
    match state:
        case "waiting":
            return "◌"
        case "streaming":
            return "●"
        case "complete":
            return "✔"
        case "cut":
            return "✂"
        case "stopped":
            return "■"
        case "failed":
            return "✖"
        case _:
            assert_never(state)


def status(run: Run, now: float, width: int) -> Status:
    """The status line of a run at the stamp `now`, with as many figures as `width` cells have room for."""
    word = _word(run, now)
    room = width - len(word) - 2
    lines = (f"  {'  '.join(figures)}" for figures in _figures(run, now))
    fitting = next((line for line in lines if len(line) <= room), "")
    return Status(run.state, mark(run.state), word, fitting)


def offset(value: float) -> str:
    """Seconds since t0 as event lists show them."""
    return f"{value:.3f}"


def arrival(event: Event, t0: float) -> str:
    """When an event came, in seconds since t0; behind "≤" where our own loop was late and it may have come before."""
    return f"{'≤' if event.late else ''}{offset(event.at - t0)}"


def gap(value: float) -> str:
    """Seconds since the line before as event lists show them."""
    return f"{value:+.3f}"


def connection(run: Run, sent_at: float) -> str:
    """What getting the connection took for the request sent at that stamp; "" where that is not known."""
    took = run.stamps.connect
    if took is None or sent_at != run.stamps.t0:
        return ""
    return f"connect {took:.3f} s" if took else "connection reused"


def size(count: int) -> str:
    """A number of bytes.

    >>> size(2_500_000)
    '2.5 MB'
    """
    if count < 1_000:
        return f"{count} bytes"
    return f"{count / 1_000:.1f} KB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"


def _word(run: Run, now: float) -> str:
    match run.state:
        case "waiting":
            last = run.lines[-1] if run.lines else None
            if isinstance(last, AttemptFailed):
                wait = max(0.0, last.at + last.wait - now)
                return f"{last.status or 'no connection'} · attempt {last.attempt + 1} in {wait:4.1f}s"
            return f"waiting{_quiet(run, now)}"
        case "streaming":
            return f"streaming{f' · {run.unread} not read' if run.unread else ''}{_quiet(run, now)}"
        case "complete":
            return f"{run.stop_reason or 'complete'}{f' · {run.unread} not read' if run.unread else ''}"
        case "failed":
            status_code = run.failure.status if run.failure else None
            return f"failed {status_code}" if status_code is not None and status_code != 200 else "failed"
        case "cut" | "stopped":
            return f"{run.state} by the server" if run.is_cancelled else run.state
        case _:
            assert_never(run.state)


def _quiet(run: Run, now: float) -> str:
    """How long the server has sent nothing at all, once that is worth a look."""
    last_sign = run.stamps.last_sign
    quiet = now - (run.began if last_sign is None else last_sign)
    return f" · quiet for {int(quiet)} s" if quiet >= _WORTH_A_LOOK else ""


def _figures(run: Run, now: float) -> Sequence[list[str]]:
    """The figures, the most complete line first."""
    stamps = run.stamps
    token = stamps.since_t0(stamps.first_token)
    answer = stamps.since_t0(stamps.first_answer)
    elapsed = now - run.began if stamps.t0 is None else stamps.since_t0(now if stamps.end is None else stamps.end)
    total = f"{seconds(elapsed):>5}"
    first = f"first token {seconds(token):>5}"
    speed = pace(run, 4)
    short = f"token {seconds(token):>5}"
    lines = [[first, speed, total], [short, speed, total], [speed, total], [total]]
    if answer is None or answer == token:
        return lines
    return [
        [first, f"first answer {seconds(answer):>5}", speed, total],
        [short, f"answer {seconds(answer):>5}", speed, total],
        *lines,
    ]
