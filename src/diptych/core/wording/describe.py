"""A line of an event list in words: briefly as the list shows it, and in sentences that explain it.

The texts hold words of the server as it sent them: clean them before they are drawn (`core.text`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, assert_never, get_args

from diptych.core.content import (
    Cancelled,
    Complete,
    Content,
    EndOfStream,
    Error,
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
from diptych.core.metrics.server_times import ServerTime
from diptych.core.metrics.usage import Usage
from diptych.core.wording.counted import counted

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
"""The most characters of a name or a detail. Those of a hostile server may be as long as an event can be."""


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
    return Description(_short(shown.name), _short(shown.detail), shown.kind)


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


def explain(line: Line) -> str:
    """Return what a line of the event list means: whole sentences, one per line of text."""
    match line:
        case Event(contents=contents, dropped=dropped, late=late):
            sentences = [_short(_sentence(content)) for content in contents] or [
                "This event adds nothing to the answer."
            ]
            if dropped:
                sentences.append(f"The event was over the size limit: {dropped:,} bytes of it are missing.")
            if late:
                sentences.append(f"Diptych was busy then: the event may have come up to {late:.3f} s before that time.")
            return "\n".join(sentences)
        case RequestSent(body=body):
            files = " Attached files are kept once: their SHA-256 stands for them." if b" of SHA-256 " in body else ""
            return f"The request as it was sent, but without its secrets.{files}"
        case ResponseBegan(body=body, clock=clock):
            what = "The server's status and headers" + (", and the body of its error." if body else ".")
            return f"{what} From here on, the kernel stamped what arrived." if clock == "kernel" else what
        case AttemptFailed(attempt=attempt, wait=wait):
            after = "It is not known how long after it the next one follows."
            return f"Attempt {attempt} failed. {after if wait is None else f'The next one follows after {wait:.1f} s.'}"
        case RunFailed():
            return "The error that ended the run."
        case RunStopped():
            return "The user stopped the run. What had arrived is kept."
        case RunCut():
            return "The stream ended cleanly, but without the marker that says the answer is whole."
        case _:
            assert_never(line)


def server_times(times: Iterable[ServerTime]) -> str:
    """Return times that a server reports.

    >>> server_times([ServerTime("timings", "prompt_ms", 0.0123)])
    'timings.prompt_ms 12.3 ms'
    """
    return " · ".join(f"{time.label} {duration(time.seconds)}" for time in times)


def server_times_sentence(times: Iterable[ServerTime]) -> str:
    """Return what a server reports of its times, as a sentence."""
    return f"Times that the server reports for its work: {server_times(times)}."


def duration(seconds: float) -> str:
    """Return a duration with three digits, in milliseconds below a second.

    >>> duration(0.0123)
    '12.3 ms'
    """
    return f"{seconds:.3g} s" if seconds >= 0.9995 else f"{seconds * 1000:.3g} ms"


def counts(usage: Usage) -> str:
    """Return the counts of tokens in and out that are known.

    >>> counts(Usage(input_tokens=8))
    'in 8'
    """
    parts = (("in", usage.input_tokens), ("out", usage.output_tokens))
    return " · ".join(f"{word} {number}" for word, number in parts if number is not None)


def _describe_event(event: Event) -> Description:
    kinds: list[Kind] = []
    details: list[str] = []
    for content in event.contents:
        kind, detail = _in_short(content)
        kinds.append(kind)
        if detail and not (isinstance(content, Identity) and len(event.contents) > 1):
            details.append(detail)
    return Description(event.name, " · ".join(details), min(kinds, key=_BY_WEIGHT.index, default="structure"))


def _in_short(content: Content) -> tuple[Kind, str]:  # noqa: C901 - one flat case per kind of content
    match content:
        case Text(text):
            return "text", _quoted(text)
        case Thinking(text):
            return "thinking", _quoted(text)
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
            return "usage", counts(usage)
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


def _sentence(content: Content) -> str:  # noqa: C901 - one flat case per kind of content
    match content:
        case Text(text):
            return f"A piece of the answer: {_characters(text)}."
        case Thinking(text):
            return f"A piece of thinking: {_characters(text)}."
        case RedactedThinking():
            return "A block of thinking that came encrypted."
        case ReasoningBlock():
            return "A block of thinking ends. It is sent back with the results of the tool calls that follow it."
        case Refusal(text):
            return f"A piece of a refusal: {_characters(text)}."
        case ToolCall(name=name):
            return f"A call to the tool {name} begins."
        case ToolArguments(text=text):
            return f"A piece of a tool call's arguments: {_characters(text)}."
        case PartBegins(kind):
            return f"Another part of the {kind} begins, as a new paragraph."
        case ServerWork(label):
            return f"The server does something other than write the answer: {label}."
        case OtherChoice(index):
            return f"Content of choice {index}, which is listed here but is not part of the answer."
        case Identity(model, response_id):
            parts = (("model", model), ("response ID", response_id))
            named = ", ".join(f"{word} {value}" for word, value in parts if value)
            return f"Identifies the response: {named or 'neither its model nor its ID is named'}."
        case UsageReport(usage):
            return f"Tokens counted so far: {counts(usage) or 'neither input nor output is named'}."
        case ServerTimes(times):
            return server_times_sentence(times)
        case Stop(reason):
            return f"The reason why the answer stops: {reason}."
        case Complete():
            return "The provider's end marker: the answer is whole."
        case Cancelled():
            return "The server stopped the answer before its end."
        case EndOfStream():
            return "The server says that the stream ends here, but not whether the answer is whole."
        case Error(failure):
            return f"An error inside the stream: {failure.message}"
        case Structure(label):
            return f"Structures the stream and carries no content: {label}."
        case Ping():
            return "Keeps the connection alive and carries no content."
        case Unknown(label):
            return f"An event of a type that this version of Diptych does not know: {label}."
        case Malformed(reason):
            return f"This data does not follow the API, so words of the answer may be missing: {reason}."
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


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def _characters(text: str) -> str:
    return counted(len(text), "character")
