"""What is asked of one side."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from diptych.core.endpoint import Endpoint

SideName = Literal["left", "right"]
SIDES: tuple[SideName, SideName] = ("left", "right")

DEFAULT_MAX_TOKENS = 8192


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation, as visible text."""

    role: Literal["user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class Settings:
    """How one side asks: its endpoint and model, and everything sent beside the conversation.

    `params` are further fields of the request body, in the provider's own words; they win over ours.
    """

    endpoint: Endpoint
    model: str
    simulated: bool = False
    system: str = ""
    max_tokens: int = DEFAULT_MAX_TOKENS
    params: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def name(self) -> str:
        """The side as a user names it, `ENDPOINT:MODEL`."""
        return f"{self.endpoint.name}:{self.model}"


@dataclass(frozen=True, slots=True)
class Request:
    """One prompt with the conversation before it, for one side."""

    settings: Settings
    messages: tuple[Message, ...]

    @property
    def prompt(self) -> str:
        """The prompt this request ends with."""
        return self.messages[-1].text
