"""The script of a simulated answer: what is said and what goes wrong, in any API's terms."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import ClassVar, Literal

from diptych.simulated.pacing import Pace
from diptych.simulated.question import UNLIMITED

Side = Literal["left", "right"]
"""Which of the two simulated models speaks."""


class Ending(Enum):
    """Why an answer ends, in no provider's words."""

    DONE = auto()
    TOOL = auto()
    REFUSED = auto()
    LENGTH = auto()


@dataclass(frozen=True, slots=True)
class Say:
    """Visible text."""

    text: str
    ending: ClassVar[Ending] = Ending.DONE


@dataclass(frozen=True, slots=True)
class Think:
    """Thinking aloud, before the answer."""

    text: str
    ending: ClassVar[Ending] = Ending.DONE


@dataclass(frozen=True, slots=True)
class CallTool:
    """A tool call; the text is its arguments as JSON."""

    name: str
    text: str
    ending: ClassVar[Ending] = Ending.TOOL


@dataclass(frozen=True, slots=True)
class Refuse:
    """A refusal, with what the model says about it."""

    text: str
    ending: ClassVar[Ending] = Ending.REFUSED


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing for so many seconds, not even a sign of life."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Fail:
    """An error event; the stream ends with it."""


@dataclass(frozen=True, slots=True)
class Drop:
    """The connection is lost."""


Content = Say | Think | CallTool | Refuse
"""What a model produces, token by token; each knows how an answer ends that ends with it."""

Step = Content | Silence | Fail | Drop


class Trouble(Enum):
    """What a server complains about; the value is its message."""

    BUSY = "Simulated rate limit: this attempt is turned away. Please try again in 1s."
    OVERLOADED = "Simulated overload: every attempt is turned away."
    BROKEN = "Simulated error in the middle of an answer."
    NOT_STREAMED = "Simulated models only stream: set `stream` to true."


@dataclass(frozen=True, slots=True)
class Script:
    """A streamed answer: its steps, its pace and how many tokens it may have at most."""

    steps: tuple[Step, ...]
    pace: Pace
    token_limit: int = UNLIMITED


@dataclass(frozen=True, slots=True)
class Reject:
    """An HTTP error instead of an answer; `then` is what the next attempt gets, by default the same."""

    trouble: Trouble
    then: Script | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens in and out; `output_tokens` includes those of the thinking."""

    input_tokens: int
    output_tokens: int
    thinking_tokens: int
