"""HTTP statuses other than success, each as one clear sentence."""

import json
from dataclasses import replace
from typing import Any

import anthropic
import httpx2
import openai
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diptych.apis.failures import failure_of
from diptych.apis.status_errors import StatusError, server_message
from diptych.core.failure import Failure
from tests.apis.failing import KEY, REQUEST, asked, raised
from tests.apis.failing import settings as settings_of
from tests.support.asking import new_run


def answered(status: int, body: Any = b"", headers: dict[str, str] | None = None) -> Failure:
    """What a server's error comes to, wrapped as the SDKs wrap it."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    error = StatusError(status, httpx2.Headers(headers), content)
    assert failure_of(error, asked()) == failure_of(raised(openai.APIConnectionError(request=REQUEST), error), asked())
    return failure_of(error, asked())


OPENAI_401 = {"error": {"message": f"Incorrect API key provided: {KEY}.", "type": "invalid_request_error", "code": "x"}}
ANTHROPIC_529 = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}, "request_id": "req_1"}
FASTAPI_422 = {"detail": [{"loc": ["body", "messages", 0], "msg": "field required", "type": "missing"}, "?"]}


@pytest.mark.parametrize(
    ("status", "body", "sentence"),
    [
        (
            400,
            {"error": "no stream"},
            "refused the request (400): no stream. Check the model and the extra request fields.",
        ),
        (401, OPENAI_401, "refused the key (401): Incorrect API key provided: [redacted]. Check OPENAI_API_KEY."),
        (403, {"message": "No."}, "refused the key (403): No. Check OPENAI_API_KEY."),
        (
            404,
            {"error": {"message": "The model `gpt-x` does not exist.", "code": "model_not_found"}},
            "does not know the model 'gpt-x' (404): The model `gpt-x` does not exist. Check the model's name",
        ),
        (
            404,
            {"detail": "Not Found"},  # FastAPI, without a route for this API
            "does not know the model 'gpt-x', or does not offer the API at /chat/completions (404): Not Found. Check",
        ),
        (
            404,
            b"",
            "does not know the model 'gpt-x', or does not offer the API at /chat/completions (404). Check the model's"
            " name and OPENAI_BASE_URL.",
        ),
        (408, b"", "did not process the request (408). Send the prompt again."),
        (409, b"Conflict", "did not process the request (409): Conflict. Send the prompt again."),
        (413, b"", "(413). Shorten it or start a new conversation."),
        (422, FASTAPI_422, "refused the request (422): body.messages.0: field required. Check the model"),
        (
            429,
            {"error": {"message": "Slow down"}},
            "limits the rate of requests (429): Slow down. Send the prompt again later.",
        ),
        (500, b"<html><h1>Error</h1></html>", "is overloaded or has failed (500). Send the prompt again later."),
        (
            500,
            b'data: {"error": {"message": "No backend", "code": "500"}}\n\ndata: [DONE]\n\n',  # LiteLLM
            "is overloaded or has failed (500): No backend. Send",
        ),
        (
            529,
            b'event: error\r\ndata:{"type": "error", "error": {"message": "Busy"}}\r\n\r\n',
            "(529): Busy. Send",
        ),
        (502, [{"error": {"message": "Bad gateway"}}], "is overloaded or has failed (502): Bad gateway. Send"),
        (529, ANTHROPIC_529, "is overloaded or has failed (529): Overloaded. Send"),
    ],
)
def test_each_status_says_what_failed_and_what_to_do(status: int, body: Any, sentence: str) -> None:
    failure = answered(status, body)

    assert failure.message.startswith(("models.test:8080 ", "The request is too large for models.test:8080 "))
    assert sentence in failure.message
    assert (failure.kind, failure.status) == ("http", status)
    assert KEY not in failure.message
    assert "password" not in failure.message


def test_a_redirect_is_named_and_not_followed() -> None:
    assert answered(307, headers={"location": "https://elsewhere.test/"}).message == (
        "models.test:8080 redirects to https://elsewhere.test/ (307). Redirects are not followed."
        " Check OPENAI_BASE_URL."
    )
    assert "redirects to elsewhere (301)" in answered(301).message


def test_a_redirect_quotes_no_more_of_the_address_than_fits() -> None:
    message = answered(302, headers={"location": "https://elsewhere.test/" + "x" * 100_000}).message

    assert len(message) < 600


@pytest.mark.parametrize(
    ("asked_for", "told"),
    [
        ("0.1", "0.1 s"),
        ("61", "1 min 01 s"),
        ("7300", "2 h 02 min"),
        ("99999999999999999", "more than a year"),
        ("9" * 300, "more than a year"),
    ],
)
def test_a_long_wait_is_told_in_a_fitting_unit(asked_for: str, told: str) -> None:
    assert answered(429, headers={"retry-after": asked_for}).message.endswith(f"It asks you to wait {told}.")


@pytest.mark.parametrize("status", [429, 503])
def test_a_wait_that_the_server_asks_for_is_told(status: int) -> None:
    assert answered(status, headers={"retry-after": "120"}).message.endswith("It asks you to wait 2 min 00 s.")


def test_the_request_id_goes_by_either_name() -> None:
    assert answered(500, headers={"x-request-id": "req_1"}).request_id == "req_1"
    assert answered(500).request_id is None
    assert answered(500, headers={"Request-Id": "req_2"}).request_id == "req_2"


def test_anthropics_exceptions_are_read_in_the_same_way() -> None:
    cause = StatusError(429, httpx2.Headers(), json.dumps(ANTHROPIC_529).encode())

    failure = failure_of(raised(anthropic.APIConnectionError(request=REQUEST), cause), asked())

    assert (
        failure.message
        == "models.test:8080 limits the rate of requests (429): Overloaded. Send the prompt again later."
    )


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", ""),
        (b"  \n ", ""),
        (b"plain  words.\n", "plain words"),
        (b"<!doctype html><p>nginx", ""),
        (b'"a text"', "a text"),
        (b"{}", ""),
        (b"[]", ""),
        (b"7", ""),
        (b'{"error": {}}', ""),
        (b'{"error": {"error": {"message": "deep"}}}', "deep"),
        (b'{"message": 7, "error": "text"}', "text"),
        (b'{"detail": "Not Found"}', "Not Found"),
        (b'{"detail": ["first", "second"]}', "first"),
        (b'{"detail": [{"loc": 5, "msg": "a"}, {"loc": "body", "msg": "b"}, {"type": "c"}]}', ": a; : b"),
        (b"caf\xe9", "caf�"),
        (b"x" * 1000, "x" * 400 + "…"),
    ],
)
def test_what_an_error_body_says(body: bytes, said: str) -> None:
    assert server_message(body) == said


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["error", "detail", "message", "loc", "msg"]), inner, max_size=4)
    ),
)


@given(JSON.map(json.dumps).map(str.encode) | st.binary(max_size=20) | st.just(b'{"error":' * 5000))
def test_any_error_body_is_read(body: bytes) -> None:
    assert len(server_message(body).splitlines()) <= 1


REFUSED_TEMPERATURE = "`temperature` is deprecated for this model."
REFUSED_EFFORT = {
    "message": "Unsupported parameter: 'reasoning.effort' is not supported with this model.",
    "param": "reasoning.effort",
}


@pytest.mark.parametrize(
    ("params", "body", "advice"),
    [
        (
            {"temperature": 0.5},
            {"error": {"message": REFUSED_TEMPERATURE}},
            "Change or remove temperature in the settings.",
        ),
        (
            {"temperature": 0.5, "reasoning": {"summary": "auto", "effort": "low"}},
            {"error": REFUSED_EFFORT},
            "Change or remove reasoning.effort in the settings.",
        ),
        (
            {"output_config": {"effort": "huge"}},
            {"error": {"message": "output_config.effort: Input should be 'low', 'medium', 'high', 'xhigh' or 'max'"}},
            "Change or remove output_config.effort in the settings.",
        ),
        (
            {"reasoning": {"effort": "low"}},
            {"error": {"message": "No.", "param": "reasoning"}},
            "Change or remove reasoning in the settings.",
        ),
        ({"reasoning_effort": "x"}, b"reasoning_effort: unknown", "Change or remove reasoning_effort in the settings."),
        ({}, {"error": {"message": "max_tokens: 99999 > 8192"}}, "Change max tokens in the settings."),
        ({"max_tokens": 9}, {"error": {"message": "max_tokens: no"}}, "Change or remove max_tokens in the settings."),
        ({"temperature": 0.5}, {"error": {"message": "No.", "param": "messages"}}, "Check the model and the extra"),
        ({"user": "x"}, {"error": {"message": "The user is not known."}}, "Check the model and the extra"),
    ],
)
def test_a_refused_setting_is_named(params: dict[str, Any], body: Any, advice: str) -> None:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    run = new_run(replace(settings_of(), params=params))
    run.begin_attempt(0.0)

    failure = failure_of(StatusError(400, httpx2.Headers(), content), run)

    assert advice in failure.message
