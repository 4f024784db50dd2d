"""What settings set otherwise than others."""

from dataclasses import replace

from diptych.core.endpoint import Endpoint
from diptych.core.settings import (
    NOT_SET,
    SettingDifference,
    Settings,
    ToolDefinition,
    field_differences,
    settings_differences,
)

PLAIN = Settings(Endpoint("here", "openai-chat", "https://models.test", "HERE_API_KEY"), "some-model")


def differences(settings: Settings, other: Settings = PLAIN) -> list[SettingDifference]:
    return [*settings_differences(settings, other), *field_differences(settings, other)]


def test_equal_settings_and_other_models_differ_in_nothing() -> None:
    assert not differences(PLAIN)
    assert not differences(replace(PLAIN, model="other"))


def test_what_differs_is_named_with_both_values() -> None:
    look = ToolDefinition("look")
    assert differences(replace(PLAIN, system="Be brief.", max_tokens=10, tools=(look,), response_schema={})) == [
        ("system", "Be brief.", ""),
        ("max_tokens", 10, PLAIN.max_tokens),
        ("tools", (look,), ()),
        ("response_schema", {}, None),
    ]


def test_request_fields_are_compared_by_name() -> None:
    warm = replace(PLAIN, params={"temperature": 1, "n": 2, "user": "me"})
    cold = replace(PLAIN, params={"temperature": 0, "top_p": 0.5, "user": "me"})
    assert differences(warm, cold) == [("temperature", 1, 0), ("n", 2, NOT_SET), ("top_p", NOT_SET, 0.5)]


def test_a_field_that_is_left_out_differs_from_one_that_is_not_set() -> None:
    assert differences(replace(PLAIN, params={"store": None})) == [("store", None, NOT_SET)]
