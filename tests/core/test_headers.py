"""Which headers users can set, and which the SDKs read from their variables."""

import pytest

from diptych.core.headers import belongs_to_connection, custom_headers, is_header


@pytest.mark.parametrize(
    ("name", "value"), [("x-team", "search"), ("X_1", ""), ("a", "b\tc, d"), ("authorization", "x")]
)
def test_what_can_be_sent(name: str, value: str) -> None:
    assert is_header(name, value)


@pytest.mark.parametrize(
    ("name", "value"), [("", "a"), ("x name", "a"), ("ü", "a"), ("a", "ü"), ("a", "b\nc"), ("a", "\x1b")]
)
def test_what_cannot(name: str, value: str) -> None:
    assert not is_header(name, value)


def test_headers_that_would_break_the_connection() -> None:
    assert belongs_to_connection("Content-Length")
    assert not belongs_to_connection("content-type")


def test_a_variable_holds_one_header_per_line() -> None:
    environment = {"OPENAI_CUSTOM_HEADERS": " x-team : search \nno colon\nx-url:http://a\n"}

    assert custom_headers("openai-responses", environment) == (("x-team", "search"), ("x-url", "http://a"))
    assert custom_headers("anthropic-messages", environment) == ()
