"""The shared settings in each API's own words, checked against the types of the installed SDKs."""

from typing import Any, get_args

import pytest
from anthropic.types.message_create_params import MessageCreateParamsStreaming as Messages
from openai.types.chat.completion_create_params import CompletionCreateParamsStreaming as Chat
from openai.types.responses.response_create_params import ResponseCreateParamsStreaming as Responses
from pydantic import ConfigDict, TypeAdapter, with_config

from diptych.apis.registry import DIALECTS
from diptych.apis.sdk_fields import sdk_fields
from diptych.apis.shared_settings import PATHS, SharedSetting, shared_value, with_value, without_value
from diptych.core.endpoint import ApiName, Endpoint
from diptych.core.message import Message
from diptych.core.request import Request
from diptych.core.settings import Settings

SCHEMA = {"type": "object"}
TYPES: dict[ApiName, Any] = {"anthropic-messages": Messages, "openai-chat": Chat, "openai-responses": Responses}
APIS = get_args(ApiName)


@pytest.mark.parametrize("api", APIS)
def test_the_sdk_has_types_for_every_value_that_is_offered(api: ApiName) -> None:
    adapter = TypeAdapter(with_config(ConfigDict(arbitrary_types_allowed=True, extra="forbid"))(TYPES[api]))
    for setting, path in PATHS[api].items():
        offered: tuple[Any, ...] = sdk_fields(api).offered[setting] or (0.5,)
        for value in offered:
            params = with_value({}, path, value)
            if api == "anthropic-messages" and setting == "temperature":
                continue  # its SDK has no parameter for it any more
            if value == "enabled":
                params["thinking"]["budget_tokens"] = 2048
            settings = Settings(Endpoint("here", api, "https://models.test", "KEY"), "some-model", params=params)
            sent = DIALECTS[api].arguments(Request(settings, (Message.of_text("user", "hi"),), {}))
            adapter.validate_python(sent.pop("extra_body") | sent)


@pytest.mark.parametrize(
    ("api", "fields"),
    [
        (
            "anthropic-messages",
            {"temperature": 0.5, "output_config": {"effort": "low"}, "thinking": {"type": "adaptive"}},
        ),
        ("openai-chat", {"temperature": 0.5, "reasoning_effort": "low"}),
        ("openai-responses", {"temperature": 0.5, "reasoning": {"effort": "low"}}),
    ],
)
def test_each_api_has_its_own_words(api: ApiName, fields: dict[str, Any]) -> None:
    values: dict[SharedSetting, float | str] = {"temperature": 0.5, "effort": "low", "thinking": "adaptive"}
    params: dict[str, Any] = {}
    for setting, path in PATHS[api].items():
        params = with_value(params, path, values[setting])
    assert params == fields


def test_what_else_an_object_holds_stays() -> None:
    path = ("reasoning", "effort")
    params = {"reasoning": {"effort": "low", "summary": "auto"}, "n": 1}

    assert shared_value(params, path) == "low"
    assert without_value(params, path) == {"reasoning": {"summary": "auto"}, "n": 1}
    assert with_value(without_value(params, path), path, "high")["reasoning"] == {"summary": "auto", "effort": "high"}
    assert without_value({"reasoning": {"effort": "low"}, "n": 1}, path) == {"n": 1}
    assert without_value({"temperature": 1, "n": 1}, ("temperature",)) == {"n": 1}
    assert params == {"reasoning": {"effort": "low", "summary": "auto"}, "n": 1}


@pytest.mark.parametrize("params", [{}, {"a": None}, {"a": True}, {"a": {"b": 1}}, {"a": ""}])
def test_only_numbers_and_texts_are_shown_in_a_field(params: dict[str, Any]) -> None:
    assert shared_value(params, ("a",)) is None
    assert shared_value(params, ("a", "c")) is None


@pytest.mark.parametrize(
    ("params", "path", "sentence"),
    [
        (
            {"temperature": 1},
            ("temperature",),
            "temperature is among the request fields as well: remove one of the two.",
        ),
        (
            {"reasoning": {"effort": 1}},
            ("reasoning", "effort"),
            "reasoning.effort is among the request fields as well: remove one of the two.",
        ),
        (
            {"reasoning": None},
            ("reasoning", "effort"),
            "reasoning among the request fields is not an object, which this needs.",
        ),
    ],
)
def test_nothing_is_replaced_silently(params: dict[str, Any], path: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(ValueError, match=r".*") as caught:
        with_value(params, path, "low")
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("api", "own", "params"),
    [
        ("anthropic-messages", "output_config", {"output_config": {"effort": "low"}}),
        ("openai-responses", "text", {"text": {"verbosity": "low"}}),
    ],
)
def test_a_schema_is_sent_beside_what_the_user_sets(api: ApiName, own: str, params: dict[str, Any]) -> None:
    settings = Settings(Endpoint("here", api, "https://models.test", "KEY"), "m", params=params, response_schema=SCHEMA)
    sent = DIALECTS[api].arguments(Request(settings, (Message.of_text("user", "hi"),), {}))
    assert sent["extra_body"][own] == {**sent[own], **params[own]}
    assert sent["extra_body"][own]["format"]["schema"] == SCHEMA


def test_something_else_than_an_object_replaces_the_schema() -> None:
    endpoint = Endpoint("here", "openai-responses", "https://models.test", "KEY")
    settings = Settings(endpoint, "m", params={"text": "plain"}, response_schema=SCHEMA)
    sent = DIALECTS["openai-responses"].arguments(Request(settings, (Message.of_text("user", "hi"),), {}))
    assert sent["extra_body"] == {"text": "plain"}
