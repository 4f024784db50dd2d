"""The tables of endpoints in the config file: what they set, what the environment overrides, and what cannot be."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from diptych.config.environment import configured_endpoints
from diptych.config.tables import EndpointTable, PricesTable
from diptych.core.endpoint import Endpoint, Prices
from diptych.core.secrets.values import Secret


def known(environment: dict[str, str] | None = None, name: str = "local", **members: Any) -> Endpoint:
    return configured_endpoints(environment or {}, {name: EndpointTable(**members)})[name]


def local(environment: dict[str, str] | None = None, **members: Any) -> Endpoint:
    return known(environment, **({"base_url": "http://localhost:8080/v1"} | members))


def test_an_endpoint_of_the_file() -> None:
    endpoint = local({"LOCAL_KEY": "sk-local"}, key_env="LOCAL_KEY", timeout=5, concurrency=2, ca_file="/ca.pem")

    assert (endpoint.api, endpoint.base_url, endpoint.provider) == ("openai-chat", "http://localhost:8080/v1", None)
    assert (endpoint.key, endpoint.key_source, endpoint.is_built_in) == (Secret("sk-local"), "LOCAL_KEY", False)
    assert endpoint.url_source == "base_url of [endpoints.local]"
    connection = endpoint.connection
    assert (connection.timeout, connection.timeout_source) == (5, "timeout of [endpoints.local]")
    assert (connection.concurrency, connection.ca_file, connection.proxy) == (2, "/ca.pem", None)


def test_paths_may_begin_at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    monkeypatch.setenv("USERPROFILE", "/home/me")

    assert local(ca_file="~/ca.pem").connection.ca_file == "/home/me/ca.pem"


def test_prices_are_exact() -> None:
    endpoint = local(prices=PricesTable(0.1, 0.4, 0.01))

    assert endpoint.prices == Prices(Decimal("0.1"), Decimal("0.4"), Decimal("0.01"), None)
    assert local(prices=PricesTable(1, 2, cache_write=3)).prices == Prices(Decimal(1), Decimal(2), None, Decimal(3))


def test_names_of_fields() -> None:
    assert local(fields={"a": "b", "c": False, "d": True}).fields == (("a", "b"), ("c", None))


# What messages name


@pytest.mark.parametrize(
    ("members", "source"),
    [
        ({}, "key_env of [endpoints.local]"),
        ({"key_env": "K"}, "K"),
        ({"key_command": ("pass",)}, "key_command of [endpoints.local]"),
        ({"headers": {"Authorization": "Bearer x"}}, "headers of [endpoints.local]"),
        ({"headers": {"api-key": "x"}}, "headers of [endpoints.local]"),
        ({"headers": {"x-team": "search"}}, "key_env of [endpoints.local]"),
        ({"headers": {"x-team": "sk-ant-api03-abcdefghijklmnopqrstuvw"}}, "headers of [endpoints.local]"),
        ({"query": {"key": "0123456789"}}, "query of [endpoints.local]"),
        ({"base_url": "http://me:pass@localhost"}, "base_url of [endpoints.local]"),
    ],
)
def test_what_holds_the_key(members: dict[str, Any], source: str) -> None:
    assert local({"K": "sk-1"}, **members).key_source == source


@pytest.mark.parametrize(
    ("members", "source"),
    [
        ({"key_env": "K"}, "K"),
        ({"key_command": ("pass",)}, "key_command of [endpoints.local]"),
        ({"headers": {"x-secret": "0123456789"}}, "headers of [endpoints.local]"),
        ({"query": {"token": "0123456789"}}, "query of [endpoints.local]"),
        ({"headers": {"x-gateway": "env:GATEWAY"}}, "headers of [endpoints.local]"),
        ({"query": {"code": "env:GATEWAY"}}, "query of [endpoints.local]"),
        ({"headers": {"x-team": "search"}, "query": {"api-version": "2026-10-01"}}, ""),
    ],
)
def test_what_plain_http_to_another_machine_would_show(members: dict[str, Any], source: str) -> None:
    variables = {"K": "sk-1", "GATEWAY": "gateway-1"}
    assert known(variables, base_url="http://models.test", **members).exposed_source == source


@pytest.mark.parametrize("header", ["x-api-key", "Authorization"])
def test_a_providers_own_server_may_get_its_key_in_a_header(header: str) -> None:
    assert known().lacks_key
    assert not known(headers={header: "0123"}).lacks_key
    assert not known(key_command=("pass",)).lacks_key


# Built-in endpoints


def test_a_built_in_endpoint_is_changed_by_naming_it() -> None:
    variables = {"OPENAI_API_KEY": "sk-openai", "WORK_KEY": "sk-work", "OPENAI_CUSTOM_HEADERS": "X-Team: a"}
    endpoint = known(
        variables, "openai", base_url="https://gateway.test/v1", headers={"x-team": "b", "x-more": "c"}, timeout=9
    )

    assert (endpoint.base_url, endpoint.key, endpoint.provider) == (
        "https://gateway.test/v1",
        Secret("sk-openai"),
        None,
    )
    assert endpoint.is_built_in
    assert endpoint.connection.headers == (("x-more", Secret("c")),)  # the environment's header wins
    assert known(variables, "openai", key_env="WORK_KEY").key == Secret("sk-work")
    assert known(variables, "openai", key_command=("pass",)).key is None
    assert known(variables, "openai", credential="token").credential == "token"
    assert known({}, "openai", key_env="WORK_KEY").lacks_key


def test_a_base_url_of_the_environment_replaces_all_that_is_made_for_the_one_of_the_file() -> None:
    variables = {"OPENAI_API_KEY": "sk-openai", "OPENAI_BASE_URL": "https://other.test/v1", "WORK_KEY": "sk-work"}
    members: dict[str, Any] = {
        "key_env": "WORK_KEY",
        "headers": {"x-team": "a", "x-missing": "env:MISSING"},
        "query": {"a": "b"},
        "prices": PricesTable(1, 2),
        "fields": {"max_tokens": False},
        "proxy": "http://p.test",
        "ca_file": "/ca.pem",
        "timeout": 9,
        "concurrency": 3,
    }
    endpoint = known(variables, "openai", base_url="https://gateway.test/v1", **members)

    plain = known(variables, "openai", timeout=9, concurrency=3)
    assert endpoint == replace(plain, environment=endpoint.environment)
    assert (endpoint.base_url, endpoint.key) == ("https://other.test/v1", Secret("sk-openai"))
    members.pop("headers")
    assert known(variables, "openai", **members).key == Secret("sk-work")


def test_an_api_of_the_same_provider() -> None:
    assert known({}, "openai", api="openai-responses").api == "openai-responses"


# What cannot be used


@pytest.mark.parametrize(
    ("members", "problem"),
    [
        ({"key_env": "K"}, "K, which holds the key of [endpoints.local], is not set."),
        (
            {"headers": {"x-a": "env:SECRET_HEADER"}},
            "headers of [endpoints.local] takes x-a from the variable 'SECRET_HEADER', which is not set.",
        ),
        (
            {"query": {"a": "env:"}},
            "query of [endpoints.local] takes a from the variable '', which is not set.",
        ),
        (
            {"headers": {"x a": "s3cret"}},
            "headers of [endpoints.local] has a name that no header can have: use letters, digits and hyphens, in"
            " ASCII.",
        ),
        (
            {"headers": {"x-a": "s3cret\n"}},
            "headers of [endpoints.local] gives x-a a value that cannot be sent: it must be one line of printable"
            " ASCII.",
        ),
        (
            {"headers": {"Content-Length": "3"}},
            "headers of [endpoints.local] cannot set Content-Length, which belongs to the connection itself.",
        ),
        (
            {"headers": {"x-a": "1", "X-A": "2"}},
            "headers of [endpoints.local] names X-A twice: upper and lower case are the same.",
        ),
        ({"query": {"a": "env:BYTES"}}, "query of [endpoints.local] holds bytes that are not text."),
        (
            {"fields": {"stream": False}},
            "fields of [endpoints.local] cannot change stream: every answer is streamed.",
        ),
        ({"prices": PricesTable(float("inf"), 1)}, "prices of [endpoints.local] must be numbers of dollars."),
        ({"ca_file": "ca.pem"}, "ca_file of [endpoints.local] must be a whole path, from / or ~ on."),
        ({"ca_file": "/a\0b"}, "ca_file of [endpoints.local] must be a whole path, from / or ~ on."),
        (
            {"base_url": "localhost"},
            "base_url of [endpoints.local] is not a valid base URL: it must begin with http:// or https:// and name a"
            " host.",
        ),
    ],
)
def test_a_sentence_names_the_member_and_not_the_value(members: dict[str, Any], problem: str) -> None:
    assert local({"BYTES": "s3cret\udcff"}, **members).problem == problem


@pytest.mark.parametrize("name", ["anthropic", "openai"])
def test_a_built_in_endpoint_keeps_its_provider(name: str) -> None:
    api = "openai-chat" if name == "anthropic" else "anthropic-messages"

    assert known({"ANTHROPIC_API_KEY": "k", "OPENAI_API_KEY": "k"}, name, api=api).problem == (
        f"api of [endpoints.{name}] cannot be {api}: this endpoint is built in, with the address and the key of another"
        " provider. Give the endpoint another name."
    )


def test_no_value_of_a_table_is_shown_in_a_repr() -> None:
    table = EndpointTable(base_url="https://me:pass-word@host/", headers={"x-gateway-auth": "a-secret"}, timeout=1.0)

    assert repr(table) == "EndpointTable(base_url, headers, timeout)"
