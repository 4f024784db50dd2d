"""Errors of the SDKs and of the connection, each as one clear sentence."""

import errno
import re
import socket
import ssl
from dataclasses import replace

import anthropic
import httpx2
import openai
import pytest

from diptych.apis.error_causes import is_lost_connection
from diptych.apis.failures import ConfigurationError, failure_of
from diptych.apis.route import Route
from diptych.apis.status_errors import StatusError
from diptych.core.event import Event, ResponseBegan
from diptych.core.failure import Failure
from tests.apis.failing import KEY, REQUEST, asked, raised

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


@pytest.mark.parametrize("proxy", [Route(), Route(proxy="proxy.test:3128", stage="connecting")])
def test_a_process_that_may_open_no_more_connections(proxy: Route) -> None:
    full = OSError(errno.EMFILE, "Too many open files")
    error = raised(openai.APIConnectionError(request=REQUEST), httpx2.ConnectError("it broke."), full)

    failure = failure_of(error, asked(), proxy)

    assert failure.kind == "connection"
    assert re.fullmatch(
        r"No connection to models\.test:8080 could be opened: this process may have only [\d,]+ files and connections "
        r"open at a time \(ulimit -n\)\.",
        failure.message,
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


def test_what_is_not_a_lost_connection_has_other_sentences() -> None:
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
    failure = failure_of(ConfigurationError("OPENAI_ORG_ID holds a line break."), asked())

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


def test_what_happens_behind_a_proxy_names_the_proxy() -> None:
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
def test_a_base_url_that_is_not_a_url(error: Exception) -> None:
    failure = failure_of(error, asked("models.test"))

    assert failure == Failure("request", "'models.test' is not a base URL: it must begin with http:// or https://.")


@pytest.mark.parametrize(
    "error",
    [openai.OpenAIError("no key"), anthropic.AnthropicError("no key"), ValueError("no key"), TypeError("no key")],
)
def test_a_request_that_cannot_be_made(error: Exception) -> None:
    assert failure_of(error, asked()) == Failure("request", "The request could not be made: no key")


def test_an_error_in_diptych_asks_to_be_reported() -> None:
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


def test_a_chain_of_causes_that_is_a_circle_ends() -> None:
    first, second = RuntimeError("a"), RuntimeError("b")
    first.__cause__, second.__cause__ = second, first

    assert failure_of(first, asked()).kind == "internal"
