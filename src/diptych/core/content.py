"""What a server-sent event carries, in words that all three APIs share.

A dialect decodes each event into any number of these; a run folds them. The union is closed: every `match` on it ends
with `assert_never`.
"""

from dataclasses import dataclass
from typing import Any, Literal

from diptych.core.failure import Failure
from diptych.core.metrics.server_times import ServerTime
from diptych.core.metrics.usage import Usage

GrowingKind = Literal["text", "thinking", "refusal"]
"""The texts of an answer that arrive piece by piece."""


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of the visible answer."""

    text: str


@dataclass(frozen=True, slots=True)
class Thinking:
    """A piece of the model's thinking, in full or as a summary."""

    text: str


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A piece that may only repeat the text before it, as the next piece of its kind will show.

    It belongs to the answer if that ends here. It replaces what was held back before; "" says that nothing is any more.
    """

    of: GrowingKind
    text: str


@dataclass(frozen=True, slots=True)
class RedactedThinking:
    """A block of thinking that the provider encrypted."""


@dataclass(frozen=True, slots=True)
class ReasoningBlock:
    """A block of thinking ends that the API wants back, as it is, with the results of the tool calls that follow it."""

    block: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A piece of a refusal, which comes in place of an answer."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A tool call begins, or its name or id arrives late and replaces the former one.

    `key` tells the calls of one run apart; `id` is None if the server does not give one. `is_function` says whether the
    client carries the call out and returns a result as text; the server carries out all others, or they are of a kind
    that Diptych cannot answer.
    """

    key: int | str
    id: str | None
    name: str
    is_function: bool = True


@dataclass(frozen=True, slots=True)
class ToolArguments:
    """A piece of the raw arguments of the tool call `key`."""

    key: int | str
    text: str


@dataclass(frozen=True, slots=True)
class PartBegins:
    """The next part of the text, thinking or refusal begins, which is a separate paragraph."""

    of: GrowingKind


@dataclass(frozen=True, slots=True)
class ServerWork:
    """The server searches, runs code or compacts the conversation, and writes nothing of the answer in that time.

    The texts before and after are separate parts.
    """

    label: str


@dataclass(frozen=True, slots=True)
class OtherChoice:
    """Content of a second or later choice, which is listed but not folded; `ended` where that choice ends with it."""

    index: int
    text: str
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Identity:
    """The model that the server says it used, and the id of its response; None if it does not say."""

    model: str | None
    response_id: str | None


@dataclass(frozen=True, slots=True)
class UsageReport:
    """Token usage so far, which replaces earlier reports. `raw` is the provider's own object, merged by the dialect."""

    usage: Usage
    raw: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ServerTimes:
    """Durations that the server reports of its own work; one that is reported again replaces the former one."""

    times: tuple[ServerTime, ...]


@dataclass(frozen=True, slots=True)
class Stop:
    """The provider's reason why the answer stops, and the object that explains it, if there is one."""

    reason: str
    detail: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Complete:
    """The provider's terminal event: the answer is complete."""


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The server stopped the answer before its end; nothing follows."""


@dataclass(frozen=True, slots=True)
class EndOfStream:
    """The server says that the stream ends (`[DONE]`), which does not mean that the answer is complete."""


@dataclass(frozen=True, slots=True)
class Error:
    """An error that the server reports inside the stream.

    An error that is not `certain` only looks like one: if content follows, it was a notice.
    """

    failure: Failure
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Structure:
    """An event that structures the stream and carries nothing of the answer; `label` says what it is about."""

    label: str


@dataclass(frozen=True, slots=True)
class Ping:
    """An event that only keeps the connection alive."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """An event of a type that this version does not know; `label` is that type."""

    label: str


@dataclass(frozen=True, slots=True)
class Malformed:
    """Data that does not follow the API, so that words of the answer may be missing.

    `reason` says what is wrong with the data; `beginning` quotes its first characters.
    """

    reason: str
    beginning: str = ""


Content = (
    Text
    | Thinking
    | HeldBack
    | RedactedThinking
    | ReasoningBlock
    | Refusal
    | ToolCall
    | ToolArguments
    | PartBegins
    | ServerWork
    | OtherChoice
    | Identity
    | UsageReport
    | ServerTimes
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
