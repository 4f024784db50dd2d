"""The script of a simulated answer: what is said and what goes wrong, independent of the API."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import ClassVar, Literal

from diptych.simulated.pacing import Pace
from diptych.simulated.question import UNLIMITED

Voice = Literal["left", "right"]
"""Which of the two simulated models answers. They are named after the sides on which they answer in a demo."""


class StopReason(Enum):
    """Why an answer ends, independent of the provider."""

    DONE = auto()
    TOOL = auto()
    REFUSED = auto()
    LENGTH = auto()


@dataclass(frozen=True, slots=True)
class Say:
    """Visible text."""

    text: str
    stop_reason: ClassVar[StopReason] = StopReason.DONE


@dataclass(frozen=True, slots=True)
class Think:
    """Thinking before the answer."""

    text: str
    stop_reason: ClassVar[StopReason] = StopReason.DONE


@dataclass(frozen=True, slots=True)
class CallTool:
    """A tool call. The text is its arguments as JSON."""

    name: str
    text: str
    stop_reason: ClassVar[StopReason] = StopReason.TOOL


@dataclass(frozen=True, slots=True)
class Refuse:
    """A refusal, with the model's explanation."""

    text: str
    stop_reason: ClassVar[StopReason] = StopReason.REFUSED


@dataclass(frozen=True, slots=True)
class Silence:
    """A pause in which nothing is sent, not even a ping."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Fail:
    """An error event, which ends the stream."""


@dataclass(frozen=True, slots=True)
class Drop:
    """The connection is lost."""


ModelOutput = Say | Think | CallTool | Refuse
"""What a model produces token by token. `stop_reason` is that of an answer whose last content it is."""

Step = ModelOutput | Silence | Fail | Drop


class Trouble(Enum):
    """An error that the server reports. The value is its message."""

    BUSY = "Simulated rate limit: this attempt is turned away. Please try again in 1s."
    OVERLOADED = "Simulated overload: every attempt is turned away."
    BROKEN = "Simulated error in the middle of an answer."
    NOT_STREAMED = "Simulated models only stream: set `stream` to true."


@dataclass(frozen=True, slots=True)
class Script:
    """A streamed answer: its steps, its pace, and the most tokens that it may have."""

    steps: tuple[Step, ...]
    pace: Pace
    token_limit: int = UNLIMITED


@dataclass(frozen=True, slots=True)
class Reject:
    """An HTTP error instead of an answer. `then` is the answer to the next attempt, None for the same error again."""

    trouble: Trouble
    then: Script | None = None


@dataclass(frozen=True, slots=True)
class TokenCounts:
    """The token counts of an answer. `output_tokens` includes those of the thinking."""

    input_tokens: int
    output_tokens: int
    thinking_tokens: int
