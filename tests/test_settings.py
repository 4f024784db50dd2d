"""The user's environment, read and checked."""

import pytest

from diptych.core.request import SideSettings
from diptych.core.secret import Secret
from diptych.settings import DEFAULT_MODELS, SettingsError, endpoints, missing_key_hint


def test_the_built_in_endpoints() -> None:
    known = endpoints({})

    assert {name: (each.api, each.base_url) for name, each in known.items()} == {
        "anthropic": ("anthropic-messages", "https://api.anthropic.com"),
        "openai": ("openai-chat", "https://api.openai.com/v1"),
        "openai-responses": ("openai-responses", "https://api.openai.com/v1"),
    }
    assert all(each.lacks_key for each in known.values())
    assert {name.partition(":")[0] for name in DEFAULT_MODELS.values()} <= known.keys()


def test_keys_of_the_environment() -> None:
    known = endpoints({"ANTHROPIC_API_KEY": " sk-ant \n", "OPENAI_API_KEY": "sk-oai"})

    assert known["anthropic"].key == Secret("sk-ant")
    assert (known["openai"].key, known["openai-responses"].key) == (Secret("sk-oai"),) * 2
    assert (known["anthropic"].credential, known["anthropic"].lacks_key) == ("key", False)
    assert "sk-" not in repr(known)


def test_a_token_serves_where_there_is_no_key() -> None:
    token = endpoints({"ANTHROPIC_AUTH_TOKEN": "t"})["anthropic"]
    both = endpoints({"ANTHROPIC_AUTH_TOKEN": "t", "ANTHROPIC_API_KEY": "k"})["anthropic"]

    assert (token.key, token.credential, token.key_variable) == (Secret("t"), "token", "ANTHROPIC_AUTH_TOKEN")
    assert (both.key, both.credential, both.key_variable) == (Secret("k"), "key", "ANTHROPIC_API_KEY")


def test_an_empty_variable_counts_as_unset() -> None:
    endpoint = endpoints({"OPENAI_API_KEY": " ", "OPENAI_BASE_URL": ""})["openai"]

    assert (endpoint.key, endpoint.base_url) == (None, "https://api.openai.com/v1")


def test_another_server_needs_no_key_and_has_no_known_prices() -> None:
    known = endpoints({"OPENAI_BASE_URL": "http://localhost:11434/v1"})

    assert (known["openai"].provider, known["openai"].lacks_key) == (None, False)
    assert known["anthropic"].provider == "anthropic"


@pytest.mark.parametrize(
    ("url", "provider"),
    [
        ("https://eu.api.openai.com/v1", "openai"),
        ("https://api.openai.com.example/v1", None),
        ("https://api.openai.com@evil.example/v1", None),
        ("http://[::1]:8080/v1", None),
    ],
)
def test_whose_server_a_base_url_is(url: str, provider: str | None) -> None:
    assert endpoints({"OPENAI_BASE_URL": url})["openai"].provider == provider


@pytest.mark.parametrize("url", ["api.openai.com/v1", "ftp://x", "https://", "http://host:port/", "http://[::1", "x"])
def test_a_base_url_that_is_none(url: str) -> None:
    with pytest.raises(SettingsError, match="OPENAI_BASE_URL"):
        endpoints({"OPENAI_BASE_URL": url})


@pytest.mark.parametrize("key", ["sk one two", "schlüssel", "sk\x1b[31m", "sk-1\nsk-2"])
def test_a_key_with_characters_that_no_key_has_is_refused_and_not_shown(key: str) -> None:
    with pytest.raises(SettingsError, match="OPENAI_API_KEY holds characters") as caught:
        endpoints({"OPENAI_API_KEY": key})

    assert key not in str(caught.value)


def test_a_simulated_side_hints_at_the_key_it_lacks() -> None:
    lacking, complete = endpoints({})["anthropic"], endpoints({"ANTHROPIC_API_KEY": "k"})["anthropic"]

    assert "set ANTHROPIC_API_KEY" in missing_key_hint(SideSettings(lacking, "m", simulated=True))
    assert missing_key_hint(SideSettings(complete, "m", simulated=True)) == ""
    assert missing_key_hint(SideSettings(complete, "m")) == ""
