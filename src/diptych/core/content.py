"""What a server-sent event means, in words that all three APIs share.

A dialect reads each event into zero or more of these; a run folds them. The union is closed: whoever matches on it
ends with `assert_never`.
"""

from dataclasses import dataclass
from typing import Any, Literal

from diptych.core.failure import Failure
from diptych.core.metrics.usage import Usage

GrowingKind = Literal["text", "thinking", "refusal"]
"""The texts of an answer that grow piece by piece."""


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of the visible answer."""

    text: str


@dataclass(frozen=True, slots=True)
class Thinking:
    """A piece of thinking that the provider shows, as text or as a summary."""

    text: str


@dataclass(frozen=True, slots=True)
class RedactedThinking:
    """A block of thinking that came encrypted."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A piece of a refusal that comes in place of an answer."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A tool call begins, or more is said of it: a name or an id that came late replaces what stood there.

    `key` tells the calls of one run apart; `id` is None where the server gives none.
    """

    key: int | str
    id: str | None
    name: str


@dataclass(frozen=True, slots=True)
class ToolArguments:
    """A piece of the raw arguments of the tool call `key`."""

    key: int | str
    text: str


@dataclass(frozen=True, slots=True)
class PartBegins:
    """Another part of the text, the thinking or the refusal begins, which is a paragraph of its own."""

    of: GrowingKind


@dataclass(frozen=True, slots=True)
class ServerWork:
    """The server does something else than write the answer: it searches, runs code, or compacts the conversation.

    What was written before and what is written after are separate parts; nothing is written in the time between.
    """

    label: str


@dataclass(frozen=True, slots=True)
class OtherChoice:
    """Something of a second or later choice, which is listed but not folded; whether that choice `ended` with it."""

    index: int
    text: str
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Identity:
    """The model the server says it used, and its id for the response; None where it does not say."""

    model: str | None
    response_id: str | None


@dataclass(frozen=True, slots=True)
class UsageReport:
    """Usage so far; each report replaces the one before. `raw` is the provider's own object, merged by the dialect."""

    usage: Usage
    raw: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stop:
    """Why the answer stops: the provider's own value, and its object that explains it, if any."""

    reason: str
    detail: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Complete:
    """The provider's terminal marker: from here on the answer is whole."""


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The server stopped the answer before its end: what came stands, and nothing follows."""


@dataclass(frozen=True, slots=True)
class EndOfStream:
    """The server says that nothing follows (`[DONE]`); it says nothing about the answer."""


@dataclass(frozen=True, slots=True)
class Error:
    """An error that the server reports inside the stream.

    One that is not `certain` has only the form of an error: content that follows shows that it was a notice.
    """

    failure: Failure
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Structure:
    """An event that orders the stream and carries no content: `label` says what it is about."""

    label: str


@dataclass(frozen=True, slots=True)
class Ping:
    """A sign of life."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """An event of a type that this version does not know; `label` is that type."""

    label: str


@dataclass(frozen=True, slots=True)
class Malformed:
    """Data that is not what the API promises, so that words may be missing; `reason` says in what way.

    `beginning` is what the data begins with.
    """

    reason: str
    beginning: str = ""


Content = (
    Text
    | Thinking
    | RedactedThinking
    | Refusal
    | ToolCall
    | ToolArguments
    | PartBegins
    | ServerWork
    | OtherChoice
    | Identity
    | UsageReport
    | Stop
    | Complete
    | Cancelled
    | EndOfStream
    | Error
    | Structure
    | Ping
    | Unknown
    | Malformed
)
