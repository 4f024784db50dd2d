"""The exchanges of a recorded run: each request with what the server answered, up to the end of the connection."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, assert_never

from diptych.core.body_pieces import NO_REST, BodyRest
from diptych.core.event import AttemptFailed, RequestSent, ResponseBegan, RunCut, RunFailed, RunStopped
from diptych.core.failure import Failure
from diptych.core.recording import RecordedEvent, RecordedRun

ExchangeEnding = Literal["clean", "lost", "silent", "unknown"]
"""How the answer to a request ended. `clean`: the server ended it, whatever was missing. `lost`: the connection broke.
`silent`: the server sent nothing more and kept the connection open until Diptych gave up. `unknown`: the user stopped
it, or the recording ends before it."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer. All stamps are on the clock of the run, in seconds.

    `response` is None where no answer began. `body` is the whole body of a response that was not a stream of events;
    one that was has `events`, and `rest` after them. `ended_at` is the stamp of the end as far as it is known, else
    that of the last line. `failed` is the note of an attempt that was repeated.
    """

    request: RequestSent
    response: ResponseBegan | None
    body: bytes
    events: tuple[RecordedEvent, ...]
    rest: BodyRest
    ending: ExchangeEnding
    ended_at: float
    failed: AttemptFailed | None = None


def exchanges(run: RecordedRun) -> list[Exchange]:
    """Return the exchanges of a run in order: one per attempt. The rest of the body belongs to the last one."""
    found = list(_exchanges(run))
    if found and run.rest is not NO_REST:
        found[-1] = replace(found[-1], rest=run.rest)
    return found


def _exchanges(run: RecordedRun) -> Iterator[Exchange]:
    builder: _Builder | None = None
    for line in run.lines:
        if isinstance(line, RequestSent):
            if builder:
                yield builder.exchange()
            builder = _Builder(line, ending="clean" if run.ended else "unknown")
        elif builder:
            builder.add(line)
    if builder:
        yield builder.exchange()


class _Builder:
    """Gathers one exchange."""

    def __init__(self, request: RequestSent, ending: ExchangeEnding) -> None:
        self._request = request
        self._response: ResponseBegan | None = None
        self._body = b""
        self._events: list[RecordedEvent] = []
        self._ending = ending
        self._ended_at = request.at
        self._failed: AttemptFailed | None = None

    def add(self, line: RecordedEvent | ResponseBegan | AttemptFailed | RunFailed | RunStopped | RunCut) -> None:
        """Take in a line that follows the request."""
        self._ended_at = max(self._ended_at, line.at)
        match line:
            case RecordedEvent():
                self._events.append(line)
            case ResponseBegan(body=body):
                self._response, self._body = line, body
            case AttemptFailed(status=status):
                self._failed = line
                self._ending = "lost" if status is None else "clean"
            case RunFailed(failure=failure, body=body):
                self._body = self._body or body
                self._ending = _ending(failure)
            case RunStopped():
                self._ending = "unknown"
            case RunCut():
                self._ending = "clean"
            case _:
                assert_never(line)

    def exchange(self) -> Exchange:
        """Return what was gathered."""
        events = tuple(self._events)
        parts = (self._request, self._response, self._body, events, NO_REST)
        return Exchange(*parts, self._ending, self._ended_at, self._failed)


def _ending(failure: Failure) -> ExchangeEnding:
    match failure.kind:
        case "connection":
            return "lost"
        case "timeout":
            return "silent"
        case "http" | "event" | "response" | "request" | "internal":
            return "clean"
        case _:
            assert_never(failure.kind)
