"""Proxies of the environment: used for the hosts that they are meant for, and named where they are wrong."""

from dataclasses import replace

import pytest

from diptych.apis.failures import ConfigurationError
from diptych.core.endpoint import Connection, Endpoint
from diptych.core.secrets.values import Secret
from diptych.wire.sdk_environment import connection_settings
from tests.wire.conftest import Variables


def endpoint(url: str = "http://models.test", provider: str | None = None) -> Endpoint:
    return Endpoint("openai", "openai-chat", url, "OPENAI_API_KEY", provider)


@pytest.mark.parametrize(
    ("url", "given", "proxy", "source"),
    [
        ("http://models.test", {}, None, ""),
        ("http://models.test", {"HTTP_PROXY": "http://p.test:3128"}, "http://p.test:3128", "HTTP_PROXY"),
        ("https://models.test", {"HTTP_PROXY": "http://p.test:3128"}, None, ""),
        ("https://models.test", {"HTTPS_PROXY": "p.test:3128"}, "http://p.test:3128", "HTTPS_PROXY"),
        ("https://models.test", {"https_proxy": " https://p.test\n"}, "https://p.test", "https_proxy"),
        ("https://models.test", {"ALL_PROXY": "socks5h://p.test:1080"}, "socks5h://p.test:1080", "ALL_PROXY"),
        ("http://models.test", {"all_proxy": "socks5://p.test"}, "socks5://p.test", "all_proxy"),
        (
            "http://models.test",
            {"ALL_PROXY": "socks4://p", "HTTP_PROXY": "http://p.test"},
            "http://p.test",
            "HTTP_PROXY",
        ),
        ("http://models.test", {"HTTP_PROXY": "http://old", "http_proxy": "http://new"}, "http://new", "http_proxy"),
        ("http://models.test", {"HTTP_PROXY": "http://u:p%40@p.test:8"}, "http://p.test:8", "HTTP_PROXY"),
    ],
)
def test_the_proxy_of_a_server(
    url: str, given: dict[str, str], proxy: str | None, source: str, variables: Variables
) -> None:
    variables(given)

    found = connection_settings(endpoint(url))

    assert (None if found.proxy is None else str(found.proxy.url)) == proxy
    assert found.route.proxy_source == source
    assert "p%40" not in repr(found)


@pytest.mark.parametrize(
    ("url", "excluded"),
    [
        ("http://models.test", "models.test"),
        ("http://eu.Models.test", " other.test , models.test"),
        ("http://eu.models.test:8080/v1", ".models.test"),
        ("http://eu.models.test", "*.models.test"),
        ("http://models.test:8080", "models.test:8080"),
        ("http://models.test", "models.test:80"),
        ("https://models.test", "models.test:443"),
        ("http://models.test", "http://models.test"),
        ("http://models.test", "other.test,*"),
        ("http://models.test", "*"),
        ("http://127.0.0.1:8080", "127.0.0.1"),
        ("http://127.0.0.1:8080", "localhost,127.0.0.0/8"),
        ("http://10.1.2.3", "10.0.0.0/8"),
        ("http://[::1]:8080", "::1"),
        ("http://[::1]:8080", "[::1]"),
        ("http://[::1]:8080", "[::1]:8080"),
        ("http://[fd00::1]", "fd00::/8"),
        ("http://localhost:8080", "LOCALHOST"),
    ],
)
def test_what_is_wrong_with_a_proxy_does_not_matter_where_none_is_used(
    url: str, excluded: str, variables: Variables
) -> None:
    variables({"ALL_PROXY": "socks4://nothing", "HTTP_PROXY": "http://", "HTTPS_PROXY": "x://", "NO_PROXY": excluded})

    assert connection_settings(endpoint(url)).proxy is None


@pytest.mark.parametrize(
    "elsewhere",
    [
        "",
        "test",
        "othermodels.test",
        "models.test:8080",
        "https://models.test",
        "10.0.0.0/8",
        "http://[",
        "models.test:x",
    ],
)
def test_another_host_keeps_its_proxy(elsewhere: str, variables: Variables) -> None:
    variables({"HTTP_PROXY": "http://p.test", "NO_PROXY": elsewhere})
    url = "http://models.test" if elsewhere != "test" else "http://models.tests"

    assert connection_settings(endpoint(url)).proxy is not None


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("socks4://p.test", "ALL_PROXY names a proxy of a kind that Diptych cannot use, socks4://: it must be http, "),
        ("ftp://p.test", "ALL_PROXY names a proxy of a kind that Diptych cannot use, ftp://: it must be http, https, "),
        ("http://", "ALL_PROXY does not name a proxy: write it as http://HOST:PORT."),
        ("http://user:secret@host:port", "ALL_PROXY does not name a proxy: write it as http://HOST:PORT."),
        ("http://[::1", "ALL_PROXY does not name a proxy: write it as http://HOST:PORT."),
        ("http://p.test:0", "ALL_PROXY does not name a proxy: write it as http://HOST:PORT."),
        ("http://p\x7f.test", "ALL_PROXY does not name a proxy: write it as http://HOST:PORT."),
    ],
)
def test_a_proxy_that_is_none_is_named_and_not_quoted(given: str, sentence: str, variables: Variables) -> None:
    variables({"ALL_PROXY": given})

    with pytest.raises(ConfigurationError) as caught:
        connection_settings(endpoint())

    assert str(caught.value).startswith(sentence)
    assert "secret" not in str(caught.value)


def test_a_key_goes_to_no_proxy_of_another_machine_in_the_clear(variables: Variables) -> None:
    with_key = replace(endpoint("http://localhost:8080/v1"), bearers=("OPENAI_API_KEY",))
    for proxy in ("http://p.test:3128", "socks5h://p.test"):
        variables({"HTTP_PROXY": proxy})
        expected = r"^HTTP_PROXY names a proxy on another machine, .* OPENAI_API_KEY "
        with pytest.raises(ConfigurationError, match=expected):
            connection_settings(with_key)
        assert connection_settings(replace(with_key, plain_http_allowed=True)).proxy is not None
        assert connection_settings(replace(with_key, bearers=())).proxy is not None

    variables({"HTTP_PROXY": "http://127.0.0.1:3128"})
    assert connection_settings(with_key).proxy is not None


def test_a_proxy_that_the_system_sets_has_no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("diptych.wire.proxies.getproxies", lambda: {"http": "http://p.test:3128"})
    monkeypatch.setattr("diptych.wire.proxies.proxy_bypass", lambda host: host == "excluded.test")

    assert connection_settings(endpoint()).route.proxy_name == "the proxy p.test:3128 set in the system settings"
    assert connection_settings(endpoint("http://excluded.test")).proxy is None


# An endpoint's own proxy


def through(proxy: str, url: str = "http://models.test") -> Endpoint:
    return replace(endpoint(url), name="local", connection=Connection(proxy=Secret(proxy)))


@pytest.mark.parametrize("proxy", ["http://me:word@p.test:3128", "p.test:3128", "socks5h://p.test:1080"])
def test_an_endpoints_own_proxy_wins_over_the_environment(proxy: str, variables: Variables) -> None:
    variables({"HTTP_PROXY": "http://other.test", "NO_PROXY": "*"})

    found = connection_settings(through(proxy))

    assert found.proxy is not None
    assert found.proxy.url.host == "p.test"
    assert found.route.proxy_name == f"the proxy {found.route.proxy} set in proxy of [endpoints.local]"
    assert not found.route.obeys_no_proxy
    assert "word" not in repr(found)


@pytest.mark.parametrize("wrong", ["socks4://me:s3cret@p.test", "http://me:s3cret@p.test:x", "http://", " "])
def test_what_is_wrong_with_an_endpoints_own_proxy(wrong: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^proxy of \[endpoints\.local\] ") as caught:
        connection_settings(through(wrong))

    assert "s3cret" not in str(caught.value)


def test_a_key_goes_to_no_proxy_of_its_own_in_the_clear() -> None:
    exposed = replace(through("http://p.test", "http://localhost:8080"), bearers=("LOCAL_KEY",))
    with pytest.raises(ConfigurationError) as caught:
        connection_settings(exposed)

    assert str(caught.value) == (
        "proxy of [endpoints.local] names a proxy on another machine, which would get what LOCAL_KEY holds in the"
        " clear: take it away, or allow it with --insecure."
    )
