"""The configuration that environment variables hold."""

from pathlib import Path

import pytest

from diptych.config.endpoints import DEFAULT_MODELS
from diptych.config.environment import configured_endpoints, configured_secrets, history_path, missing_key_hint
from diptych.core.secrets.values import Secret
from diptych.core.settings import Settings


def test_the_built_in_endpoints() -> None:
    known = configured_endpoints({})

    assert {name: (each.api, each.base_url) for name, each in known.items()} == {
        "anthropic": ("anthropic-messages", "https://api.anthropic.com"),
        "openai": ("openai-chat", "https://api.openai.com/v1"),
        "openai-responses": ("openai-responses", "https://api.openai.com/v1"),
    }
    assert all(each.lacks_key for each in known.values())
    assert {name.partition(":")[0] for name in DEFAULT_MODELS.values()} <= known.keys()


def test_keys_of_the_environment() -> None:
    known = configured_endpoints({"ANTHROPIC_API_KEY": " sk-ant \n", "OPENAI_API_KEY": "sk-oai"})

    assert known["anthropic"].key == Secret("sk-ant")
    assert (known["openai"].key, known["openai-responses"].key) == (Secret("sk-oai"),) * 2
    assert (known["anthropic"].credential, known["anthropic"].lacks_key) == ("key", False)
    assert "sk-" not in repr(known)


def test_a_token_serves_where_there_is_no_key() -> None:
    token = configured_endpoints({"ANTHROPIC_AUTH_TOKEN": "t"})["anthropic"]
    both = configured_endpoints({"ANTHROPIC_AUTH_TOKEN": "t", "ANTHROPIC_API_KEY": "k"})["anthropic"]

    assert (token.key, token.credential, token.key_source) == (Secret("t"), "token", "ANTHROPIC_AUTH_TOKEN")
    assert (both.key, both.credential, both.key_source) == (Secret("k"), "key", "ANTHROPIC_API_KEY")


def test_another_server_gets_the_token_and_not_the_key() -> None:
    both = {"ANTHROPIC_AUTH_TOKEN": "t", "ANTHROPIC_API_KEY": "k"}
    elsewhere = configured_endpoints(both | {"ANTHROPIC_BASE_URL": "https://gateway.test"})["anthropic"]
    own = configured_endpoints(both | {"ANTHROPIC_BASE_URL": "https://eu.api.anthropic.com"})["anthropic"]
    key_alone = configured_endpoints({"ANTHROPIC_API_KEY": "k", "ANTHROPIC_BASE_URL": "https://gateway.test"})[
        "anthropic"
    ]

    assert (elsewhere.key, elsewhere.credential) == (Secret("t"), "token")
    assert elsewhere.bearers == ("ANTHROPIC_AUTH_TOKEN",)
    assert (own.key, own.credential) == (Secret("k"), "key")
    assert (key_alone.key, key_alone.credential) == (Secret("k"), "key")


def test_an_empty_variable_counts_as_unset() -> None:
    endpoint = configured_endpoints({"OPENAI_API_KEY": " ", "OPENAI_BASE_URL": ""})["openai"]

    assert (endpoint.key, endpoint.base_url) == (None, "https://api.openai.com/v1")


def test_another_server_needs_no_key_and_has_no_known_prices() -> None:
    known = configured_endpoints({"OPENAI_BASE_URL": "http://localhost:11434/v1"})

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
def test_the_provider_of_a_base_url(url: str, provider: str | None) -> None:
    assert configured_endpoints({"OPENAI_BASE_URL": url})["openai"].provider == provider


@pytest.mark.parametrize("url", ["api.openai.com/v1", "ftp://x", "https://", "http://host:port/", "http://[::1", "x"])
def test_an_invalid_base_url_is_a_problem_of_its_endpoints_only(url: str) -> None:
    known = configured_endpoints({"OPENAI_BASE_URL": url})

    assert known["openai"].problem.startswith("OPENAI_BASE_URL ")
    assert known["openai-responses"].problem == known["openai"].problem
    assert known["anthropic"].problem == ""


@pytest.mark.parametrize("key", ["sk one two", "schlüssel", "sk\x1b[31m", "sk-1\nsk-2"])
def test_a_key_with_impossible_characters_is_refused_and_not_shown(key: str) -> None:
    endpoint = configured_endpoints({"OPENAI_API_KEY": key})["openai"]

    assert endpoint.problem.startswith("OPENAI_API_KEY contains characters")
    assert key not in endpoint.problem
    assert endpoint.key is None


def test_a_simulated_side_hints_at_the_key_it_lacks() -> None:
    lacking, complete = (
        configured_endpoints({})["anthropic"],
        configured_endpoints({"ANTHROPIC_API_KEY": "k"})["anthropic"],
    )

    assert "set ANTHROPIC_API_KEY" in missing_key_hint(Settings(lacking, "m", simulated=True))
    assert "start Diptych again" in missing_key_hint(Settings(lacking, "m", simulated=True))
    assert "start Diptych without demo" in missing_key_hint(Settings(lacking, "m", simulated=True), "all")
    assert missing_key_hint(Settings(complete, "m", simulated=True)) == ""
    assert missing_key_hint(Settings(complete, "m")) == ""


def test_the_history_is_where_the_environment_says(tmp_path: Path) -> None:
    assert history_path({"DIPTYCH_HISTORY": f" {tmp_path}/rounds.db "}) == tmp_path / "rounds.db"
    assert history_path({"DIPTYCH_HISTORY": "~/rounds.db"}) == Path.home() / "rounds.db"
    assert history_path({}).parts[-2:] == ("diptych", "history.db")


LOGIN = "me:p%40ss-word"


def test_the_login_of_a_base_url_is_kept_apart_from_it() -> None:
    endpoint = configured_endpoints({"OPENAI_BASE_URL": f"https://{LOGIN}@models.test:8080/v1"})["openai"]

    assert (endpoint.base_url, endpoint.login) == ("https://models.test:8080/v1", Secret("me:p@ss-word"))
    assert "ss-word" not in repr(endpoint)


@pytest.mark.parametrize(
    ("variables", "bearers"),
    [
        ({}, ()),
        ({"ANTHROPIC_API_KEY": "k"}, ("ANTHROPIC_API_KEY",)),
        ({"ANTHROPIC_AUTH_TOKEN": "t"}, ("ANTHROPIC_AUTH_TOKEN",)),
        ({"ANTHROPIC_BASE_URL": f"http://{LOGIN}@models.test"}, ("ANTHROPIC_BASE_URL",)),
        ({"ANTHROPIC_CUSTOM_HEADERS": "X-Token: Bearer 12345678"}, ("ANTHROPIC_CUSTOM_HEADERS",)),
        ({"ANTHROPIC_CUSTOM_HEADERS": "X-Team: 12345678"}, ()),
        ({"OPENAI_API_KEY": "k"}, ()),
    ],
)
def test_which_variables_go_out_with_every_request(variables: dict[str, str], bearers: tuple[str, ...]) -> None:
    variables = {"ANTHROPIC_BASE_URL": "http://models.test"} | variables
    endpoint = configured_endpoints(variables)["anthropic"]

    assert endpoint.bearers == bearers
    assert endpoint.exposed_source == "".join(bearers[:1])
    assert configured_endpoints(variables, insecure=True)["anthropic"].exposed_source == ""


def test_all_secrets_of_an_environment_are_found() -> None:
    known = configured_secrets(
        {
            "ANTHROPIC_API_KEY": "sk-ant-one",
            "ANTHROPIC_AUTH_TOKEN": "token-two",
            "OPENAI_API_KEY": "sk-three",
            "ANTHROPIC_CUSTOM_HEADERS": "X-Secret: header-four\nX-Auth: short",
            "OPENAI_CUSTOM_HEADERS": "X-Api-Key: header-six",
            "OPENAI_BASE_URL": "https://me:pass-five@models.test",
            "https_proxy": f"http://{LOGIN}@proxy.test:3128",
            "HTTP_PROXY": "http://proxy.test:3128",
        }
    )

    shown = known.scrub(
        "sk-ant-one token-two sk-three header-four short pass-five header-six p%40ss-word p@ss-word bWU6cEBzcy13b3Jk"
        " proxy.test"
    )

    assert shown == " ".join(["[redacted]"] * 4 + ["short"] + ["[redacted]"] * 5 + ["proxy.test"])
    assert repr(configured_secrets({})) == "Secrets()"


@pytest.mark.parametrize(
    "url",
    ["ftp://me:s3cr3t@host", "s3cr3t", "http://me:s3/cr3t@host", "https://host/v1?key=s3cr3t", "https://h/#s3cr3t"],
)
def test_an_invalid_base_url_is_not_quoted(url: str) -> None:
    problem = configured_endpoints({"OPENAI_BASE_URL": url})["openai"].problem

    assert problem.startswith("OPENAI_BASE_URL ")
    assert "s3" not in problem
