"""What is shown of a request and its response: everything but secrets."""

from collections.abc import Callable

import httpx2
import pytest

from diptych.core.event import Headers
from diptych.core.secrets.values import Secret, Secrets
from diptych.wire.redact import received_headers, sent_headers


@pytest.mark.parametrize(
    "name",
    [
        "Authorization",
        "Proxy-Authorization",
        "x-api-key",
        "api-key",
        "Cookie",
        "CF-Access-Client-Secret",
        "X-Auth-Token",
    ],
)
def test_what_is_sent_to_prove_who_one_is_is_named_without_its_value(name: str) -> None:
    assert sent_headers(httpx2.Headers({name: "s3cret"}), Secrets()) == ((name.lower(), "[redacted]"),)


def test_what_is_received_is_shown_but_for_credentials() -> None:
    received = [
        ("anthropic-ratelimit-tokens-remaining", "42"),
        ("x-ratelimit-limit-tokens", "4000"),
        ("set-cookie", "session=1"),
        ("x-api-key", "echoed"),
    ]

    assert received_headers(httpx2.Headers(received), Secrets()) == (
        ("anthropic-ratelimit-tokens-remaining", "42"),
        ("x-ratelimit-limit-tokens", "4000"),
        ("set-cookie", "[redacted]"),
        ("x-api-key", "[redacted]"),
    )


@pytest.mark.parametrize("shown", [sent_headers, received_headers])
def test_a_key_is_left_out_wherever_it_stands(shown: Callable[[httpx2.Headers, Secrets], Headers]) -> None:
    headers = httpx2.Headers([("x-echo", "you sent sk-1!"), ("x-sk-1", "twice")])

    assert shown(headers, Secrets([("K", Secret("sk-1"))])) == (
        ("x-echo", "you sent [redacted]!"),
        ("x-[redacted]", "twice"),
    )
