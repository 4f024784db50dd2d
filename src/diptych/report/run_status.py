"""The state of a run in a word, and for how long its server has been silent, as status lines show them."""

from typing import assert_never

from diptych.core.event import AttemptFailed
from diptych.core.run import Run, State

_SILENCE = 1.0
"""Seconds without a byte from which on a server is silent, as in the definition of a stall (`core.metrics.stalls`)."""

_PREPARATION = 1.0
"""Seconds after which a status says that nothing was sent yet: an SDK is loading, or other requests go first."""


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


def state_word(run: Run, now: float) -> str:
    """Return the state of a run at the time `now` of its clock, with what is known of its end. May be foreign text."""
    match run.state:
        case "waiting":
            if failed := _failed_attempt(run):
                wait = max(0.0, failed.at + (failed.wait or 0.0) - now)
                return f"{failed.status or 'no connection'} · attempt {failed.attempt + 1} in {wait:4.1f}s"
            is_late = run.stamps.t0 is None and now - run.began >= _PREPARATION
            return "not sent yet" if is_late else "waiting"
        case "streaming":
            return f"streaming{_not_read(run)}"
        case "complete":
            verdict = f" · {run.schema_verdict.word}" if run.schema_verdict else ""
            return f"{run.stop_reason or 'complete'}{verdict}{_not_read(run)}"
        case "failed":
            status_code = run.failure.status if run.failure else None
            return f"failed {status_code}" if status_code is not None and status_code != 200 else "failed"
        case "cut" | "stopped":
            return f"{run.state} by the server" if run.is_cancelled else run.state
        case _:
            assert_never(run.state)


def silence(run: Run, now: float) -> str:
    """Return for how long the server has sent nothing, such as `silent 12 s`; "" below a second.

    A server is not silent before it is asked, between two attempts, once its answer is whole, or after the run's end.
    """
    last_sign = run.stamps.last_sign
    if last_sign is None or run.ended or run.server_is_done or (run.state == "waiting" and _failed_attempt(run)):
        return ""
    seconds = now - last_sign
    return f"silent {int(seconds)} s" if seconds >= _SILENCE else ""


def _failed_attempt(run: Run) -> AttemptFailed | None:
    """Return the attempt that failed, while the run waits for the next one."""
    last = run.lines[-1] if run.lines else None
    return last if isinstance(last, AttemptFailed) else None


def _not_read(run: Run) -> str:
    return f" · {run.unread} not read" if run.unread else ""
