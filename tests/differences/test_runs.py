"""What is compared of two runs."""

from typing import Any

from diptych.core.content import Refusal, Text, Thinking, ToolArguments, ToolCall
from diptych.core.run import Run
from diptych.core.text.sanitize import clean
from diptych.differences.runs import answer_text, compare_runs
from tests.differences.checking import marked
from tests.report.runs import said


def compared(left: Run, right: Run) -> dict[str, Any]:
    return {part.part: marked(part.differences) for part in compare_runs(left, right)}


def test_the_answer_always_comes() -> None:
    assert compared(said(), said()) == {"answer": []}
    assert compared(said(Text("one two")), said(Text("one three"))) == {"answer": ["one [two|three]"]}


def test_thinking_is_compared_apart() -> None:
    left, right = said(Thinking("Let me think."), Text("Yes")), said(Text("Yes"))

    assert compared(left, right) == {"thinking": ["[Let me think.|]"], "answer": []}
    assert list(compared(right, left)) == ["thinking", "answer"]


def test_a_refusal_is_the_answer() -> None:
    assert answer_text(said(Text("Well."), Refusal("I can't."))) == "Well.\n\nI can't."


def test_tool_calls_are_compared_by_path() -> None:
    left = said(ToolCall(0, "a", "weather"), ToolArguments(0, '{"city": "Paris", "days": 3}'))
    right = said(ToolCall(0, "b", "weather"), ToolArguments(0, '{"days": 3.0, "city": "Rome"}'))
    cut = said(ToolCall(0, "b", "weather"), ToolArguments(0, '{"days": '))

    assert compared(left, right) == {"answer": [], "tool calls": ['"[Paris|Rome]"']}
    calls = list(compare_runs(said(), left))[-1].differences
    assert [(pair.kind, pair.right and pair.right.path) for pair in calls.pairs] == [
        ("right", "[0].name"),
        ("right", "[0].arguments.city"),
        ("right", "[0].arguments.days"),
    ]
    assert len(compared(left, cut)["tool calls"]) == 3


def test_texts_are_clean() -> None:
    (answer,) = compare_runs(said(Text("a\x1b[31m")), said(Text("b\r\nc")))

    assert marked(answer.differences) == ["[a␛[31m|b\nc]"]


def test_nothing_that_json_escapes_comes_out_unescaped() -> None:
    escaped = '{"\\u009b31m": "\\u202e \\ud800 \\u001b[31m", "plain": 1}'
    left = said(Text(escaped), ToolCall(0, "a", "x\x9b"), ToolArguments(0, escaped))
    right = said(Text(escaped.replace("plain", "other")), ToolCall(0, "a", "y\x9b"), ToolArguments(0, "{}"))

    for part in compare_runs(left, right):
        for pair in part.differences.pairs:
            for block in (pair.left, pair.right):
                if block:
                    assert clean(block.text) == block.text
                    assert clean(block.path) == block.path
