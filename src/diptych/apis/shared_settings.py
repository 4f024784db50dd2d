"""Settings that the APIs share but name differently: temperature, reasoning effort, and whether the model thinks.

Each is a member of `Settings.params`, some of them inside an object that may hold other members as well.
"""

from collections.abc import Mapping
from typing import Any, Literal

from diptych.core.endpoint import ApiName
from diptych.core.json_text import JsonObject

SharedSetting = Literal["temperature", "effort", "thinking"]

Path = tuple[str, ...]
"""The name of a request field, followed by the name of a member if the field is an object."""

PATHS: Mapping[ApiName, Mapping[SharedSetting, Path]] = {
    "anthropic-messages": {
        "temperature": ("temperature",),
        "effort": ("output_config", "effort"),
        "thinking": ("thinking", "type"),
    },
    "openai-chat": {"temperature": ("temperature",), "effort": ("reasoning_effort",)},
    "openai-responses": {"temperature": ("temperature",), "effort": ("reasoning", "effort")},
}
"""Where each API has its shared settings. OpenAI's models think as much as the effort says."""

HIGHEST_TEMPERATURE: Mapping[ApiName, float] = {"anthropic-messages": 1, "openai-chat": 2, "openai-responses": 2}
"""From the API references. Other servers may allow more."""


def shared_value(params: Mapping[str, Any], path: Path) -> float | str | None:
    """Return the number or text at a path, None if there is none, or something else."""
    value: Any = params
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    is_shown = isinstance(value, int | float | str) and not isinstance(value, bool)
    return value if is_shown and value != "" else None


def without_value(params: Mapping[str, Any], path: Path) -> JsonObject:
    """Return the fields without the value at a path, and without the object that it was the only member of."""
    rest = dict(params)
    name, *member = path
    if member:
        holder = {key: value for key, value in params[name].items() if key != member[0]}
        if holder:
            return rest | {name: holder}
    del rest[name]
    return rest


def with_value(params: Mapping[str, Any], path: Path, value: float | str) -> JsonObject:
    """Return the fields with a value at a path; other members of its object stay.

    Raises `ValueError` with a sentence for users if the value is there already, or its object is something else.
    """
    name, *member = path
    if not member:
        if name in params:
            raise ValueError(f"{name} is among the request fields as well: remove one of the two.")
        return {**params, name: value}
    holder = params.get(name, {})
    if not isinstance(holder, Mapping):
        raise ValueError(f"{name} among the request fields is not an object, which this needs.")
    if member[0] in holder:
        raise ValueError(f"{'.'.join(path)} is among the request fields as well: remove one of the two.")
    return {**params, name: {**holder, member[0]: value}}
