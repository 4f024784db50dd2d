"""A run's state and figures as text. An unknown figure is "–"; a changing figure keeps its width."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from diptych.core.event import AttemptFailed, Event
from diptych.core.run import Run, State
from diptych.report.figures import pace, seconds

_WORTH_A_LOOK = 5.0
"""Seconds of silence after which a status line shows it."""


@dataclass(frozen=True, slots=True)
class Status:
    """The status line of a run: a sign and a word for its state, and its figures."""

    state: State
    mark: str
    word: str
    figures: str


def mark(state: State) -> str:
    """Return the sign of a state, which can be told from the others without colour."""
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
    """Return the status line of a run at the time `now` of its clock, with as many figures as fit into the width."""
    word = _word(run, now)
    room = width - len(word) - 2
    lines = (f"  {'  '.join(figures)}" for figures in _figures(run, now))
    fitting = next((line for line in lines if len(line) <= room), "")
    return Status(run.state, mark(run.state), word, fitting)


def offset(value: float) -> str:
    """Return seconds since t0 as event lists show them."""
    return f"{value:.3f}"


def arrival(event: Event, t0: float) -> str:
    """Return when an event came, in seconds since t0; with "≤" if Diptych read it late, so that it may be older."""
    return f"{'≤' if event.late else ''}{offset(event.at - t0)}"


def gap(value: float) -> str:
    """Return seconds since the previous line as event lists show them."""
    return f"{value:+.3f}"


def connection(run: Run, sent_at: float) -> str:
    """Return how long connecting took for the request that was sent at that time; "" if it is not known."""
    took = run.stamps.connect
    if took is None or sent_at != run.stamps.t0:
        return ""
    return f"connect {took:.3f} s" if took else "connection reused"


def size(count: int) -> str:
    """Return a number of bytes as text.

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
            verdict = f" · {run.schema_verdict.word}" if run.schema_verdict else ""
            return f"{run.stop_reason or 'complete'}{verdict}{f' · {run.unread} not read' if run.unread else ''}"
        case "failed":
            status_code = run.failure.status if run.failure else None
            return f"failed {status_code}" if status_code is not None and status_code != 200 else "failed"
        case "cut" | "stopped":
            return f"{run.state} by the server" if run.is_cancelled else run.state
        case _:
            assert_never(run.state)


def _quiet(run: Run, now: float) -> str:
    """Return for how long the server has sent nothing; "" for a short time."""
    last_sign = run.stamps.last_sign
    quiet = now - (run.began if last_sign is None else last_sign)
    return f" · quiet for {int(quiet)} s" if quiet >= _WORTH_A_LOOK else ""


def _figures(run: Run, now: float) -> Sequence[list[str]]:
    """Return lines of figures, from the most complete to the shortest."""
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
