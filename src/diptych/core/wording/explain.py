"""What a line of an event list means, in sentences.

The texts hold words of the server as it sent them: clean them before they are drawn (`core.text`).
"""

from typing import assert_never

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
)
from diptych.core.wording.counted import counted
from diptych.core.wording.describe import shortened
from diptych.core.wording.server_figures import server_times_sentence, token_counts


def explain(line: Line) -> str:
    """Return what a line of the event list means: whole sentences, one per line of text."""
    match line:
        case Event(contents=contents, dropped=dropped, late=late):
            sentences = [shortened(_sentence(content)) for content in contents] or [
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


def _sentence(content: Content) -> str:  # noqa: C901 - one flat case per kind of content
    match content:
        case Text(text):
            return f"A piece of the answer: {_characters(text)}."
        case Thinking(text):
            return f"A piece of thinking: {_characters(text)}."
        case HeldBack(of, text):
            if not text:
                return f"It is known now whether the {of} before was a repetition."
            return f"A piece of {of} that may repeat what came before, as the next one shows: {_characters(text)}."
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
            return f"Tokens counted so far: {token_counts(usage) or 'neither input nor output is named'}."
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


def _characters(text: str) -> str:
    return counted(len(text), "character")
