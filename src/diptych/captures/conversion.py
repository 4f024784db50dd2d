"""Turns captures into recordings: one per call, or one round of several calls."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from diptych.captures.asked_model import AskedModel, Said, asked_model
from diptych.captures.recorded_capture import recorded_run
from diptych.core.capture import Capture
from diptych.core.message import Message
from diptych.core.recording import Recording
from diptych.core.request import Label
from diptych.core.secrets.captured import NO_SECRETS, without_secrets
from diptych.core.secrets.patterns import FoundKey, find_keys
from diptych.core.secrets.values import Secrets


@dataclass(frozen=True, slots=True)
class Call:
    """A captured exchange with a model, without secrets."""

    capture: Capture
    asked: AskedModel


def calls_in(captures: Sequence[Capture], said: Said, known: Secrets = NO_SECRETS) -> list[Call]:
    """Return the exchanges that asked a model; programs also capture others, which are left out.

    The `known` secrets, and those that an exchange sent, are removed.

    Raises `ValueError`, in words that follow the name of the file.
    """
    return [
        Call(capture, asked)
        for capture in (without_secrets(capture, known) for capture in captures)
        if (asked := asked_model(capture, said)) is not None
    ]


def looks_like_key(call: Call) -> FoundKey | None:
    """Return what looks like a key in a prompt or an answer, where recordings keep it; None if nothing does."""
    texts = (call.capture.request_body.decode("latin-1"), call.capture.body.decode("latin-1"))  # keys are ASCII
    return next((found for text in texts for found in find_keys(text)), None)


def recording_of(calls: Sequence[Call], labels: Sequence[Label]) -> Recording:
    """Return a round in which each call is a run.

    The runs keep the time between them if they overlapped; otherwise each begins with the round.
    """
    date, starts = _starts([call.capture for call in calls])
    prompt = next((call.asked.prompt for call in calls if call.asked.prompt), "")
    runs = []
    files: dict[str, bytes] = {}
    for call, label, start in zip(calls, labels, starts, strict=True):
        run = recorded_run(call.capture, call.asked, label, start)
        if not run.messages:
            run = replace(run, messages=(Message.of_text("user", prompt),))
        runs.append(run)
        files |= call.asked.files
    return Recording(prompt, date, runs, files=files)


def _starts(captures: Sequence[Capture]) -> tuple[float | None, list[float]]:
    """Return the date of a round, and when each request was sent, in seconds since then."""
    dates = [capture.date for capture in captures if capture.date is not None]
    if len(dates) < len(captures):
        return (min(dates) if dates else None), [0.0] * len(captures)
    first, last = min(dates), max(dates)
    overlap = all(date + length > last for date, length in zip(dates, map(_length, captures), strict=True))
    return first, [date - first if overlap else 0.0 for date in dates]


def _length(capture: Capture) -> float:
    """Return the seconds that an exchange took, as far as they are known."""
    ends = [capture.ended_at, *(piece.at for piece in capture.pieces[-1:])]
    return max((end for end in ends if end is not None), default=0.0)
