"""Endpoints and how users name a side."""

import pytest

from diptych.core.endpoint import Endpoint, is_loopback, parse_name
from diptych.core.secrets.values import Secret, Secrets

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
    with pytest.raises(ValueError, match="Write ENDPOINT:MODEL; the endpoints are anthropic, local"):
        parse_name(name, ENDPOINTS)


def test_the_nearest_name_is_offered() -> None:
    with pytest.raises(
        ValueError, match=r"There is no endpoint 'antropic'. Did you mean anthropic\? The endpoints are"
    ):
        parse_name("antropic:model", ENDPOINTS)


@pytest.mark.parametrize("name", ["nowhere:model", ":model"])
def test_an_unknown_endpoint_is_named_with_the_known_ones(name: str) -> None:
    with pytest.raises(ValueError, match=r"There is no endpoint .* The endpoints are anthropic, local"):
        parse_name(name, ENDPOINTS)


def test_only_a_providers_own_service_needs_a_key() -> None:
    with_key = Endpoint("anthropic", "anthropic-messages", "https://x.test", "K", "anthropic", Secret("sk"))

    assert OWN.lacks_key
    assert not with_key.lacks_key
    assert not OTHER.lacks_key
    assert "sk" not in repr(with_key)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.255.0.9", "::1", "localhost", "LOCALHOST"])
def test_this_machine(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["localhost.evil.com", "evil-localhost", "128.0.0.1", "127.0.0.1.nip.io", "10.0.0.1", ""]
)
def test_another_machine(host: str) -> None:
    assert not is_loopback(host)


def asked_at(base_url: str, *bearers: str, allowed: bool = False) -> Endpoint:
    return Endpoint("e", "openai-chat", base_url, "K", bearers=bearers, plain_http_allowed=allowed)


def test_a_secret_is_exposed_by_plain_http_to_another_machine() -> None:
    assert asked_at("http://models.test/v1", "OPENAI_API_KEY").exposed_source == "OPENAI_API_KEY"
    assert asked_at("HTTP://localhost.evil.com", "K", "L").exposed_source == "K"


@pytest.mark.parametrize(
    "endpoint",
    [
        asked_at("https://models.test/v1", "K"),
        asked_at("http://[::1]:8080", "K"),
        asked_at("http://models.test/v1"),
        asked_at("http://models.test/v1", "K", allowed=True),
    ],
)
def test_nothing_is_exposed(endpoint: Endpoint) -> None:
    assert endpoint.exposed_source == ""


def test_the_secrets_of_an_endpoint_are_its_key_and_those_of_the_environment() -> None:
    password = Secrets([("HTTPS_PROXY", Secret("p4ssword"))])
    endpoint = Endpoint("e", "openai-chat", "https://x.test", "K", key=Secret("sk-1"), environment=password)

    assert endpoint.secrets.scrub("sk-1 p4ssword") == "[redacted] [redacted]"
    assert Endpoint("e", "openai-chat", "https://x.test", "K", environment=password).secrets is password
