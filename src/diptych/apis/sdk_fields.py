"""The request fields that the installed SDKs know, read from the types of their parameters."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, assert_never, get_args, get_origin, get_type_hints

from diptych.apis.import_lock import IMPORT_LOCK
from diptych.apis.shared_settings import PATHS, Path, SharedSetting
from diptych.core.endpoint import ApiName
from diptych.core.wording.did_you_mean import did_you_mean

_Shape = Literal["a whole number", "a number", "text", "true or false", "an object", "a list"]

_SET_BY_DIPTYCH = frozenset({"model", "stream", "messages", "input", "prompt"})

_HEADERS = frozenset({"user_profile_id", "workspace_id"})
"""Parameters of the anthropic SDK that it sends as headers."""

_NOT_IN_SDK: Mapping[ApiName, Mapping[str, Any]] = {
    "anthropic-messages": {"temperature": float, "top_k": int, "top_p": float},
    "openai-chat": {},
    "openai-responses": {},
}
"""Fields that older models of an API still take, although its SDK has no parameter for them any more."""


@dataclass(frozen=True, slots=True)
class KnownField:
    """A request field that an SDK knows: the shapes and the texts that its value may have, both empty for any value."""

    shapes: tuple[_Shape, ...] = ()
    choices: tuple[str, ...] = ()

    def mismatch(self, name: str, value: Any) -> str:
        """Return a sentence if the value is not of the SDK's type, "" otherwise. null leaves a field out."""
        if value is None or not (self.shapes or self.choices) or any(_fits(value, shape) for shape in self.shapes):
            return ""
        if isinstance(value, str) and value in self.choices:
            return ""
        expected = (*(f'"{choice}"' for choice in self.choices), *self.shapes)
        return f"{name} is usually {' or '.join(expected)}."


@dataclass(frozen=True, slots=True)
class KnownFields:
    """The request fields that an API's SDK knows, and the values that it lists for the shared settings."""

    fields: Mapping[str, KnownField] = field(default_factory=dict)
    offered: Mapping[SharedSetting, tuple[str, ...]] = field(default_factory=dict)

    def remark(self, name: str, value: Any) -> str:
        """Return a sentence about a field that is unknown or has an unusual value, "" for any other field."""
        known = self.fields.get(name)
        if known:
            return known.mismatch(name, value)
        if hint := did_you_mean(name, self.fields):
            return f"{name} is not known.{hint}"
        return f"{name} is not known to this API." if self.fields else ""


NOTHING_KNOWN = KnownFields()


@cache
def sdk_fields(api: ApiName) -> KnownFields:
    """Return what an API's SDK knows. Importing the SDK takes about a second."""
    with IMPORT_LOCK:
        parameters = _parameters(api)
    hints = {**get_type_hints(parameters), **_NOT_IN_SDK[api]}
    fields = {name: known_field(hint) for name, hint in sorted(hints.items()) if name not in _SET_BY_DIPTYCH | _HEADERS}
    offered = {
        setting: tuple(dict.fromkeys(_literals_at(hints.get(path[0]), path[1:])))
        for setting, path in PATHS[api].items()
    }
    return KnownFields(fields, offered)


def _parameters(api: ApiName) -> Any:
    match api:
        case "anthropic-messages":
            from anthropic.types.message_create_params import MessageCreateParamsStreaming as Messages

            return Messages
        case "openai-chat":
            from openai.types.chat.completion_create_params import CompletionCreateParamsStreaming as Chat

            return Chat
        case "openai-responses":
            from openai.types.responses.response_create_params import ResponseCreateParamsStreaming as Responses

            return Responses
        case _:
            assert_never(api)


def known_field(hint: Any) -> KnownField:
    """Return what the type of an SDK's parameter says about a request field."""
    shapes: dict[_Shape, None] = {}
    choices: dict[str, None] = {}
    for part in _members(hint):
        if isinstance(part, str):
            choices[part] = None
        elif shape := _shape(part):
            shapes[shape] = None
        elif part is not type(None):
            return KnownField()
    return KnownField(tuple(shapes), tuple(choices))


def _members(hint: Any) -> Iterator[Any]:
    """Yield each alternative of a type: the strings of `Literal`s and other types."""
    if get_origin(hint) in (Union, UnionType):
        for part in get_args(hint):
            yield from _members(part)
    elif get_origin(hint) is Literal:
        yield from get_args(hint)
    else:
        yield hint


def _shape(hint: Any) -> _Shape | None:
    simple: dict[Any, _Shape] = {
        int: "a whole number",
        float: "a number",
        str: "text",
        bool: "true or false",
        dict: "an object",
        list: "a list",
        Iterable: "a list",
        Sequence: "a list",
    }
    return "an object" if _is_typed_dict(hint) else simple.get(get_origin(hint) or hint)


def _fits(value: Any, shape: _Shape) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    match shape:
        case "a whole number":
            return is_number and isinstance(value, int)
        case "a number":
            return is_number
        case "text":
            return isinstance(value, str)
        case "true or false":
            return isinstance(value, bool)
        case "an object":
            return isinstance(value, Mapping)
        case "a list":
            return isinstance(value, list)
        case _:
            assert_never(shape)


def _literals_at(hint: Any, path: Path) -> Iterator[str]:
    """Yield the strings that a type lists for the member at a path."""
    for part in _members(hint):
        if not path and isinstance(part, str):
            yield part
        elif path and _is_typed_dict(part):
            yield from _literals_at(get_type_hints(part).get(path[0]), path[1:])


def _is_typed_dict(hint: Any) -> bool:
    """Whether a type is a `TypedDict` of `typing` or of `typing_extensions`."""
    return hasattr(hint, "__required_keys__")
