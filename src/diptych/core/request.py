"""A request: one prompt with the conversation before it, for one model."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from diptych.core.message import Message
from diptych.core.settings import Settings

Label = str
"""What names a run within its round: `left` and `right` on the screen; `a`, `b`, `c` … where more models are asked."""


@dataclass(frozen=True, slots=True)
class Request:
    """One prompt with the conversation before it. `files` are the contents of its file parts by their SHA-256."""

    settings: Settings
    messages: tuple[Message, ...]
    files: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def prompt(self) -> str:
        """The text of the prompt that the request ends with."""
        return self.messages[-1].text
