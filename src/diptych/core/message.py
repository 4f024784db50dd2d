"""The messages of a conversation: who says what, in parts that all three APIs can carry."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

Role = Literal["user", "assistant", "tool"]
"""Who speaks. `tool` messages carry the results of tool calls back to the model."""


@dataclass(frozen=True, slots=True)
class TextPart:
    """Visible text."""

    text: str


@dataclass(frozen=True, slots=True)
class FilePart:
    """A file: its SHA-256 in hexadecimal digits, the name that the model sees, and its media type (`image/png`).

    The bytes are kept once, by hash, in `Request.files`. `size` is their number, and `width` and `height` are those of
    an image in pixels; None where they are not known.
    """

    sha256: str
    name: str
    media_type: str
    size: int | None = None
    width: int | None = None
    height: int | None = None

    @property
    def is_image(self) -> bool:
        """Whether the file is an image."""
        return self.media_type.startswith("image/")

    @property
    def is_text(self) -> bool:
        """Whether the file is text, which an API can also take as a part of the prompt."""
        return self.media_type.startswith("text/")


@dataclass(frozen=True, slots=True)
class ToolCallPart:
    """A tool call that the model made in an earlier turn. `arguments` is JSON as the model wrote it."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class ToolResultPart:
    """What the tool call `call_id` returned, or the error it ended with."""

    call_id: str
    text: str
    is_error: bool = False


@dataclass(frozen=True, slots=True)
class ReasoningPart:
    """A block of the model's thinking as its API sent it, signed or encrypted. It goes back to the same API only.

    The APIs want it back before the results of tool calls that followed it.
    """

    block: Mapping[str, Any]


Part = TextPart | FilePart | ToolCallPart | ToolResultPart | ReasoningPart


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation."""

    role: Role
    parts: tuple[Part, ...]

    @classmethod
    def of_text(cls, role: Role, text: str) -> Self:
        """Return a message of text alone."""
        return cls(role, (TextPart(text),))

    @property
    def text(self) -> str:
        """The message's visible text; "" if it has none."""
        return "\n\n".join(part.text for part in self.parts if isinstance(part, TextPart))

    @property
    def tool_calls(self) -> tuple[ToolCallPart, ...]:
        """The tool calls in the message."""
        return tuple(part for part in self.parts if isinstance(part, ToolCallPart))

    @property
    def tool_results(self) -> tuple[ToolResultPart, ...]:
        """The results of tool calls in the message."""
        return tuple(part for part in self.parts if isinstance(part, ToolResultPart))

    @property
    def files(self) -> tuple[FilePart, ...]:
        """The files of the message, in order."""
        return tuple(part for part in self.parts if isinstance(part, FilePart))

    @property
    def is_plain(self) -> bool:
        """Whether the message is a single text, which every API takes as a string."""
        return len(self.parts) == 1 and isinstance(self.parts[0], TextPart)
