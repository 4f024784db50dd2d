"""Errors of the SDKs and of HTTP, each as one clear sentence."""

import errno
import json
import socket
import ssl
from dataclasses import replace
from typing import Any

import anthropic
import httpx2
import openai
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diptych.apis.error_causes import is_lost_connection
from diptych.apis.failures import VariableError, failure_of
from diptych.apis.route import Route
from diptych.apis.status_errors import StatusError, server_message
from diptych.core.endpoint import Endpoint
from diptych.core.event import Event, ResponseBegan
from diptych.core.failure import Failure
from diptych.core.run import Run
from diptych.core.secrets.values import Secret
from diptych.core.settings import Settings
from tests.support.asking import new_run

REQUEST = httpx2.Request("POST", "https://api.openai.com/v1/chat/completions")
KEY = "sk-very-secret"


def settings(base_url: str = "https://user:password@models.test:8080/v1", key: str | None = KEY) -> Settings:
    secret = None if key is None else Secret(key)
    return Settings(Endpoint("openai", "openai-chat", base_url, "OPENAI_API_KEY", None, secret), "gpt-x")


def asked(base_url: str = "https://user:password@models.test:8080/v1", key: str | None = KEY) -> Run:
    """A run whose request has gone out."""
    run = new_run(settings(base_url, key))
    run.begin_attempt(0.0)
    return run


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
        (404, b"", "does not know the model 'gpt-x' (404). Check the model's name and OPENAI_BASE_URL."),
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
        ("61", "61 s"),
        ("120", "120 s"),
        ("121", "2 minutes"),
        ("7200", "120 minutes"),
        ("7300", "2 hours"),
        ("172800", "48 hours"),
        ("172801", "2 days"),
        ("99999999999999999", "more than a year"),
        ("9" * 300, "more than a year"),
    ],
)
def test_a_long_wait_is_told_in_a_fitting_unit(asked_for: str, told: str) -> None:
    assert answered(429, headers={"retry-after": asked_for}).message.endswith(f"It asks you to wait {told}.")


@pytest.mark.parametrize("status", [429, 503])
def test_a_wait_that_the_server_asks_for_is_told(status: int) -> None:
    assert answered(status, headers={"retry-after": "120"}).message.endswith("It asks you to wait 120 s.")


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


def raised(error: Exception, *causes: BaseException) -> Exception:
    """An exception with a chain of causes, as `raise … from …` makes it."""
    outer: BaseException = error
    for cause in causes:
        outer.__cause__ = cause
        outer = cause
    return error


REFUSED = OSError(errno.ECONNREFUSED, "Connection refused")
UNRESOLVED = socket.gaierror(socket.EAI_NONAME, "Name or service not known")
UNTRUSTED = ssl.SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed")
UNTRUSTED.verify_message = "self-signed certificate"


@pytest.mark.parametrize(
    ("causes", "sentence"),
    [
        ([REFUSED], "models.test:8080 refused the connection. Is the server running? Check OPENAI_BASE_URL."),
        (
            [
                OSError("All connection attempts failed"),
                ExceptionGroup("tries", [OSError(errno.ENETUNREACH, "x"), REFUSED]),
            ],
            "models.test:8080 refused the connection. Is the server running? Check OPENAI_BASE_URL.",
        ),
        ([UNRESOLVED], "The host name models.test:8080 cannot be resolved. Check the network and OPENAI_BASE_URL."),
        ([UNTRUSTED], "No secure connection to models.test:8080: self-signed certificate. Check OPENAI_BASE_URL."),
        ([ssl.SSLError(1, "WRONG_VERSION")], "No secure connection to models.test:8080: "),
        (
            [OSError("All connection attempts failed"), OSError(errno.ENETUNREACH, "Connect call failed")],
            "Could not connect to models.test:8080: Network is unreachable. Check OPENAI_BASE_URL.",
        ),
        ([], "Could not connect to models.test:8080: it broke. Check OPENAI_BASE_URL."),
    ],
    ids=["refused", "refused at every address", "unresolved", "untrusted", "no TLS", "unreachable", "otherwise"],
)
def test_each_way_of_not_connecting_has_its_sentence(causes: list[BaseException], sentence: str) -> None:
    connect_error = httpx2.ConnectError("it broke.")
    wrapped: list[Exception] = [
        openai.APIConnectionError(request=REQUEST),
        anthropic.APIConnectionError(request=REQUEST),
    ]
    for error in wrapped:
        failure = failure_of(raised(error, connect_error, *causes), asked())

        assert failure.message.startswith(sentence)
        assert (failure.kind, failure.status) == ("connection", None)
        assert not is_lost_connection(error)


def test_a_connection_that_fails_without_a_word() -> None:
    assert failure_of(httpx2.ConnectError(""), asked()).message == (
        "Could not connect to models.test:8080: unknown reason. Check OPENAI_BASE_URL."
    )


async def test_a_port_where_nobody_listens(unused_tcp_port: int) -> None:
    base_url = f"http://127.0.0.1:{unused_tcp_port}/v1"
    async with openai.AsyncOpenAI(api_key="none", base_url=base_url, max_retries=0) as client:
        with pytest.raises(openai.APIConnectionError) as caught:
            await client.models.list()

    assert failure_of(caught.value, asked(base_url)).message == (
        f"127.0.0.1:{unused_tcp_port} refused the connection. Is the server running? Check OPENAI_BASE_URL."
    )


def test_no_connection_in_time_is_a_time_out() -> None:
    error = raised(openai.APITimeoutError(request=REQUEST), httpx2.ConnectTimeout("timed out"))

    failure = failure_of(error, asked())

    assert failure.kind == "timeout"
    assert failure.message == "Connecting to models.test:8080 timed out. Check OPENAI_BASE_URL."
    assert not is_lost_connection(error)


@pytest.mark.parametrize(
    ("cause", "reason"),
    [
        (httpx2.RemoteProtocolError("peer closed the connection."), "peer closed the connection"),
        (httpx2.ReadError(""), "ReadError"),
        (httpx2.WriteError("broken pipe"), "broken pipe"),
        (httpx2.CloseError("closed"), "closed"),
        (httpx2.RemoteProtocolError("illegal status line: '\x1b[31m" + "x" * 1000), "illegal status line: '␛[31mxxx"),
    ],
)
def test_a_lost_connection_says_so(cause: httpx2.HTTPError, reason: str) -> None:
    for error in (cause, raised(openai.APIConnectionError(request=REQUEST), cause)):
        failure = failure_of(error, asked())

        assert failure.kind == "connection"
        assert failure.message.startswith(f"The connection to models.test:8080 was lost before any answer ({reason}")
        assert failure.message.endswith("). Send the prompt again, or check OPENAI_BASE_URL.")
        assert len(failure.message) < 600
        assert is_lost_connection(error)


def test_a_lost_connection_says_when_it_was_lost() -> None:
    run = asked()
    run.note(ResponseBegan(1.0, 200, ()))
    error = httpx2.ReadError("reset")
    assert failure_of(error, run).message == (
        "The connection to models.test:8080 was lost before the first event (reset). Send the prompt again."
    )
    run.add(Event(2.0, 1, "chunk", b"{}", ()))
    assert "was lost after 1 event (reset)." in failure_of(error, run).message
    run.add(Event(2.0, 2, "chunk", b"{}", ()))
    assert "was lost after 2 events (reset)." in failure_of(error, run).message


def test_what_is_no_lost_connection_has_sentences_of_its_own() -> None:
    garbage = httpx2.DecodingError("bad gzip")

    assert not is_lost_connection(garbage)
    assert failure_of(garbage, asked()) == Failure(
        "connection",
        "models.test:8080 sent a compressed body that cannot be decompressed, before any answer (bad gzip)."
        " Send the prompt again.",
    )


RESET = ConnectionResetError(errno.ECONNRESET, "Connect call failed ('127.0.0.1', 8080)")


@pytest.mark.parametrize(
    ("causes", "reason"),
    [
        ([OSError("All connection attempts failed"), RESET], "Connection reset by peer"),
        ([ssl.SSLWantReadError(2, "The operation did not complete"), RESET], "Connection reset by peer"),
        ([ssl.SSLEOFError(8, "EOF occurred in violation of protocol")], "closed in the TLS handshake"),
    ],
    ids=["while connecting", "in the TLS handshake", "closed in the TLS handshake"],
)
def test_a_connection_that_is_lost_before_it_is_ready(causes: list[BaseException], reason: str) -> None:
    error = raised(openai.APIConnectionError(request=REQUEST), httpx2.ConnectError("All attempts failed"), *causes)

    assert is_lost_connection(error)
    assert failure_of(error, asked()).message == (
        f"The connection to models.test:8080 was lost before any answer ({reason})."
        " Send the prompt again, or check OPENAI_BASE_URL."
    )


# What the environment says of the way

PROXY = Route("p.test:3128", "HTTPS_PROXY")
THROUGH = replace(PROXY, stage="through")
NAMED = "he proxy p.test:3128 set in HTTPS_PROXY"


def test_a_variable_that_cannot_be_used_says_so_itself() -> None:
    failure = failure_of(VariableError("OPENAI_ORG_ID holds a line break."), asked())

    assert failure == Failure("request", "OPENAI_ORG_ID holds a line break.")


@pytest.mark.parametrize(
    ("causes", "why"),
    [
        ([httpx2.ConnectError("failed"), REFUSED], "Connection refused"),
        ([httpx2.ConnectError("failed"), UNRESOLVED], "its host name cannot be resolved"),
        ([httpx2.ConnectError("failed"), UNTRUSTED], "self-signed certificate"),
        ([httpx2.ConnectError("failed"), RESET], "Connection reset by peer"),
        ([httpx2.ConnectTimeout("timed out")], "the connection timed out"),
    ],
)
def test_a_proxy_that_cannot_be_reached_is_to_blame_and_not_the_server(causes: list[BaseException], why: str) -> None:
    failure = failure_of(raised(openai.APIConnectionError(request=REQUEST), *causes), asked(), PROXY)

    assert failure.message == (
        f"T{NAMED} could not be reached: {why}. Check HTTPS_PROXY, or add the server to NO_PROXY."
    )
    assert failure.kind == ("timeout" if "timed out" in why else "connection")


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (httpx2.ProxyError("Invalid username/password."), "Invalid username/password"),
        (httpx2.ReadError(""), "ReadError"),
        (AssertionError(), "it does not speak SOCKS5"),
    ],
)
def test_a_handshake_with_a_proxy_that_fails(error: Exception, why: str) -> None:
    failure = failure_of(error, asked(), replace(PROXY, stage="handshake"))

    assert failure.message == f"T{NAMED} did not connect to models.test:8080 ({why}). Check HTTPS_PROXY."


def test_what_happens_behind_a_proxy_names_it_too() -> None:
    refusal = failure_of(httpx2.ProxyError("502 Bad Gateway"), asked(), THROUGH)
    assert refusal.message == (f"T{NAMED} did not connect to models.test:8080 (502 Bad Gateway). Check HTTPS_PROXY.")
    loss = failure_of(httpx2.ReadError("reset"), asked(), THROUGH)
    assert loss.message.startswith(f"The connection to models.test:8080 through t{NAMED} was lost before any answer")
    silence = failure_of(httpx2.ConnectTimeout(""), asked(), replace(PROXY, stage="handshake"))
    assert silence.message.startswith(f"Connecting to models.test:8080 through t{NAMED} timed out.")
    login = failure_of(StatusError(407, httpx2.Headers(), b""), asked(), THROUGH)
    assert login.message == f"T{NAMED} requires a user name and a password (407). Check HTTPS_PROXY."
    gateway = failure_of(StatusError(502, httpx2.Headers(), b""), asked(), THROUGH)
    assert gateway.message.endswith(f"This answer may come from t{NAMED}.")
    assert "proxy" not in failure_of(StatusError(500, httpx2.Headers(), b""), asked(), THROUGH).message


def test_whose_certificates_are_trusted_is_named_where_they_are_the_reason() -> None:
    untrusted, no_tls = httpx2.ConnectError("x"), httpx2.ConnectError("x")
    untrusted.__cause__, no_tls.__cause__ = UNTRUSTED, ssl.SSLError(1, "WRONG_VERSION")

    own = Route(certificates="SSL_CERT_FILE")

    assert failure_of(untrusted, asked(), own).message.endswith("Check OPENAI_BASE_URL and SSL_CERT_FILE.")
    assert failure_of(no_tls, asked(), own).message.endswith("Check OPENAI_BASE_URL.")


@pytest.mark.parametrize("error", [httpx2.UnsupportedProtocol("no protocol"), httpx2.InvalidURL("no URL")])
def test_a_base_url_that_is_none(error: Exception) -> None:
    failure = failure_of(error, asked("models.test"))

    assert failure == Failure("request", "'models.test' is not a base URL: it must begin with http:// or https://.")


@pytest.mark.parametrize(
    "error",
    [openai.OpenAIError("no key"), anthropic.AnthropicError("no key"), ValueError("no key"), TypeError("no key")],
)
def test_a_request_that_cannot_be_made(error: Exception) -> None:
    assert failure_of(error, asked()) == Failure("request", "The request could not be made: no key")


def test_a_fault_of_our_own_asks_to_be_reported() -> None:
    failure = failure_of(RuntimeError("oops"), asked(key=None))

    assert failure == Failure(
        "internal", "An error in Diptych ended this answer (RuntimeError: oops). Please report it."
    )


@pytest.mark.parametrize(
    "error",
    [
        httpx2.LocalProtocolError(f"Illegal header value b'Bearer {KEY}'"),
        httpx2.ConnectError(f"{KEY} failed"),
        ValueError(f"bad key {KEY}"),
        RuntimeError(KEY),
    ],
)
def test_no_sentence_shows_the_key(error: Exception) -> None:
    message = failure_of(error, asked()).message

    assert KEY not in message
    assert "[redacted]" in message


def test_a_chain_of_causes_that_bites_its_tail_ends() -> None:
    first, second = RuntimeError("a"), RuntimeError("b")
    first.__cause__, second.__cause__ = second, first

    assert failure_of(first, asked()).kind == "internal"
