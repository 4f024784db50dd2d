"""What sides were asked with, as rows that say what differs."""

from typing import Any

from diptych.core.settings import ToolDefinition
from diptych.report.settings_rows import LONGEST_VALUE, settings_rows
from tests.report.runs import begun


def rows(*settings: dict[str, Any]) -> dict[str, tuple[tuple[str, ...], bool]]:
    asked = [begun(**each).request.settings for each in settings]
    return {row.name: (row.cells, row.differs) for row in settings_rows(asked)}


def test_what_no_side_has_is_left_out() -> None:
    assert rows({}, {}) == {
        "model": (("claude-sonnet-5-5", "claude-sonnet-5-5"), False),
        "endpoint": (("anthropic", "anthropic"), False),
        "API": (("anthropic-messages", "anthropic-messages"), False),
        "base URL": (("https://api.anthropic.com", "https://api.anthropic.com"), False),
        "max tokens": (("8,192", "8,192"), False),
    }


def test_what_only_one_side_has_differs() -> None:
    found = rows(
        {"system": "Be terse", "params": {"temperature": 0.2, "stop": None}, "preset": "terse"},
        {"tools": (ToolDefinition("a"), ToolDefinition("b")), "response_schema": {"type": "object"}, "simulated": True},
    )

    assert found["system prompt"] == (("Be terse", "–"), True)
    assert found["temperature"] == (("0.2", "–"), True)
    assert found["stop"] == (("left out", "–"), True)
    assert found["preset"] == (("terse", "–"), True)
    assert found["tools"] == (("–", "a, b"), True)
    assert found["schema"] == (("–", '{"type": "object"}'), True)
    assert found["simulated"] == (("no", "yes"), True)


def test_long_values_that_differ_at_their_end_differ() -> None:
    one, other = "x" * 2_000 + "a", "x" * 2_000 + "b"
    cells, differs = rows({"system": one}, {"system": other})["system prompt"]

    assert differs
    assert cells[0] == cells[1] == "x" * LONGEST_VALUE + "… (2,001 characters)"


def test_no_secret_is_shown() -> None:
    found = rows({"system": "key sk-1 and sk-ant-api03-0123456789abcdefghijklmnop", "params": {"user": "sk-1"}})

    assert "sk-ant-api03" not in str(found)
    assert "sk-1" not in found["user"][0]
