"""The settings of a request: which model is asked, and everything that is sent besides the conversation."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import Any, NamedTuple

from diptych.core.endpoint import Endpoint

DEFAULT_MAX_TOKENS = 8192


@dataclass(frozen=True, slots=True)
class ToolDefinition:
    """A tool that the model may call. `parameters` is the JSON Schema of its arguments."""

    name: str
    description: str = ""
    parameters: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({"type": "object"}))


@dataclass(frozen=True, slots=True)
class Settings:
    """How a model is asked: its endpoint and name, and everything sent besides the conversation.

    `params` are further fields of the request body in the provider's own words; they win over the other settings.
    `response_schema` is the JSON Schema that the answer must follow, None for free text. `preset` names the preset that
    these settings come from, "" where they were put together otherwise.
    """

    endpoint: Endpoint
    model: str
    simulated: bool = False
    system: str = ""
    max_tokens: int = DEFAULT_MAX_TOKENS
    params: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    tools: tuple[ToolDefinition, ...] = ()
    response_schema: Mapping[str, Any] | None = None
    preset: str = ""

    @property
    def name(self) -> str:
        """The endpoint and model as users write them, `ENDPOINT:MODEL`."""
        return f"{self.endpoint.name}:{self.model}"


class SettingDifference(NamedTuple):
    """A setting that differs: its name (a request field's own name for one of `params`), and both values.

    A request field that is missing is `NOT_SET`. One that is None is left out of the request, even if Diptych sends it
    otherwise.
    """

    name: str
    value: Any
    other: Any


class _NotSet(Enum):
    NOT_SET = "not set"


NOT_SET = _NotSet.NOT_SET
"""In place of the value of a request field that is not set."""


def settings_differences(settings: Settings, other: Settings) -> Iterator[SettingDifference]:
    """Yield the settings that differ, in the order in which users read them.

    Which model is asked is not among them, and request fields are not: `field_differences` has those.
    """
    for name in ("system", "max_tokens", "tools", "response_schema"):
        value, others = getattr(settings, name), getattr(other, name)
        if value != others:
            yield SettingDifference(name, value, others)


def field_differences(settings: Settings, other: Settings) -> Iterator[SettingDifference]:
    """Yield the request fields that differ. A field may have the name of a setting."""
    for name in dict.fromkeys((*settings.params, *other.params)):
        value, others = settings.params.get(name, NOT_SET), other.params.get(name, NOT_SET)
        if value != others:
            yield SettingDifference(name, value, others)
