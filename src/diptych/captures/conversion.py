"""Turns captures into recordings: one per call, or one round of several calls."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from diptych.captures.asked_model import AskedModel, CaptureHints, asked_model
from diptych.captures.recorded_capture import recorded_call
from diptych.captures.repeated_requests import attempts
from diptych.core.capture import Capture
from diptych.core.message import Message
from diptych.core.recording import Recording
from diptych.core.request import Label
from diptych.core.secrets.captured import NO_SECRETS, without_secrets
from diptych.core.secrets.patterns import FoundKey, find_keys
from diptych.core.secrets.values import Secrets


@dataclass(frozen=True, slots=True)
class Call:
    """A captured exchange with a model, without secrets. `failed` are the earlier attempts at it, in order."""

    capture: Capture
    asked: AskedModel
    failed: tuple[Capture, ...] = ()

    @property
    def attempts(self) -> tuple[Capture, ...]:
        """All attempts at the call, in order."""
        return (*self.failed, self.capture)

    @property
    def is_untimed(self) -> bool:
        """Whether there are events whose times are not known."""
        return bool(self.capture.pieces) and not self.capture.times_known


def calls_in(captures: Sequence[Capture], hints: CaptureHints, known: Secrets = NO_SECRETS) -> list[Call]:
    """Return the calls of models; programs also capture other exchanges, which are left out.

    A call has several attempts if the client sent its request again after a failure. The `known` secrets, and those
    that an exchange sent, are removed.

    Raises `ValueError`, in words that follow the name of the file.
    """
    asked_by: dict[int, AskedModel] = {}
    asking: list[Capture] = []
    for capture in (without_secrets(capture, known) for capture in captures):
        if (asked := asked_model(capture, hints)) is not None:
            asked_by[id(capture)] = asked
            asking.append(capture)
    return [Call(last, asked_by[id(last)], tuple(failed)) for *failed, last in attempts(asking)]


def looks_like_key(call: Call) -> FoundKey | None:
    """Return what looks like a key in a prompt or an answer, where recordings keep it; None if nothing does."""
    bodies = (call.capture.request_body, *(capture.body for capture in call.attempts))
    return next((found for body in bodies for found in find_keys(body.decode("latin-1"))), None)  # keys are ASCII


def recording_of(calls: Sequence[Call], labels: Sequence[Label]) -> Recording:
    """Return a round in which each call is a run.

    The runs keep the time between them if they overlapped; otherwise each begins with the round.
    """
    date, starts = _starts([call.attempts for call in calls])
    prompt = next((call.asked.prompt for call in calls if call.asked.prompt), "")
    runs = []
    files: dict[str, bytes] = {}
    for call, label, start in zip(calls, labels, starts, strict=True):
        run = recorded_call(call.attempts, call.asked, label, start)
        if not run.messages:
            run = replace(run, messages=(Message.of_text("user", prompt),))
        runs.append(run)
        files |= call.asked.files
    return Recording(prompt, date, runs, files=files)


def _starts(calls: Sequence[Sequence[Capture]]) -> tuple[float | None, list[float]]:
    """Return the date of a round, and when the first request of each call was sent, in seconds since then."""
    dates = [attempts[0].date for attempts in calls if attempts[0].date is not None]
    if len(dates) < len(calls):
        return (min(dates) if dates else None), [0.0] * len(calls)
    first, last = min(dates), max(dates)
    overlap = all(date + length > last for date, length in zip(dates, map(_length, calls), strict=True))
    return first, [date - first if overlap else 0.0 for date in dates]


def _length(attempts: Sequence[Capture]) -> float:
    """Return the seconds from the first request of a call to its end, as far as they are known."""
    first, last = attempts[0], attempts[-1]
    before = 0.0 if first.date is None or last.date is None else last.date - first.date
    ends = [last.ended_at, *(piece.at for piece in last.pieces[-1:])]
    return before + max((end for end in ends if end is not None), default=0.0)
