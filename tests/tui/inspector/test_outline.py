import json
import time
from typing import Any

import pytest

from diptych.tui.inspector.outline import PAGE, OutlineItem, children, item


def opened(value: Any) -> list[str]:
    return [f"{child.key} {child.summary}".strip() for child in children(item("", value))]


@pytest.mark.parametrize(
    ("value", "summary", "opens"),
    [
        ({}, "{}", False),
        ({"a": 1}, "{1}", True),
        ([], "[]", False),
        ([1, 2], "[2]", True),
        ("text", '"text"', False),
        (1.5, "1.5", False),
        (True, "true", False),
        (None, "null", False),
    ],
)
def test_a_value_stands_on_one_line(value: Any, summary: str, opens: bool) -> None:
    shown = item("key", value)

    assert (shown.summary, shown.opens) == (summary, opens)


def test_objects_and_arrays_open_to_their_members() -> None:
    assert opened({"a": [1], "b": "x"}) == ["a [1]", 'b "x"']
    assert opened(["x", None]) == ['0 "x"', "1 null"]


def test_a_long_text_opens_to_its_lines() -> None:
    shown = item("text", "first\n" + "x" * 1_200)

    assert shown.opens
    assert shown.summary.startswith('1,206 characters  "first␊xxx')
    assert [len(child.summary) for child in children(shown)] == [5, 500, 500, 200]


def test_what_has_many_members_opens_page_by_page() -> None:
    first = list(children(item("", list(range(PAGE + 5)))))

    assert len(first) == PAGE + 1
    assert first[-1] == OutlineItem("", "… 5 more", list(range(PAGE + 5)), PAGE, opens=True)
    assert [child.summary for child in children(first[-1])] == ["200", "201", "202", "203", "204"]


def test_a_number_has_nothing_to_open() -> None:
    assert opened(5) == []


def test_escape_sequences_are_made_visible() -> None:
    assert opened({"\x1b[2J": "\x1b]0;\n"}) == ['␛[2J "␛]0;␊"']


def test_sixteen_megabytes_open_at_once() -> None:
    value = json.loads(b"[" + b'{"k": "0123456789"},' * 800_000 + b"1]")
    started = time.process_time()

    list(children(item("", value)))

    assert time.process_time() - started < 0.1
