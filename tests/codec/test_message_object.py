"""A message of any parts comes back as it was, and is checked before it is believed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diptych.codec.message_object import file_hashes, file_object, message_object, read_message, read_messages
from diptych.core.json_text import parse_object, to_json
from diptych.core.message import FilePart, Message, Part, ReasoningPart, TextPart, ToolCallPart, ToolResultPart

DEEP: Any = {}
for _ in range(200):
    DEEP = {"a": DEEP}

TEXTS = st.text(st.characters(codec=None), max_size=20)
NUMBERS = st.none() | st.integers(0, 2**53)
HASHES = st.binary(min_size=32, max_size=32).map(bytes.hex)
PARTS: st.SearchStrategy[Part] = st.one_of(
    st.builds(TextPart, TEXTS),
    st.builds(FilePart, HASHES, TEXTS, TEXTS, NUMBERS, NUMBERS, NUMBERS),
    st.builds(ToolCallPart, TEXTS, TEXTS, TEXTS),
    st.builds(ToolResultPart, TEXTS, TEXTS, st.booleans()),
    st.builds(ReasoningPart, st.dictionaries(TEXTS, TEXTS, max_size=2)),
)
MESSAGES = st.builds(Message, st.sampled_from(("user", "assistant", "tool")), st.lists(PARTS, max_size=3).map(tuple))


@given(MESSAGES)
def test_a_message_comes_back(message: Message) -> None:
    assert read_message(parse_object(to_json(message_object(message)))) == message


def test_a_message_of_text_alone_is_short() -> None:
    assert message_object(Message.of_text("user", "hi")) == {"role": "user", "content": "hi"}


def test_a_file_says_of_itself_what_is_known() -> None:
    named = {"sha256": "0" * 64, "name": "a.png", "media_type": "image/png"}

    assert file_object(FilePart("0" * 64, "a.png", "image/png")) == named
    known = file_object(FilePart("0" * 64, "a.png", "image/png", 5, 3, 2))
    assert known == named | {"bytes": 5, "width": 3, "height": 2}


def test_files_are_named_once_in_order() -> None:
    first, second = (FilePart(digit * 64, "a.png", "image/png") for digit in "ab")
    messages = (Message("user", (second, TextPart("these"))), Message("user", (first, second)))

    assert file_hashes(messages) == ["b" * 64, "a" * 64]


def test_no_messages() -> None:
    assert read_messages({}) == ()


@pytest.mark.parametrize(
    ("value", "what"),
    [
        (
            {
                "role": "user",
                "content": [{"type": "file", "sha256": "0" * 64, "name": "", "media_type": "", "bytes": -1}],
            },
            "has no whole number as bytes",
        ),
        ({"content": "hi"}, "has a message of no known role"),
        ({"role": [], "content": "hi"}, "has a message of no known role"),
        ({"role": "user", "content": 1}, "has content that are not a list of objects"),
        ({"role": "user", "content": [{}]}, "has a message with a part of no known type"),
        ({"role": "user", "content": [{"type": "file", "sha256": "x"}]}, "has no SHA-256 as sha256"),
        ({"role": "user", "content": [{"type": "text"}]}, "has no text as text"),
        ({"role": "user", "content": [{"type": "reasoning"}]}, "has a block of thinking that cannot be read"),
        (
            {"role": "user", "content": [{"type": "reasoning", "block": DEEP}]},
            "has a block of thinking that cannot be read",
        ),
    ],
)
def test_what_is_not_a_message(value: dict[str, Any], what: str) -> None:
    with pytest.raises(ValueError, match=f"^{what}$"):
        read_message(value)
