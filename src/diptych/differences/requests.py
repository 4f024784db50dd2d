"""What differs in two requests: the model and its settings, the conversation, tools, schema, headers, and the body.

Values are texts, without the user's secrets and what looks like a key. They are what users and servers wrote: clean
them before they are drawn. The body is compared as JSON, field by field.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, assert_never

from diptych.core.event import RequestSent
from diptych.core.json_text import JsonObject, is_too_deep, parse_object
from diptych.core.message import FilePart, Message, Part, ReasoningPart, TextPart, ToolCallPart, ToolResultPart
from diptych.core.run import Run
from diptych.core.secrets.patterns import without_keys
from diptych.core.settings import NOT_SET, Settings, ToolDefinition, field_differences, settings_differences
from diptych.core.wording.file_details import file_text

_UNTOLD_HEADERS = frozenset({"content-length"})
"""Headers that say nothing which the body does not say."""


@dataclass(frozen=True, slots=True)
class RequestDifference:
    """A value that differs: its name or its path, and its text in each request; None where a request does not have it.

    Paths of JSON read `messages[0].content`.
    """

    path: str
    left: str | None
    right: str | None


@dataclass(frozen=True, slots=True)
class RequestSection:
    """What differs in one part of two requests; `remark` says why nothing could be compared, "" if it was."""

    title: str
    differences: Sequence[RequestDifference]
    remark: str = ""


def request_differences(left: Run, right: Run) -> list[RequestSection]:
    """Return what differs in the requests of two runs, part by part; a part without a difference is empty.

    What was sent is that of each run's last attempt.
    """
    settings, right_settings = left.request.settings, right.request.settings
    sent, right_sent = _last_sent(left), _last_sent(right)
    is_sent = sent is not None and right_sent is not None
    sections = [
        ("model and settings", _settings(settings, right_settings), ""),
        ("conversation", _messages(left.request.messages, right.request.messages), ""),
        ("tools", _tools(settings.tools, right_settings.tools), ""),
        (
            "response schema",
            json_differences(_plain(settings.response_schema), _plain(right_settings.response_schema)),
            "",
        ),
        ("address and headers", _addresses(sent, right_sent), "" if is_sent else _NOT_SENT),
        ("request body", _bodies(sent, right_sent), "" if is_sent else _NOT_SENT),
    ]
    return [
        RequestSection(title, [_without_secrets(each, settings, right_settings) for each in differences], remark)
        for title, differences, remark in sections
    ]


_NOT_SENT = "not sent yet"


def json_differences(left: Any, right: Any, path: str = "") -> Iterator[RequestDifference]:
    """Yield where two JSON values differ, by path; `NOT_SET` is a value that is missing. Values are written as JSON."""
    match left, right:
        case dict(), dict():
            for key in dict.fromkeys((*left, *right)):
                yield from json_differences(left.get(key, NOT_SET), right.get(key, NOT_SET), _member(path, key))
        case list(), list():
            for index, (mine, theirs) in enumerate(zip_longest(left, right, fillvalue=NOT_SET)):
                yield from json_differences(mine, theirs, f"{path}[{index}]")
        case _ if type(left) is not type(right) or left != right:
            yield RequestDifference(path, _json_text(left), _json_text(right))
        case _:
            pass


def _settings(left: Settings, right: Settings) -> Iterator[RequestDifference]:
    named = (
        ("model", left.model, right.model),
        ("endpoint", left.endpoint.name, right.endpoint.name),
        ("API", left.endpoint.api, right.endpoint.api),
        ("simulated", _yes_or_no(left.simulated), _yes_or_no(right.simulated)),
        ("preset", left.preset or None, right.preset or None),
    )
    for name, mine, theirs in named:
        if mine != theirs:
            yield RequestDifference(name, mine, theirs)
    for name, mine, theirs in settings_differences(left, right):
        match name:
            case "tools" | "response_schema":
                pass  # they have parts of their own
            case "system":
                yield RequestDifference("system prompt", mine or None, theirs or None)
            case "max_tokens":
                yield RequestDifference("max tokens", f"{mine:,}", f"{theirs:,}")
    for name, mine, theirs in field_differences(left, right):
        yield from json_differences(mine, theirs, name)


def _messages(left: Sequence[Message], right: Sequence[Message]) -> Iterator[RequestDifference]:
    """Yield the messages that differ, by their numbers from 1."""
    for number, (mine, theirs) in enumerate(zip_longest(left, right), 1):
        if mine != theirs:
            yield RequestDifference(f"message {number}", _message_text(mine), _message_text(theirs))


def _tools(left: Iterable[ToolDefinition], right: Iterable[ToolDefinition]) -> Iterator[RequestDifference]:
    mine, theirs = ({tool.name: _tool_object(tool) for tool in tools} for tools in (left, right))
    for name in dict.fromkeys((*mine, *theirs)):
        yield from json_differences(mine.get(name, NOT_SET), theirs.get(name, NOT_SET), name)


def _addresses(left: RequestSent | None, right: RequestSent | None) -> Iterator[RequestDifference]:
    if left is None or right is None:
        return
    if (left.method, left.url) != (right.method, right.url):
        yield RequestDifference("address", f"{left.method} {left.url}", f"{right.method} {right.url}")
    mine, theirs = _headers(left), _headers(right)
    for name in dict.fromkeys((*mine, *theirs)):
        if mine.get(name) != theirs.get(name):
            yield RequestDifference(name, mine.get(name), theirs.get(name))


def _bodies(left: RequestSent | None, right: RequestSent | None) -> Iterator[RequestDifference]:
    if left is None or right is None:
        return
    mine, theirs = _object(left.body), _object(right.body)
    if mine is not None and theirs is not None:
        yield from json_differences(mine, theirs)
    elif left.body != right.body:
        yield RequestDifference("body", left.body.decode(errors="replace"), right.body.decode(errors="replace"))


def _object(body: bytes) -> JsonObject | None:
    """Return the object that a body is; None if it is not one that can be compared field by field."""
    try:
        value = parse_object(body)
    except ValueError:
        return None
    return None if is_too_deep(value) else value


def _last_sent(run: Run) -> RequestSent | None:
    """Return the request of the last attempt, None before it was sent. Requests come first, so few lines are read."""
    sent: RequestSent | None = None
    for line in run.lines:
        match line:
            case RequestSent():
                sent = line
            case _ if line.at > (run.stamps.first_event or line.at):
                break
            case _:
                pass
    return sent


def _headers(sent: RequestSent) -> dict[str, str]:
    """Return the headers by name; several of one name are joined, as HTTP allows it."""
    joined: dict[str, str] = {}
    for name, value in sent.headers:
        name = name.lower()
        if name not in _UNTOLD_HEADERS:
            joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined


def _message_text(message: Message | None) -> str | None:
    return None if message is None else f"{message.role}: " + "\n".join(map(_part_text, message.parts))


def _part_text(part: Part) -> str:
    match part:
        case TextPart(text):
            return text
        case FilePart():
            return f"[{file_text(part)}]"
        case ToolCallPart(_, name, arguments):
            return f"⚒ {name} {arguments}"
        case ToolResultPart(_, text, is_error):
            return f"→ {'error: ' if is_error else ''}{text}"
        case ReasoningPart(block):
            return f"[thinking: {block.get('type', '')}]"
        case _:
            assert_never(part)


def _tool_object(tool: ToolDefinition) -> dict[str, Any]:
    return {"description": tool.description, "parameters": _plain(tool.parameters)}


def _plain(value: Mapping[str, Any] | None) -> Any:
    return NOT_SET if value is None else dict(value)


def _member(path: str, key: str) -> str:
    """Return the path of a member of an object.

    >>> _member("tools[0]", "name"), _member("headers", "x-team")
    ('tools[0].name', 'headers["x-team"]')
    """
    if key.replace("-", "_").isidentifier() and "-" not in key:
        return f"{path}.{key}" if path else key
    return f"{path}[{json.dumps(key, ensure_ascii=False)}]"


def _json_text(value: Any) -> str | None:
    return None if value is NOT_SET else json.dumps(value, ensure_ascii=False, default=str)


def _yes_or_no(value: bool) -> str:
    return "yes" if value else "no"


def _without_secrets(difference: RequestDifference, left: Settings, right: Settings) -> RequestDifference:
    return RequestDifference(
        difference.path, _scrubbed(difference.left, left, right), _scrubbed(difference.right, left, right)
    )


def _scrubbed(text: str | None, left: Settings, right: Settings) -> str | None:
    if text is None:
        return None
    return without_keys(right.endpoint.secrets.scrub(left.endpoint.secrets.scrub(text)))
