"""Reads the messages of a conversation as the APIs of OpenAI and Anthropic write them."""

from typing import Any

from diptych.core.text.excerpt import excerpt
from diptych.core.wording.did_you_mean import nearest_name
from diptych.core.wording.json_kind import json_kind
from diptych.plans.entry import Turn
from diptych.plans.set_problems import LineError

_SYSTEM_ROLES = ("system", "developer")
_ROLES = ("user", "assistant", *_SYSTEM_ROLES)
_TEXT_TYPES = ("text", "input_text", "output_text")
_LONGEST_QUOTE = 40


def read_turns(value: Any, place: str) -> tuple[tuple[Turn, ...], str | None]:
    """Return the turns of a conversation, and the system prompt before them, None if there is none.

    Messages of the role `system` or `developer` come first and are joined: not every API can have them elsewhere.
    Raises `LineError`.
    """
    if not isinstance(value, list) or not value:
        raise LineError(
            f"{place}: expected a list of messages, not {'an empty one' if value == [] else json_kind(value)}"
        )
    turns: list[Turn] = []
    system: list[str] = []
    for index, message in enumerate(value):
        where = f"{place}[{index}]"
        if not isinstance(message, dict):
            raise LineError(f'{where}: expected an object such as {{"role": "user", "content": "Say hi"}}')
        role = message.get("role")
        if role not in _ROLES:
            raise LineError(f"{where}.role: expected user, assistant or system{_hint(role)}")
        if message.get("tool_calls") or message.get("function_call"):
            raise LineError(f"{where}: messages with tool calls cannot be part of a set")
        text = _content(where, message.get("content"))
        if role not in _SYSTEM_ROLES:
            turns.append((role, text))
        elif turns:
            raise LineError(f"{where}: a message of the role {role} can only stand before all others")
        else:
            system.append(text)
    return tuple(turns), "\n\n".join(system) if system else None


def _content(place: str, value: Any) -> str:
    """Return the text of a message, whose content is a text or a list of parts."""
    if isinstance(value, str):
        return value
    if not isinstance(value, list) or not value:
        raise LineError(f"{place}.content: expected a text, not {json_kind(value)}")
    texts: list[str] = []
    for index, part in enumerate(value):
        where = f"{place}.content[{index}]"
        kind = part.get("type") if isinstance(part, dict) else None
        if kind not in _TEXT_TYPES:
            what = excerpt(kind, _LONGEST_QUOTE) if isinstance(kind, str) else json_kind(part)
            raise LineError(f'{where}: only parts of the type text can be read, not {what}; "attach" names files')
        if not isinstance(part.get("text"), str):
            raise LineError(f"{where}.text: expected a text, not {json_kind(part.get('text'))}")
        texts.append(part["text"])
    return "\n\n".join(texts)


def _hint(role: Any) -> str:
    if not isinstance(role, str):
        return f", not {json_kind(role)}"
    nearest = nearest_name(role, _ROLES)
    return f" (did you mean {nearest}?)" if nearest else f", not {excerpt(role, _LONGEST_QUOTE)}"
