from typing import Any, get_args

import pytest

from diptych.apis.sdk_fields import NOTHING_KNOWN, KnownField, known_field, sdk_fields
from diptych.core.endpoint import ApiName


@pytest.mark.parametrize("api", get_args(ApiName))
def test_what_diptych_sets_itself_is_not_offered(api: ApiName) -> None:
    known = sdk_fields(api).fields
    assert {"temperature", "top_p", "metadata", "service_tier", "tool_choice"} <= known.keys()
    assert known.keys().isdisjoint({"model", "stream", "messages", "input", "workspace_id"})


def test_types_are_those_of_the_sdk() -> None:
    chat = sdk_fields("openai-chat").fields
    assert chat["seed"] == KnownField(("a whole number",))
    assert chat["logprobs"] == KnownField(("true or false",))
    assert chat["stop"] == KnownField(("text", "a list"))
    assert chat["logit_bias"] == chat["response_format"] == KnownField(("an object",))
    assert chat["verbosity"].choices == ("low", "medium", "high")
    assert sdk_fields("anthropic-messages").fields["stop_sequences"] == KnownField(("a list",))


def test_values_of_the_shared_settings() -> None:
    assert sdk_fields("anthropic-messages").offered["effort"] == ("low", "medium", "high", "xhigh", "max")
    assert "adaptive" in sdk_fields("anthropic-messages").offered["thinking"]
    assert sdk_fields("openai-chat").offered == sdk_fields("openai-responses").offered
    assert "minimal" in sdk_fields("openai-chat").offered["effort"]


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("seed", 1.5, "seed is usually a whole number."),
        ("seed", True, "seed is usually a whole number."),
        ("top_p", "0.5", "top_p is usually a number."),
        ("store", 1, "store is usually true or false."),
        ("user", 1, "user is usually text."),
        ("metadata", [], "metadata is usually an object."),
        ("modalities", "text", "modalities is usually a list."),
        ("verbosity", "huge", 'verbosity is usually "low" or "medium" or "high".'),
        ("verbosity", 1, 'verbosity is usually "low" or "medium" or "high".'),
        ("sed", 1, "sed is not known. Did you mean seed?"),
        ("mirostat", 2, "mirostat is not known to this API."),
    ],
)
def test_a_remark_about_what_is_unusual(name: str, value: Any, sentence: str) -> None:
    assert sdk_fields("openai-chat").remark(name, value) == sentence


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("seed", 1), ("seed", None), ("top_p", 1), ("store", False), ("stop", "a"), ("stop", ["a"]), ("metadata", {}),
        ("verbosity", "low"), ("tool_choice", "auto"), ("tool_choice", {}),
    ],
)  # fmt: skip
def test_nothing_is_said_about_what_is_usual(name: str, value: Any) -> None:
    assert sdk_fields("openai-chat").remark(name, value) == ""


def test_a_type_that_is_not_simple_takes_any_value() -> None:
    assert known_field(int | object) == KnownField()
    assert KnownField().mismatch("x", object()) == ""


def test_nothing_is_said_while_nothing_is_known() -> None:
    assert NOTHING_KNOWN.remark("mirostat", 2) == ""
