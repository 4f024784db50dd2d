"""Runs of captures that do not say when something happened."""

from diptych.captures.asked_model import CaptureHints
from diptych.captures.conversion import calls_in, recording_of
from diptych.core.capture import Capture
from diptych.core.recording import Recording
from diptych.core.run import Run
from diptych.core.timed_body import TimedBytes
from diptych.replay.folding import fold
from tests.streams.folding import stream


def untimed_recording(headers_at: float | None = None, ended_at: float | None = None) -> Recording:
    """A round of one call, whose events have no known times."""
    body = stream("anthropic-messages", "text")
    pieces = (TimedBytes(ended_at or 0.0, body),)
    sent = b'{"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": "hi"}]}'
    request = ("POST", "https://box/v1/messages", (), sent)
    capture = Capture(*request, 200, (), pieces, ending="clean", headers_at=headers_at, ended_at=ended_at)
    return recording_of(calls_in([capture], CaptureHints()), ["left"])


def untimed_run(headers_at: float | None = None, ended_at: float | None = None) -> Run:
    """The run of that call."""
    return fold(untimed_recording(headers_at, ended_at)).runs["left"]
