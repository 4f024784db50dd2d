"""What is typed into the filter of an event list."""

import pytest

from diptych.core.content import Error, Ping, Text, ToolArguments
from diptych.core.event import Line, RequestSent
from diptych.core.failure import Failure
from diptych.tui.events.event_filter import UnreadableFilterError, parse_filter
from tests.tui.events.made_lines import event, log, rows_of, shown

LINES: list[Line] = [
    RequestSent(0.0, "POST", "https://api.test/messages", (), b'{"model": "opus"}'),
    event(1.0, Ping(), name="ping", data=b'{"type": "ping"}'),
    event(1.25, Text("Hello"), data=b'{"text": "Hello"}'),
    event(1.5, ToolArguments("k", '{"city'), data=b'{"partial_json": "{\\"city"}', late=0.1),
    event(3.0, Text("café"), data=b'{"text": "caf\\u00e9"}'),
    event(3.0, Error(Failure("event", "Overloaded, really")), name="error", data=b"y" * 2_000),
]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("ping", [1]),
        ("text", [2, 4]),
        ("text error", [2, 4, 5]),
        ("TEXT", [2, 4]),
        ("-ping", [0, 2, 3, 4, 5]),
        ("text tool -text", [3]),
        ("late", [3]),
        ("-late", [0, 1, 2, 4, 5]),
        ("gap>0.5", [1, 4]),
        ("gap>=0.25 gap<1", [2, 3]),
        ("gap>500ms", [1, 4]),
        ("gap<=0", [0, 5]),
        ("bytes>1000", [5]),
        ("bytes>1.5kb", [5]),
        ("bytes<20 text", [2]),
        ("text gap>1", [4]),
        ("hello", [2]),
        ("Hello", [2]),
        ("hELLO", []),
        ('"text"', [2, 4]),
        ('"text', [2, 4]),
        ('-"text"', [0, 1, 3, 5]),
        ("-hello text", [4]),
        ("opus", [0]),
        ("request", [0]),
        ("/messages", []),
        ("really", [5]),
        ('"{"', [0, 1, 2, 3, 4]),
        ("café", [4]),
        ("CAFÉ", []),
        ("delta hello", [2]),
        ("{\\", [3]),
        ("a<b", []),
    ],
)
def test_only_lines_that_pass_are_shown(typed: str, expected: list[int] | None) -> None:
    lines = log(LINES)
    if expected is None:
        with pytest.raises(UnreadableFilterError):
            parse_filter(typed)
        return

    assert rows_of(shown(lines, parse_filter(typed))) == [[line] for line in expected]


@pytest.mark.parametrize("typed", ["", "   ", '""', '-""'])
def test_nothing_typed_is_no_filter(typed: str) -> None:
    assert parse_filter(typed) is None


@pytest.mark.parametrize("typed", ["<think>", "a<b", "-</think>", "<|im_start|>"])
def test_a_text_may_have_signs_of_a_comparison(typed: str) -> None:
    data = b'{"text": "<think> a<b <|im_start|>"}'
    lines = log(
        [event(1.0, Text("<think> a<b <|im_start|>"), data=data), event(1.1, Text("</think>"), data=b"</think>")]
    )

    assert rows_of(shown(lines, parse_filter(typed))) == [[0]]


WITHOUT_SPACES = "cannot be read: write a comparison without spaces, such as gap>0.5, and a text in quotes."


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("gap>soon", "“gap>soon” cannot be read: write, for example, gap>0.5 or gap>500ms."),
        ("text gap>", "“gap>” cannot be read: write, for example, gap>0.5 or gap>500ms."),
        ("gap>1h", "“gap>1h” cannot be read: write, for example, gap>0.5 or gap>500ms."),
        ("-gap>1", "“-gap>1” cannot be read: write, for example, gap>0.5 or gap>500ms."),
        ("bytes<x", "“bytes<x” cannot be read: write, for example, bytes>1000 or bytes>1kb."),
        ("byte>1", "“byte>1” cannot be read: only gap and bytes can be compared. Did you mean bytes?"),
        (">5", f"“>5” {WITHOUT_SPACES}"),
        ("gap > 5", f"“>” {WITHOUT_SPACES}"),
    ],
)
def test_what_cannot_be_read_is_told_in_one_sentence(typed: str, sentence: str) -> None:
    with pytest.raises(UnreadableFilterError) as caught:
        parse_filter(typed)

    assert str(caught.value) == sentence
