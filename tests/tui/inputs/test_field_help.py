from typing import Any

import pytest

from diptych.apis.sdk_fields import NOTHING_KNOWN, sdk_fields
from diptych.core.endpoint import ApiName, Endpoint
from diptych.core.settings import Settings
from diptych.tui.inputs.field_help import FormKeys, choices, help_for

KEYS = FormKeys("↑", "↓", "Tab")


def of(api: ApiName, model: str = "m") -> Settings:
    return Settings(Endpoint("here", api, "https://models.test", "KEY"), model)


def test_values_to_choose_from() -> None:
    chat = of("openai-chat")
    assert choices("temperature", chat, NOTHING_KNOWN)[:4] == ("0", "0.1", "0.2", "0.3")
    assert choices("temperature", chat, NOTHING_KNOWN)[-1] == "2"
    assert choices("effort", chat, NOTHING_KNOWN) == ("low", "medium", "high")
    assert choices("effort", chat, sdk_fields("openai-chat"))[:2] == ("none", "minimal")
    assert choices("system", chat, NOTHING_KNOWN) == ()


@pytest.mark.parametrize(
    ("field", "text", "found", "line"),
    [
        ("temperature", "", (), "Claude models from 4.7 on refuse a temperature."),
        ("temperature", "0.5", (), "↑ ↓: 0 to 1"),
        ("thinking", "", (), "↑ ↓: adaptive, disabled"),
        ("fields", "top", ("top_k=", "top_p="), "Tab: top_k  top_p"),
        ("fields", "", (), "One KEY=JSON per line"),
        ("system", "", (), ""),
    ],
)
def test_the_line_that_explains_a_field(field: Any, text: str, found: tuple[str, ...], line: str) -> None:
    assert help_for(field, text, of("anthropic-messages", "claude-opus-5"), NOTHING_KNOWN, found, KEYS) == line
