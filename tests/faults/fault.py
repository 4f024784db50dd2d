"""The rows of the fault matrix, and the parts of answers that they consist of.

Without its fault, every server would answer "Hello" in two pieces, "Hel" and "lo".
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from diptych.core.content import Malformed
from diptych.core.endpoint import ApiName
from diptych.core.event import Event
from diptych.core.run import Run, State
from tests.support.answers import Answer
from tests.support.streams import STREAMS, chunk, framed, message_event

Place = Literal[
    "server",
    "nobody",
    "unknown",
    "no TLS",
    "silent TLS",
    "full",
    "resetting",
    "resetting TLS",
    "behind a proxy",
    "behind a dead proxy",
]
"""Where the request is sent: to the test's server; to a port at which no program listens; to an unknown host name; to
the test's server by https; to a server that never answers the TLS handshake; to one that accepts no more connections;
to one that resets every connection, by http or by https; to a host behind a proxy; to a host behind a dead proxy."""


def anything(run: Run) -> bool:
    """Accept every run."""
    return True


@dataclass(frozen=True)
class Fault:
    """A row: what the server does, and what happens to the side that asked it.

    `server` and `outcome` describe this in the documentation. `plays` returns the server's answers to the requests, in
    order. `says` is a regular expression for the sentence that users read, "" if the answer is whole. `text` is the
    text that is kept, `attempts` the status of each attempt, and `timeout` the value of `--timeout` in seconds. With
    `is_stopped`, the user stops the side once text has come. Faults of the same `family` share a row of the
    documentation, which names their variants. `holds` is another condition on the run.
    """

    name: str
    server: str
    outcome: str
    plays: Callable[[ApiName], Sequence[Answer]]
    state: State
    says: str = ""
    text: str = ""
    attempts: tuple[int | None, ...] = (200,)
    place: Place = "server"
    timeout: float | None = None
    is_stopped: bool = False
    family: str = ""
    variant: str = ""
    holds: Callable[[Run], object] = anything


@dataclass(frozen=True)
class Group:
    """The rows under a heading of the documentation, with a remark on all of them."""

    title: str
    faults: Sequence[Fault]
    remark: str = ""


def hello(api: ApiName) -> list[bytes]:
    """Return the events of the whole answer."""
    return STREAMS[api]("Hel", "lo")


def begun(api: ApiName) -> list[bytes]:
    """Return the events up to the first piece of text."""
    return hello(api)[: _first_piece(api) + 1]


def rest(api: ApiName) -> list[bytes]:
    """Return the events after `begun`."""
    return hello(api)[_first_piece(api) + 1 :]


def unmarked(api: ApiName) -> list[bytes]:
    """Return the events up to the last piece of text, without the end marker."""
    return hello(api)[: _first_piece(api) + 2]


def ending(api: ApiName) -> list[bytes]:
    """Return the events after `unmarked`."""
    return hello(api)[_first_piece(api) + 2 :]


def piece(api: ApiName, text: str) -> bytes:
    """Return an event with a piece of text."""
    return STREAMS[api](text)[_first_piece(api)]


def with_usage(api: ApiName, usage: Any) -> list[bytes]:
    """Return the events of the whole answer with this usage, None for no usage."""
    wanted = {} if usage is None else {"usage": usage}
    match api:
        case "anthropic-messages":
            start = message_event("message_start", message={"id": "msg_1", "model": "m", **wanted})
            delta = message_event("message_delta", delta={"stop_reason": "end_turn"}, **wanted)
            return [start, *hello(api)[1:-2], delta, hello(api)[-1]]
        case "openai-chat":
            return [*unmarked(api), chunk({}, "stop"), *([chunk(**wanted)] if wanted else [])]
        case "openai-responses":
            response = {"id": "resp_1", "status": "completed", **wanted}
            return [*hello(api)[:-1], framed({"type": "response.completed", "response": response})]


def error_event(api: ApiName) -> bytes:
    """Return the event with which the API reports an error in a stream."""
    error = {"type": "overloaded_error", "message": "Too many questions"}
    match api:
        case "anthropic-messages":
            return message_event("error", error=error)
        case "openai-chat":
            return framed({"error": error})
        case "openai-responses":
            return framed({"type": "error", **error, "code": "overloaded_error"}, "error")


def listed(run: Run, data: bytes) -> bool:
    """Whether the run lists an event whose data contains these bytes."""
    return any(data in line.data for line in run.lines if isinstance(line, Event))


def malformed(run: Run) -> int:
    """Return how many events the run marks as malformed."""
    events = (line for line in run.lines if isinstance(line, Event))
    return sum(any(isinstance(content, Malformed) for content in event.contents) for event in events)


def _first_piece(api: ApiName) -> int:
    return {"anthropic-messages": 3, "openai-chat": 1, "openai-responses": 2}[api]
