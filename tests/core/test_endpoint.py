"""Endpoints and how users name a side."""

from dataclasses import replace

import pytest

from diptych.core.endpoint import Endpoint, parse_name
from diptych.core.secret import Secret

OWN = Endpoint("anthropic", "anthropic-messages", "https://api.anthropic.com", "ANTHROPIC_API_KEY", "anthropic")
OTHER = Endpoint("local", "openai-chat", "http://localhost:8080/v1", "OPENAI_API_KEY")
ENDPOINTS = {"anthropic": OWN, "local": OTHER}


@pytest.mark.parametrize(
    ("name", "endpoint", "model"),
    [
        ("anthropic:claude-sonnet-5-5", OWN, "claude-sonnet-5-5"),
        ("local:qwen3:8b", OTHER, "qwen3:8b"),
        (" local: a model ", OTHER, "a model"),
    ],
)
def test_a_side_is_named_endpoint_and_model(name: str, endpoint: Endpoint, model: str) -> None:
    assert parse_name(name, ENDPOINTS) == (endpoint, model)


@pytest.mark.parametrize("name", ["nonsense", "", ":", "anthropic:", "anthropic:  "])
def test_a_name_without_a_model_is_explained(name: str) -> None:
    with pytest.raises(ValueError, match="write ENDPOINT:MODEL, with one of the endpoints anthropic, local"):
        parse_name(name, ENDPOINTS)


@pytest.mark.parametrize("name", ["nowhere:model", ":model"])
def test_an_unknown_endpoint_is_named_with_the_known_ones(name: str) -> None:
    with pytest.raises(ValueError, match=r"There is no endpoint .* the endpoints are anthropic, local"):
        parse_name(name, ENDPOINTS)


def test_only_a_providers_own_service_needs_a_key() -> None:
    with_key = Endpoint("anthropic", "anthropic-messages", "https://x.test", "K", "anthropic", Secret("sk"))

    assert OWN.lacks_key
    assert not with_key.lacks_key
    assert not OTHER.lacks_key
    assert "sk" not in repr(with_key)


def test_the_variable_of_the_base_url_is_named_like_that_of_the_key() -> None:
    assert replace(OTHER, key_variable="ANTHROPIC_AUTH_TOKEN").url_variable == "ANTHROPIC_BASE_URL"
    assert replace(OTHER, key_variable="").url_variable == ""
