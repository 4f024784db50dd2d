"""The message of an error, whatever the server wraps it in."""

from typing import Any

import pytest

from diptych.apis.error_messages import body_message, message_in, unwrapped

NESTED = '{"error": {"message": "Broken"}}'


@pytest.mark.parametrize(
    "data",
    [
        {"error": {"message": "Broken"}},
        {"error": "invalid_token", "error_description": "Broken"},
        {"code": 1001, "msg": "Broken", "data": None},
        {"success": False, "errors": [{"code": 7003, "message": "Broken"}]},
        {"base_resp": {"status_code": 1004, "status_msg": "Broken"}},
        {"Message": "Broken"},
        {"error": {"message": NESTED}},
        {"error": {"message": "", "metadata": {"raw": NESTED}}},
        {"error": {"message": "Broken", "metadata": {"raw": "Broken"}}},
        [{"error": {"message": "Broken"}}],
        "Broken",
    ],
    ids=str,
)
def test_the_message_is_found_under_any_name(data: Any) -> None:
    assert message_in(data) == "Broken"


def test_what_the_server_behind_a_gateway_said_follows_the_gateways_own_words() -> None:
    error = {"message": "Provider returned error", "metadata": {"raw": NESTED, "provider_name": "X"}}

    assert message_in({"error": error}) == "Provider returned error: Broken"


@pytest.mark.parametrize("text", ["Broken", "{Broken}", "{}", '{"a": 1}', "{"])
def test_a_text_that_wraps_no_error_is_the_message(text: str) -> None:
    assert unwrapped(text) == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('data: {"error": {"message": "Broken"}}\n\n', "Broken"),
        ('event: error\ndata: {"type": "error", "error": {"message": "Broken"}}\n\n', "Broken"),
        ("data: Broken", "Broken"),
        ('<?xml version="1.0"?><Error><Code>A</Code><Message>Broken &amp; lost</Message></Error>', "Broken & lost"),
        ("<html><head><title>502 Bad Gateway</title></head></html>", "502 Bad Gateway"),
        ("<html><title>" * 5, ""),
        ("<p>nginx</p>", ""),
        ("Broken", "Broken"),
        ("7", ""),
    ],
)
def test_the_body_of_an_error_has_any_form(text: str, said: str) -> None:
    assert body_message(text) == said
