"""What a row of the fault matrix says, and the answers that its rows are made of.

Every answer is that of a server which would say "Hello" in two pieces, "Hel" and "lo", if it went as it should.
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
"""Where the side is asked: the server of the tests · a port where nobody listens · a name that is none · that server by
https · a server that never answers the handshake · one that takes no more connections · one that resets each at once ·
the same by https · a host behind a proxy · a host behind one where nobody listens."""


def anything(run: Run) -> bool:
    """Nothing more to hold."""
    return True


@dataclass(frozen=True)
class Fault:
    """One row: what the server does, and what becomes of the side that asked it.

    `server` and `outcome` say it for the documentation. `plays` gives the answers to the requests it gets, in order.
    `says` is a regular expression for the sentence that users read, "" where the answer is whole and needs none.
    `text` is what is kept of the answer, `attempts` the status of each attempt. `timeout` is the `--timeout` given,
    in seconds. `is_stopped` has the user stop the side once text has come. Faults of one `family` share a row of the
    documentation, which names their variants. `holds` is what else must be so.
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
    """Rows that belong together, under a heading of the documentation and a remark on all of them."""

    title: str
    faults: Sequence[Fault]
    remark: str = ""


def hello(api: ApiName) -> list[bytes]:
    """The whole answer, an event each."""
    return STREAMS[api]("Hel", "lo")


def begun(api: ApiName) -> list[bytes]:
    """The answer up to its first piece."""
    return hello(api)[: _first_piece(api) + 1]


def rest(api: ApiName) -> list[bytes]:
    """What follows `begun`."""
    return hello(api)[_first_piece(api) + 1 :]


def unmarked(api: ApiName) -> list[bytes]:
    """The whole text, without what says that it is whole."""
    return hello(api)[: _first_piece(api) + 2]


def ending(api: ApiName) -> list[bytes]:
    """What follows `unmarked`."""
    return hello(api)[_first_piece(api) + 2 :]


def piece(api: ApiName, text: str) -> bytes:
    """An event with a piece of the answer."""
    return STREAMS[api](text)[_first_piece(api)]


def with_usage(api: ApiName, usage: Any) -> list[bytes]:
    """The answer whose server reports this usage, or none."""
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
    """How the API tells of an error in the middle of a stream."""
    error = {"type": "overloaded_error", "message": "Too many questions"}
    match api:
        case "anthropic-messages":
            return message_event("error", error=error)
        case "openai-chat":
            return framed({"error": error})
        case "openai-responses":
            return framed({"type": "error", **error, "code": "overloaded_error"}, "error")


def listed(run: Run, data: bytes) -> bool:
    """Whether the run lists an event with that in its data."""
    return any(data in line.data for line in run.lines if isinstance(line, Event))


def malformed(run: Run) -> int:
    """How many events the run marks as not what the API promises."""
    events = (line for line in run.lines if isinstance(line, Event))
    return sum(any(isinstance(content, Malformed) for content in event.contents) for event in events)


def _first_piece(api: ApiName) -> int:
    return {"anthropic-messages": 3, "openai-chat": 1, "openai-responses": 2}[api]
