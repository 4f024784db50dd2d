"""The conversation of a request in a form in which two requests that ask the same are equal.

White space, the order of members, the ids of tool calls, cache hints and thinking that is sent back do not count. A
text may stand alone or in a list of parts. Settings, such as the temperature, are not part of a conversation.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, assert_never

from diptych.core.endpoint import ApiName
from diptych.core.json_text import JsonObject, parse_json, to_json
from diptych.core.text.excerpt import excerpt
from diptych.core.wording.counted import counted

_TEXTS = frozenset({"text", "input_text", "output_text"})
_REASONING = frozenset({"thinking", "redacted_thinking", "reasoning"})
_SYSTEM_ROLES = frozenset({"system", "developer"})
_CONTENTS = frozenset({"content", "output"})
"""Members that hold a text or a list of parts."""

_IGNORED = frozenset({"cache_control", "id", "call_id", "tool_call_id", "tool_use_id", "status", "annotations"})
"""Members that may differ although the same is asked, such as the ids that a model gives to its calls."""

_LONGEST_WHOLE = 200
"""Characters of a text that are kept. Of a longer text, as many and a hash of the whole are kept."""

_QUOTED = 60
"""Characters of a text that a sentence quotes."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A message: its role, and its parts as texts. Texts that follow each other are one part."""

    role: str
    contents: tuple[str, ...]

    def __str__(self) -> str:
        return f"“{excerpt(' '.join(self.contents), _QUOTED)}”"


@dataclass(frozen=True, slots=True)
class ComparableConversation:
    """The messages of a request in order, and its system prompt."""

    turns: tuple[Turn, ...]
    system: tuple[str, ...] = ()

    def equal_turns(self, other: "ComparableConversation") -> int:
        """Return how many messages at the beginning are equal in both."""
        pairs = enumerate(zip(self.turns, other.turns, strict=False))
        shorter = min(len(self.turns), len(other.turns))
        return next((number for number, (one, another) in pairs if one != another), shorter)


def read_conversation(api: ApiName, body: JsonObject) -> ComparableConversation | None:
    """Return the conversation in the body of a request; None if it has no messages."""
    match api:
        case "anthropic-messages":
            system, messages = body.get("system"), body.get("messages")
        case "openai-chat":
            system, messages = None, body.get("messages")
        case "openai-responses":
            system, messages = body.get("instructions"), body.get("input")
        case _:
            assert_never(api)
    if isinstance(messages, str):
        messages = [{"role": "user", "content": messages}]
    if not isinstance(messages, list) or not all(isinstance(message, dict) for message in messages):
        return None
    turns = [_turn(message) for message in messages if _word(message, "type") not in _REASONING]
    instructions = [*_contents(system), *(each for turn in turns if turn.role == "system" for each in turn.contents)]
    return ComparableConversation(tuple(turn for turn in turns if turn.role != "system"), tuple(instructions))


def difference(recorded: ComparableConversation, asked: ComparableConversation) -> str:
    """Return what differs between a recorded conversation and a request, as a part of a sentence; "" for nothing."""
    equal = recorded.equal_turns(asked)
    if equal < len(recorded.turns) and equal < len(asked.turns):
        one, other = recorded.turns[equal], asked.turns[equal]
        if one.role != other.role:
            return f"message {equal + 1} is of the role {_quoted(one.role)} there and {_quoted(other.role)} here"
        return f"message {equal + 1} ({excerpt(one.role, _QUOTED)}) is {one} there and {other} here"
    if len(recorded.turns) != len(asked.turns):
        return f"the conversation has {counted(len(recorded.turns), 'message')} there and {len(asked.turns):,} here"
    if recorded.system != asked.system:
        return f"the system prompt is {Turn('', recorded.system)} there and {Turn('', asked.system)} here"
    return ""


def _turn(message: JsonObject) -> Turn:
    role = _word(message, "role")
    if not role:
        return Turn(_word(message, "type"), (_shortened(to_json(_plain(message))),))
    calls = message.get("tool_calls")
    contents = [*_contents(message.get("content"))]
    if isinstance(calls, list):
        contents += [_shortened(to_json(_plain(call))) for call in calls]
    return Turn("system" if role in _SYSTEM_ROLES else role, tuple(contents))


def _word(value: Any, name: str) -> str:
    """Return a member of an object that must be a text; "" if it is something else, as in a request that is wrong."""
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, str) else ""


def _contents(content: Any) -> Iterator[str]:
    """Yield the contents of a message, shortened."""
    return map(_shortened, _parts(content))


def _parts(content: Any) -> Iterator[str]:
    """Yield the parts of a message that count. Texts that follow each other are one part."""
    text = ""
    for part in content if isinstance(content, list) else [content]:
        kind = _word(part, "type")
        if kind in _REASONING or part is None:
            continue
        if isinstance(part, str) or kind in _TEXTS:
            text = f"{text} {_plain(part if isinstance(part, str) else part.get('text'))}"
            continue
        if text.strip():
            yield text.strip()
        text = ""
        yield to_json(_plain(part))
    if text.strip():
        yield text.strip()


def _plain(value: Any, name: str = "") -> Any:
    """Return a JSON value without what does not count. `name` is the member that it is the value of."""
    if name in _CONTENTS and isinstance(value, str | list):
        return list(_parts(value))
    match value:
        case dict():
            members = sorted(value.items())
            return {key: _plain(each, key) for key, each in members if each is not None and key not in _IGNORED}
        case list():
            return [_plain(each) for each in value]
        case str() if name == "arguments":
            return _plain(_arguments(value))
        case str():
            return " ".join(value.split())
        case float() if value != value or value in (float("inf"), float("-inf")):
            return str(value)
        case _:
            return value


def _arguments(text: str) -> Any:
    """Return the arguments of a tool call as a value, or the text where it is cut off."""
    try:
        return parse_json(text)
    except ValueError:
        return [text]


def _shortened(text: str) -> str:
    if len(text) <= _LONGEST_WHOLE:
        return text
    return f"{text[:_LONGEST_WHOLE]}… {hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _quoted(text: str) -> str:
    return f"“{excerpt(text, _QUOTED)}”"
