"""Endpoints made of configured values, wherever these come from."""

import pytest

from diptych.config.endpoints import ConfigKey, ConfigValue, EndpointConfig, build_endpoint
from diptych.core.endpoint import ApiName, Endpoint
from diptych.core.secrets.values import Secret, Secrets


def built(api: ApiName, base_url: str, key: str = "", *, insecure: bool = False) -> Endpoint:
    """An endpoint that is not built in, as a configuration file could name it."""
    config = EndpointConfig(
        "local",
        api,
        ConfigValue("local.base_url", Secret(base_url)),
        (ConfigKey("local.key", Secret(key), "key"),),
    )
    return build_endpoint(config, Secrets([("local.key", Secret(key))]), insecure=insecure)


def test_an_endpoint_of_any_name_with_its_own_server_and_key() -> None:
    endpoint = built("openai-chat", "https://me:pass-word@models.test/v1", "sk-local")

    assert (endpoint.name, endpoint.api, endpoint.base_url) == ("local", "openai-chat", "https://models.test/v1")
    assert (endpoint.key, endpoint.login) == (Secret("sk-local"), Secret("me:pass-word"))
    assert (endpoint.provider, endpoint.problem) == (None, "")
    assert endpoint.bearers == ("local.key", "local.base_url")


def test_without_a_base_url_it_is_the_providers_own_service() -> None:
    endpoint = built("anthropic-messages", "")

    assert (endpoint.base_url, endpoint.provider) == ("https://api.anthropic.com", "anthropic")
    assert endpoint.lacks_key


@pytest.mark.parametrize(
    ("base_url", "key", "source"),
    [
        ("models.test", "", "local.base_url"),
        ("https://models.test/?k=s3cret", "", "local.base_url"),
        ("", "a b", "local.key"),
    ],
)
def test_a_problem_names_where_the_value_was_set_and_not_the_value(base_url: str, key: str, source: str) -> None:
    problem = built("openai-chat", base_url, key).problem

    assert problem.startswith(f"{source} ")
    assert not {base_url, key, "s3cret"} & set(problem.split())


@pytest.mark.parametrize(
    ("base_url", "shown"),
    [
        ("https://me:pass-word@models.test/v1", "https://models.test/v1"),
        ("", "https://api.openai.com/v1"),
        ("models.test/v1", ""),
        ("https://models.test/?k=s3cret", ""),
    ],
)
def test_one_that_cannot_be_asked_shows_its_own_base_url_without_the_login(base_url: str, shown: str) -> None:
    endpoint = built("openai-chat", base_url, "a b")

    assert endpoint.problem
    assert (endpoint.base_url, endpoint.login) == (shown, None)


def test_plain_http_to_another_machine_has_to_be_allowed() -> None:
    assert built("openai-chat", "http://models.test", "sk-1").exposed_source == "local.key"
    assert built("openai-chat", "http://models.test", "sk-1", insecure=True).exposed_source == ""


def test_no_configured_value_is_shown_in_a_repr() -> None:
    secret = ConfigKey("K", Secret("sk-1"), "key")
    config = EndpointConfig(
        "local", "openai-chat", ConfigValue("U", Secret("u-1")), (secret,), "H", (("X-Key", Secret("h-1")),)
    )

    assert "-1" not in repr(config)
