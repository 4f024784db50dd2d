"""A line of an event list as the list shows it: its name, a short detail, and its kind.

The texts hold words of the server as it sent them: clean them before they are drawn (`core.text`).
"""

from dataclasses import dataclass
from typing import Literal, assert_never, get_args

from diptych.core.content import (
    Cancelled,
    Complete,
    Content,
    EndOfStream,
    Error,
    HeldBack,
    Identity,
    Malformed,
    OtherChoice,
    PartBegins,
    Ping,
    ReasoningBlock,
    RedactedThinking,
    Refusal,
    ServerTimes,
    ServerWork,
    Stop,
    Structure,
    Text,
    Thinking,
    ToolArguments,
    ToolCall,
    Unknown,
    UsageReport,
)
from diptych.core.event import (
    AttemptFailed,
    Event,
    Line,
    RequestSent,
    ResponseBegan,
    RunCut,
    RunFailed,
    RunStopped,
    request_id,
)
from diptych.core.json_text import parse_json
from diptych.core.wording.counted import counted
from diptych.core.wording.server_figures import server_times, token_counts

Kind = Literal["error", "refusal", "text", "tool", "thinking", "stop", "usage", "other", "structure", "ping", "note"]
"""What a line is about. An event with several contents is of the kind that stands first here.

`note` is a line that the server did not send.
"""

_BY_WEIGHT: tuple[Kind, ...] = get_args(Kind)

_QUOTED = 200
"""The most characters of content that a detail quotes. No list is wide enough for more."""

_SPACE = "␣"
"""What stands for a space at the end of a piece that is not in quotes."""

_LONGEST = 1_000
"""The most characters of a name, a detail or a sentence. A hostile server may send them as long as an event can be."""


@dataclass(frozen=True, slots=True)
class Description:
    """What an event list shows of a line: its name, a short detail, and its kind, which decides the colour."""

    name: str
    detail: str
    kind: Kind


def describe(line: Line) -> Description:
    """Return the name, detail and kind of a line."""
    shown = _describe(line)
    if len(shown.name) <= _LONGEST and len(shown.detail) <= _LONGEST:
        return shown
    return Description(shortened(shown.name), shortened(shown.detail), shown.kind)


def _describe(line: Line) -> Description:
    match line:
        case Event():
            return _describe_event(line)
        case RequestSent(body=body):
            return Description("request", _request_detail(body), "note")
        case ResponseBegan(status=status, headers=headers):
            kind: Kind = "error" if status >= 400 else "note"
            return Description("response", f"{status}  {request_id(headers) or ''}".rstrip(), kind)
        case AttemptFailed(attempt=attempt, status=status, wait=wait, reason=reason):
            what = "no response" if status is None else str(status)
            retry = "another followed" if wait is None else f"retry in {wait:.1f}s"
            return Description(f"attempt {attempt}", f"{what} · {retry} · {reason}", "error")
        case RunFailed(failure=failure):
            return Description("failed", failure.message, "error")
        case RunStopped():
            return Description("stopped", "by the user", "note")
        case RunCut():
            return Description("cut", "the stream ended without its end marker", "error")
        case _:
            assert_never(line)


def _describe_event(event: Event) -> Description:
    kinds: list[Kind] = []
    details: list[str] = []
    for content in event.contents:
        kind, detail = _kind_and_detail(content)
        kinds.append(kind)
        if detail and not (isinstance(content, Identity) and len(event.contents) > 1):
            details.append(detail)
    return Description(event.name, " · ".join(details), min(kinds, key=_BY_WEIGHT.index, default="structure"))


def _kind_and_detail(content: Content) -> tuple[Kind, str]:  # noqa: C901 - one flat case per kind of content
    match content:
        case Text(text):
            return "text", _quoted(text)
        case Thinking(text):
            return "thinking", _quoted(text)
        case HeldBack(of, text):
            return ("thinking" if of == "thinking" else "text", _quoted(text)) if text else ("structure", "")
        case RedactedThinking():
            return "thinking", "redacted thinking"
        case ReasoningBlock():
            return "structure", ""
        case Refusal(text):
            return "refusal", _quoted(text)
        case ToolCall(name=name):
            return "tool", name
        case ToolArguments(text=text):
            return "tool", _unquoted(text) if text else _quoted(text)
        case PartBegins():
            return "structure", ""
        case ServerWork(label):
            return "structure", label
        case OtherChoice(index, text):
            return "other", f"choice {index} {_quoted(text)}"
        case Identity(model, response_id):
            return "structure", model or response_id or ""
        case UsageReport(usage):
            return "usage", token_counts(usage)
        case ServerTimes(times):
            return "usage", server_times(times)
        case Stop(reason):
            return "stop", f"stop: {reason}"
        case Complete():
            return "stop", ""
        case Cancelled():
            return "stop", "stopped by the server"
        case EndOfStream():
            return "structure", "end of stream"
        case Error(failure):
            return "error", failure.message
        case Structure(label):
            return "structure", label
        case Ping():
            return "ping", ""
        case Unknown(label):
            return "other", f"unknown: {label}"
        case Malformed(reason):
            return "error", reason
        case _:
            assert_never(content)


def _request_detail(body: bytes) -> str:
    try:
        fields = parse_json(body.decode("utf-8", "replace"))
    except ValueError:
        return ""
    messages = (fields.get("messages") or fields.get("input")) if isinstance(fields, dict) else None
    if not isinstance(messages, list):
        return ""
    return counted(len(messages), "message")


def _quoted(text: str) -> str:
    """Return a piece of content in quotes, or as it is if it has quotes itself, as JSON does."""
    return _unquoted(text) if '"' in text[:_QUOTED] else f'"{text[:_QUOTED]}"'


def _unquoted(text: str) -> str:
    """Return a piece of content with the spaces at its ends made visible.

    >>> _unquoted(' "unit"')
    '␣"unit"'
    """
    text = text[:_QUOTED]
    inner = text.strip(" ")
    before = len(text) - len(text.lstrip(" "))
    return _SPACE * before + inner + _SPACE * (len(text) - before - len(inner))


def shortened(text: str) -> str:
    """Return a text of a server, cut off if it is far too long to be read."""
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
