"""What a span says of the request, as it was sent."""

import json
from typing import Any

import pytest

from diptych.core.endpoint import ApiName
from diptych.core.event import RequestSent
from diptych.telemetry.request_attributes import last_request, request_attributes
from tests.support.asking import settings

PLACE = ("gen_ai.provider.name", "server.address", "server.port")


def sent(body: Any, url: str = "http://models.example/v1/chat/completions") -> RequestSent:
    return RequestSent(1.0, "POST", url, (), body if isinstance(body, bytes) else json.dumps(body).encode())


def said(body: Any, fields: tuple[tuple[str, str | None], ...] = ()) -> dict[str, Any]:
    """What a span says of a request with this body, without where it went."""
    endpoint = settings("openai-chat").endpoint
    object.__setattr__(endpoint, "fields", fields)
    found = request_attributes(sent(body), endpoint)
    return {name: value for name, value in found.items() if name not in PLACE}


def test_every_field_that_the_conventions_name_is_read() -> None:
    body = {
        "model": "m",
        "max_completion_tokens": 5,
        "temperature": 1,
        "top_p": 0.5,
        "top_k": 40,
        "frequency_penalty": 0.1,
        "presence_penalty": 0.2,
        "stop": "END",
        "seed": 7,
        "n": 2,
        "stream": True,
        "response_format": {"type": "json_schema", "json_schema": {}},
    }

    assert said(body) == {
        "gen_ai.request.max_tokens": 5,
        "gen_ai.request.temperature": 1.0,
        "gen_ai.request.top_p": 0.5,
        "gen_ai.request.top_k": 40.0,
        "gen_ai.request.frequency_penalty": 0.1,
        "gen_ai.request.presence_penalty": 0.2,
        "gen_ai.request.stop_sequences": ["END"],
        "gen_ai.request.seed": 7,
        "gen_ai.request.choice.count": 2,
        "gen_ai.request.stream": True,
        "gen_ai.output.type": "json",
    }


def test_values_of_other_kinds_are_left_out() -> None:
    body = {
        "max_tokens": True,
        "seed": 2**70,
        "temperature": "hot",
        "stop": [1],
        "n": 1,
        "response_format": {"type": 5},
    }

    assert said(body) == {}
    assert said(b"\xff") == {}
    assert said(b"[]") == {}


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"text": {"format": {"type": "json_object"}}}, "json"),
        ({"output_config": {"format": {"type": "json_schema"}}}, "json"),
        ({"response_format": {"type": "text"}}, "text"),
        ({"response_format": {"type": "grammar"}}, None),
        ({"text": {"verbosity": "low"}}, None),
    ],
)
def test_the_kind_of_output_is_found_in_all_apis(body: dict[str, Any], kind: str | None) -> None:
    assert said(body).get("gen_ai.output.type") == kind


def test_fields_are_found_under_the_names_that_the_server_has_for_them() -> None:
    assert said({"limit": 9}, (("max_tokens", "limit"), ("stream_options", None))) == {"gen_ai.request.max_tokens": 9}


@pytest.mark.parametrize(
    ("api", "url", "place"),
    [
        ("openai-chat", "http://127.0.0.1:8080/v1", ("openai", "127.0.0.1", 8080)),
        ("anthropic-messages", "http://gateway/v1", ("anthropic", "gateway", 80)),
        ("openai-chat", "https://mine.openai.azure.com/openai", ("azure.ai.openai", "mine.openai.azure.com", 443)),
        ("openai-chat", "https://api.x.ai/v1", ("x_ai", "api.x.ai", 443)),
        ("openai-chat", "https://matrix.ai/v1", ("openai", "matrix.ai", 443)),
    ],
)
def test_the_server_is_named(api: ApiName, url: str, place: tuple[str, str, int]) -> None:
    found = request_attributes(sent({}, url), settings(api).endpoint)

    assert tuple(found[name] for name in PLACE) == place


def test_the_provider_of_an_endpoint_is_known() -> None:
    endpoint = settings("openai-responses").endpoint
    object.__setattr__(endpoint, "provider", "openai")

    assert request_attributes(None, endpoint)["gen_ai.provider.name"] == "openai"


def test_the_last_request_counts() -> None:
    first, second = sent({}), RequestSent(2.0, "POST", "http://x/", (), b"")

    assert last_request([first, second]) is second
    assert last_request([]) is None
