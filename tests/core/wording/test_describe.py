import pytest

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
from diptych.core.event import AttemptFailed, Event, Line, RequestSent, ResponseBegan, RunCut, RunFailed, RunStopped
from diptych.core.failure import Failure
from diptych.core.metrics.server_times import ServerTime
from diptych.core.metrics.usage import Usage
from diptych.core.wording.describe import Description, Kind, describe
from diptych.core.wording.explain import explain

FAILURE = Failure("http", "The server is overloaded.", 529, "req_1")


def event(*contents: Content, dropped: int = 0) -> Event:
    return Event(1.0, 1, "chunk", b"{}", contents, dropped)


@pytest.mark.parametrize(
    ("contents", "detail", "kind", "sentence"),
    [
        ([Text("Here")], '"Here"', "text", "A piece of the answer: 4 characters."),
        ([Thinking("h")], '"h"', "thinking", "A piece of thinking: 1 character."),
        (
            [HeldBack("text", "Ha")],
            '"Ha"',
            "text",
            "A piece of text that may repeat what came before, as the next one shows: 2 characters.",
        ),
        (
            [HeldBack("thinking", "h")],
            '"h"',
            "thinking",
            "A piece of thinking that may repeat what came before, as the next one shows: 1 character.",
        ),
        ([HeldBack("text", "")], "", "structure", "It is known now whether the text before was a repetition."),
        ([RedactedThinking()], "redacted thinking", "thinking", "A block of thinking that came encrypted."),
        ([Refusal("No.")], '"No."', "refusal", "A piece of a refusal: 3 characters."),
        ([ToolCall(0, None, "search")], "search", "tool", "A call to the tool search begins."),
        ([ToolArguments(0, "{}")], "{}", "tool", "A piece of a tool call's arguments: 2 characters."),
        (
            [OtherChoice(1, "x")],
            'choice 1 "x"',
            "other",
            "Content of choice 1, which is listed here but is not part of the answer.",
        ),
        ([Identity("gpt-5", "id_1")], "gpt-5", "structure", "Identifies the response: model gpt-5, response ID id_1."),
        ([Identity(None, "id_1")], "id_1", "structure", "Identifies the response: response ID id_1."),
        ([Identity(None, None)], "", "structure", "Identifies the response: neither its model nor its ID is named."),
        (
            [UsageReport(Usage(8, output_tokens=12), {})],
            "in 8 · out 12",
            "usage",
            "Tokens counted so far: in 8 · out 12.",
        ),
        (
            [ServerTimes((ServerTime("timings", "prompt_ms", 0.0123), ServerTime("x-processing-ms", "", 1.5)))],
            "timings.prompt_ms 12.3 ms · x-processing-ms 1.5 s",
            "usage",
            "Times that the server reports for its work: timings.prompt_ms 12.3 ms · x-processing-ms 1.5 s.",
        ),
        ([UsageReport(Usage(), {})], "", "usage", "Tokens counted so far: neither input nor output is named."),
        ([Stop("end_turn")], "stop: end_turn", "stop", "The reason why the answer stops: end_turn."),
        ([Complete()], "", "stop", "The provider's end marker: the answer is whole."),
        ([Cancelled()], "stopped by the server", "stop", "The server stopped the answer before its end."),
        ([PartBegins("text")], "", "structure", "Another part of the text begins, as a new paragraph."),
        (
            [ServerWork("search")],
            "search",
            "structure",
            "The server does something other than write the answer: search.",
        ),
        (
            [EndOfStream()],
            "end of stream",
            "structure",
            "The server says that the stream ends here, but not whether the answer is whole.",
        ),
        ([Error(FAILURE)], FAILURE.message, "error", "An error inside the stream: The server is overloaded."),
        (
            [Structure("role assistant")],
            "role assistant",
            "structure",
            "Structures the stream and carries no content: role assistant.",
        ),
        ([Ping()], "", "ping", "Keeps the connection alive and carries no content."),
        (
            [Unknown("new_delta")],
            "unknown: new_delta",
            "other",
            "An event of a type that this version of Diptych does not know: new_delta.",
        ),
        (
            [Malformed("no JSON")],
            "no JSON",
            "error",
            "This data does not follow the API, so words of the answer may be missing: no JSON.",
        ),
        ([], "", "structure", "This event adds nothing to the answer."),
    ],
)
def test_an_event_is_described_by_what_it_means(
    contents: list[Content], detail: str, kind: Kind, sentence: str
) -> None:
    assert describe(event(*contents)) == Description("chunk", detail, kind)
    assert explain(event(*contents)) == sentence


def test_the_most_telling_meaning_decides_the_kind() -> None:
    line = event(Identity("gpt-5", "id_1"), UsageReport(Usage(8, output_tokens=12), {}), Stop("stop"), Complete())

    assert describe(line) == Description("chunk", "in 8 · out 12 · stop: stop", "stop")
    assert explain(line).count("\n") == 3


@pytest.mark.parametrize(
    ("content", "detail"),
    [
        (ToolArguments(0, '{"city'), '{"city'),
        (ToolArguments(0, '": "'), '": "'),
        (ToolArguments(0, " Berlin"), "␣Berlin"),
        (ToolArguments(0, "  "), "␣␣"),
        (ToolArguments(0, ""), '""'),
        (Text('{"city'), '{"city'),
        (Text(' "hi" '), '␣"hi"␣'),
        (Text(" hi "), '" hi "'),
        (Text(" "), '" "'),
        (OtherChoice(1, '{"'), 'choice 1 {"'),
    ],
)
def test_pieces_with_quotes_are_not_put_in_quotes(content: Content, detail: str) -> None:
    assert describe(event(content)).detail == detail


def test_a_long_piece_is_quoted_in_part() -> None:
    assert len(describe(event(Text("x" * 1_000_000))).detail) < 300


@pytest.mark.parametrize(
    ("line", "expected", "sentence"),
    [
        (
            RequestSent(1.0, "POST", "https://x", (), b'{"messages": [1, 2]}'),
            Description("request", "2 messages", "note"),
            "The request as it was sent, but without its secrets.",
        ),
        (
            RequestSent(1.0, "POST", "https://x", (), b'{"input": [1]}'),
            Description("request", "1 message", "note"),
            "The request as it was sent, but without its secrets.",
        ),
        (
            RequestSent(1.0, "POST", "https://x", (), b'{"input": ["[Base64 of SHA-256 0123]"]}'),
            Description("request", "1 message", "note"),
            "The request as it was sent, but without its secrets. Attached files are kept once: their SHA-256 stands "
            "for them.",
        ),
        (
            RequestSent(1.0, "POST", "https://x", (), b"[]"),
            Description("request", "", "note"),
            "The request as it was sent, but without its secrets.",
        ),
        (
            RequestSent(1.0, "POST", "https://x", (), b"\xff"),
            Description("request", "", "note"),
            "The request as it was sent, but without its secrets.",
        ),
        (
            ResponseBegan(1.0, 200, (("date", "now"), ("X-Request-Id", "req_9"))),
            Description("response", "200  req_9", "note"),
            "The server's status and headers.",
        ),
        (
            ResponseBegan(1.0, 200, (), clock="kernel"),
            Description("response", "200", "note"),
            "The server's status and headers. From here on, the kernel stamped what arrived.",
        ),
        (
            ResponseBegan(1.0, 500, (), b"oops"),
            Description("response", "500", "error"),
            "The server's status and headers, and the body of its error.",
        ),
        (
            AttemptFailed(1.0, 1, 429, 2.0, "busy"),
            Description("attempt 1", "429 · retry in 2.0s · busy", "error"),
            "Attempt 1 failed. The next one follows after 2.0 s.",
        ),
        (
            AttemptFailed(1.0, 2, None, 0.5, "refused"),
            Description("attempt 2", "no response · retry in 0.5s · refused", "error"),
            "Attempt 2 failed. The next one follows after 0.5 s.",
        ),
        (
            RunFailed(1.0, FAILURE),
            Description("failed", FAILURE.message, "error"),
            "The error that ended the run.",
        ),
        (
            RunStopped(1.0),
            Description("stopped", "by the user", "note"),
            "The user stopped the run. What had arrived is kept.",
        ),
        (
            RunCut(1.0),
            Description("cut", "the stream ended without its end marker", "error"),
            "The stream ended cleanly, but without the marker that says the answer is whole.",
        ),
    ],
)
def test_a_note_says_what_happened(line: Line, expected: Description, sentence: str) -> None:
    assert describe(line) == expected
    assert explain(line) == sentence


def test_a_server_cannot_make_a_description_long() -> None:
    name = "x" * 1_000_000
    line = Event(1.0, 1, name, b"{}", (ToolCall(0, None, name), Error(Failure("http", name))))

    shown = describe(line)

    assert (len(shown.name), len(shown.detail)) == (1_001, 1_001)
    assert shown.name.endswith("x…")
    assert max(map(len, explain(line).splitlines())) == 1_001


def test_an_attempt_after_an_unknown_wait() -> None:
    failed = AttemptFailed(1.0, 1, 529, None, "Overloaded.")

    assert describe(failed).detail == "529 · another followed · Overloaded."
    assert explain(failed) == "Attempt 1 failed. It is not known how long after it the next one follows."
