"""What goes over the wire: addresses, headers, keys, bodies, proxies; and what is seen of the connection."""

import asyncio
import gzip
import json
import re
import socket
import ssl
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from diptych.core.endpoint import ApiName, Endpoint
from diptych.core.event import RequestSent, ResponseBegan
from diptych.core.run import Run
from diptych.core.secrets.values import Secret
from diptych.core.settings import Settings
from diptych.wire.sdk_clients import MOST_REQUESTS
from diptych.wire.stamped.kernel_stamps import has_kernel_stamps
from tests.support.answers import Answer, Gate, Repeat, json_answer, lost, raw
from tests.support.asking import KEY, Asker, notes, path, settings, text
from tests.support.loopback import LoopbackServer, Received
from tests.support.socks import HOST_UNREACHABLE, SUCCEEDED, a_socks_proxy
from tests.support.streams import APIS, STREAMS, chat, messages
from tests.support.transport import PlannedTransport
from tests.wire.conftest import Variables

each_api = pytest.mark.parametrize("api", APIS)


async def received(server: LoopbackServer, asked: Settings) -> Received:
    """What the server gets of a side's request."""
    server.plan(Answer(STREAMS[asked.endpoint.api]("hi")))
    async with Asker(asked) as asker:
        assert (await asker.ask()).state == "complete"
    (request,) = server.received
    return request


def request_note(run: Run) -> RequestSent:
    (note,) = [line for line in run.lines if isinstance(line, RequestSent)]
    return note


def response_note(run: Run) -> ResponseBegan:
    (note,) = [line for line in run.lines if isinstance(line, ResponseBegan)]
    return note


# The request


@each_api
async def test_the_request_goes_to_the_apis_address(api: ApiName, server: LoopbackServer) -> None:
    request = await received(server, settings(api, server.url))

    assert (request.method, request.target) == ("POST", path(api))
    assert request.headers["accept-encoding"] == "identity"


@each_api
async def test_a_key_goes_as_the_sdk_sends_it(api: ApiName, server: LoopbackServer) -> None:
    headers = (await received(server, settings(api, server.url))).headers

    assert headers["authorization"] == "Bearer sk-very-secret"


async def test_an_anthropic_token_goes_as_a_bearer_token(server: LoopbackServer) -> None:
    endpoint = Endpoint("anthropic", "anthropic-messages", server.url, "ANTHROPIC_AUTH_TOKEN", None, KEY, "token")
    headers = (await received(server, Settings(endpoint, "m"))).headers

    assert headers["authorization"] == "Bearer sk-very-secret"


@each_api
async def test_the_login_of_a_base_url_goes_as_basic_authorization(api: ApiName, server: LoopbackServer) -> None:
    base = settings(api, server.url, key=None)
    server.plan(Answer(STREAMS[api]("hi")))
    logged_in = replace(base, endpoint=replace(base.endpoint, login=Secret("me:p@ss:word")))

    async with Asker(logged_in) as asker:
        run = await asker.ask()

    assert server.received[0].headers["authorization"] == "Basic " + b64encode(b"me:p@ss:word").decode()
    assert dict(request_note(run).headers)["authorization"] == "[redacted]"


async def test_a_simulated_model_is_not_sent_the_login() -> None:
    transport = PlannedTransport(Answer(chat("hi")))
    base = settings("openai-chat", simulated=True)
    async with Asker(replace(base, endpoint=replace(base.endpoint, login=Secret("me:word"))), transport) as asker:
        await asker.ask()

    assert transport.requests[0].headers["authorization"] == "Bearer none"


@each_api
async def test_a_server_that_needs_no_key_gets_none(
    api: ApiName, server: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "OPENAI_API_KEY", "ANTHROPIC_PROFILE"):
        monkeypatch.setenv(variable, "not-for-this-server")

    headers = (await received(server, settings(api, server.url, key=None))).headers

    assert headers["authorization"] == "Bearer none"
    assert "not-for-this-server" not in str(headers)


async def test_a_simulated_model_is_not_sent_the_key() -> None:
    transport = PlannedTransport(Answer(chat("hi")))
    async with Asker(settings("openai-chat", simulated=True), transport) as asker:
        await asker.ask()

    assert transport.requests[0].headers["authorization"] == "Bearer none"


@pytest.mark.parametrize(
    ("api", "provider", "expected"),
    [
        ("anthropic-messages", None, {"max_tokens": 99}),
        ("openai-chat", None, {"max_tokens": 99}),
        ("openai-chat", "openai", {"max_completion_tokens": 99}),
        ("openai-responses", None, {"max_output_tokens": 99, "store": False}),
    ],
)
async def test_the_token_limit_has_the_name_of_the_api(
    api: ApiName, provider: str | None, expected: dict[str, Any]
) -> None:
    endpoint = Endpoint("e", api, "https://example.test/v1", "KEY", provider, KEY)
    transport = PlannedTransport(Answer(STREAMS[api]("hi")))
    async with Asker(Settings(endpoint, "m", max_tokens=99), transport) as asker:
        await asker.ask()

    body = json.loads(transport.requests[0].content)
    limits = {key: value for key, value in body.items() if "tokens" in key or key == "store"}
    assert limits == expected


@each_api
async def test_extra_fields_are_sent_unchanged_and_override_others(api: ApiName, server: LoopbackServer) -> None:
    params = {"temperature": 0.5, "thinking": {"type": "adaptive"}, "store": True, "x_unheard_of": [1, None]}
    body = (await received(server, settings(api, server.url, params=params, system="Be brief."))).json

    assert {key: body[key] for key in params} == params
    assert "Be brief." in json.dumps(body)
    assert body["model"] == "some-model"
    assert body["stream"] is True


# What is shown of it


@each_api
async def test_the_request_is_shown_as_it_was_sent_without_the_key(api: ApiName, server: LoopbackServer) -> None:
    server.plan(Answer(STREAMS[api]("hi")))
    async with Asker(settings(api, server.url)) as asker:
        run = await asker.ask()

    note, (sent,) = request_note(run), server.received
    assert (note.method, note.url, note.body) == ("POST", server.url + path(api), sent.body)
    assert [name.lower() for name, _ in note.headers] == [name.lower() for name, _ in sent.header_list]
    assert [value for _, value in note.headers if value not in str(sent.header_list)] == ["[redacted]"]
    assert "sk-very-secret" not in repr(run.lines)


async def test_the_responses_headers_are_shown_in_their_order(server: LoopbackServer) -> None:
    headers = {"X-Zeta": "1", "request-id": "req_3", "Set-Cookie": "a=b", "A-First": "sk-very-secret, echoed"}
    server.plan(Answer(messages("hi"), headers=headers))
    async with Asker(settings("anthropic-messages", server.url)) as asker:
        run = await asker.ask()

    shown = response_note(run).headers
    assert [name.lower() for name, _ in shown] == ["x-zeta", "request-id", "set-cookie", "a-first", "transfer-encoding"]
    assert dict(shown)["a-first"] == "[redacted], echoed"
    assert run.request_id == "req_3"


async def test_an_errors_body_is_shown_without_the_key(server: LoopbackServer) -> None:
    server.plan(json_answer(401, '{"error": {"message": "Wrong key sk-very-secret é"}}'))
    async with Asker(settings("openai-chat", server.url)) as asker:
        run = await asker.ask()

    assert response_note(run).body.decode() == '{"error": {"message": "Wrong key [redacted] é"}}'
    assert "sk-very-secret" not in repr(run.failure)


async def test_without_a_key_an_errors_body_is_shown_unchanged() -> None:
    async with Asker(settings("openai-chat", key=None), PlannedTransport(json_answer(403, "no"))) as asker:
        run = await asker.ask()

    assert response_note(run).body == b"no"


async def test_only_the_beginning_of_an_endless_error_is_read(
    server: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("diptych.wire.bounded_body._PATIENCE", 60.0)  # a busy server takes long to begin with it
    server.plan(Answer([Repeat(b"x", 64 * 1024 * 1024)], 400))
    async with Asker(settings("openai-chat", server.url)) as asker:
        run = await asker.ask()

    assert notes(run)[-1] == "failed: http"
    assert len(response_note(run).body) == 1024 * 1024
    assert not server.gone().answered


async def test_an_error_whose_body_breaks_off_is_that_error(server: LoopbackServer) -> None:
    server.plan(Answer([b'{"error": {"mess'], 401, end="drop"))
    async with Asker(settings("openai-chat", server.url)) as asker:
        run = await asker.ask()

    assert notes(run) == ["request", "response 401", "failed: http"]
    assert response_note(run).body == b'{"error": {"mess'


async def test_a_compressed_stream_is_read_although_none_was_requested() -> None:
    body = gzip.compress(b"".join(chat("hi")))
    answer = Answer([body[:20], body[20:]], headers={"content-encoding": "gzip"})
    async with Asker(settings("openai-chat"), PlannedTransport(answer)) as asker:
        run = await asker.ask()

    assert (run.state, text(run)) == ("complete", "hi")


# The connection


@pytest.mark.usefixtures("lasting_connections")
async def test_connecting_is_timed_and_takes_no_time_on_a_reused_connection(
    server: LoopbackServer,
) -> None:
    server.plan(Answer(messages("one")), Answer(messages("two")))
    async with Asker(settings("anthropic-messages", server.url)) as asker:
        cold, warm = await asker.ask(), await asker.ask()

    assert [request.connection for request in server.received] == [server.received[0].connection] * 2
    assert (cold.stamps.connect or 0) > 0
    assert warm.stamps.connect == 0
    for run in (cold, warm):
        timing = run.stamps.timing()
        assert request_note(run).at == run.stamps.t0
        assert response_note(run).at == run.stamps.headers
        assert timing.headers is not None
        assert timing.first_event is not None
        assert 0 < timing.headers <= timing.first_event
    assert cold.stamps.t0 is not None
    assert cold.stamps.t0 - cold.began >= (cold.stamps.connect or 0)


async def test_a_stopped_stream_leaves_its_connection(server: LoopbackServer) -> None:
    server.plan(Answer(messages("one"), end="hang"), Answer(messages("two")))
    async with Asker(settings("anthropic-messages", server.url), timeout=1.0) as asker:
        assert (await asker.ask()).state == "complete"
        assert (await asker.ask()).state == "complete"

    first, second = server.received
    assert first.connection != second.connection


async def test_a_simulated_model_has_no_connection() -> None:
    async with Asker(settings("openai-chat"), PlannedTransport(Answer(chat("hi")))) as asker:
        run = await asker.ask()

    assert run.stamps.connect is None
    assert run.stamps.t0 == request_note(run).at


# Proxies


async def test_a_proxy_of_the_environment_is_used(server: LoopbackServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", server.url)
    server.plan(Answer(chat("through a proxy")))
    async with Asker(settings("openai-chat", "http://models.example")) as asker:
        run = await asker.ask()

    assert (run.state, text(run)) == ("complete", "through a proxy")
    assert server.received[0].target == "http://models.example/v1/chat/completions"


async def test_the_exchange_with_a_proxy_is_part_of_connecting(
    server: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", server.url.replace("//", "//user:sk-proxy-password@"))
    server.plan(json_answer(403, "not that host"))
    async with Asker(settings("openai-chat", "https://models.example")) as asker:
        run = await asker.ask()

    assert (server.received[0].method, server.received[0].target) == ("CONNECT", "models.example:443")
    assert notes(run) == ["request", "failed: connection"]
    assert request_note(run).method == "POST"
    assert run.stamps.connect is None
    assert "sk-proxy-password" not in repr(run.lines)


async def test_a_socks_proxy_is_used(server: LoopbackServer, variables: Variables) -> None:
    server.plan(Answer(chat("through SOCKS")), Answer(chat("again")))
    async with a_socks_proxy(login="me:p@ss") as proxy:
        variables({"ALL_PROXY": f"socks5h://me:p%40ss@127.0.0.1:{proxy.port}"})
        async with Asker(settings("openai-chat", server.url)) as asker:
            run, again = await asker.ask(), await asker.ask()

    assert (run.state, text(run), text(again)) == ("complete", "through SOCKS", "again")
    assert proxy.asked_for == [("127.0.0.1", server.port)]
    assert (run.stamps.connect or 0) > 0
    assert "p@ss" not in repr(run.lines)


@pytest.mark.parametrize(
    ("reply", "login", "sentence"),
    [
        (HOST_UNREACHABLE, "", r"did not connect to 127.0.0.1:\d+ \(.*Host unreachable\)\. Check ALL_PROXY\.$"),
        (
            SUCCEEDED,
            "me:word",
            r"did not connect to 127.0.0.1:\d+ \(Requested NO AUTHENTICATION ",
        ),
    ],
)
async def test_a_socks_proxy_that_refuses(reply: int, login: str, sentence: str, variables: Variables) -> None:
    async with a_socks_proxy(reply, login) as proxy:
        variables({"ALL_PROXY": f"socks5://127.0.0.1:{proxy.port}"})
        async with Asker(settings("anthropic-messages")) as asker:
            run = await asker.ask()

    assert run.failure is not None
    assert re.search(sentence, run.failure.message)
    assert run.failure.message.startswith(f"The proxy 127.0.0.1:{proxy.port} set in ALL_PROXY ")
    assert notes(run) == ["request", "failed: connection"]


@pytest.mark.parametrize("answer", [raw(b"HTTP/1.1 400 Bad Request\r\n\r\n"), lost()], ids=["HTTP", "nothing"])
async def test_a_proxy_that_does_not_speak_socks(answer: Answer, variables: Variables) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"".join(step for step in answer.before if isinstance(step, bytes)))
        writer.close()

    other = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = other.sockets[0].getsockname()[1]
    variables({"HTTP_PROXY": f"socks5://127.0.0.1:{port}"})
    async with other, Asker(settings("openai-chat")) as asker:
        run = await asker.ask()

    assert run.failure is not None
    assert run.failure.message.startswith(f"The proxy 127.0.0.1:{port} set in HTTP_PROXY did not connect to ")


@pytest.mark.parametrize("scheme", ["socks5", "http", "https"])
async def test_a_proxy_that_accepts_and_never_speaks(scheme: str, variables: Variables) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        variables({"HTTPS_PROXY": f"{scheme}://127.0.0.1:{silent.getsockname()[1]}"})
        async with Asker(settings("openai-chat", "https://models.example"), timeout=0.2) as asker:
            run = await asker.ask()

    assert run.failure is not None
    assert run.failure.kind == "timeout"
    assert "set in HTTPS_PROXY" in run.failure.message
    assert "timed out" in run.failure.message


async def test_a_dead_proxy_is_to_blame_and_not_the_server(
    server: LoopbackServer, unused_tcp_port: int, variables: Variables
) -> None:
    variables({"HTTP_PROXY": f"127.0.0.1:{unused_tcp_port}"})
    async with Asker(settings("openai-chat", server.url)) as asker:
        run = await asker.ask()

    assert run.failure is not None
    assert run.failure.message == (
        f"The proxy 127.0.0.1:{unused_tcp_port} set in HTTP_PROXY could not be reached: Connection refused."
        " Check HTTP_PROXY, or add the server to NO_PROXY."
    )


async def test_a_connection_through_a_proxy_that_is_lost_later_was_reached(
    server: LoopbackServer, variables: Variables
) -> None:
    variables({"HTTP_PROXY": server.url})
    server.plan(Answer(chat("first")), Answer(chat("half")[:2], end="drop"))
    async with Asker(settings("openai-chat", "http://models.example")) as asker:
        await asker.ask()
        run = await asker.ask()

    assert run.failure is not None
    assert run.failure.message.startswith(f"The connection to models.example through the proxy {server.url[7:]} set in")


# Variables that add to a request


async def test_the_organization_and_the_project_go_to_openai_only(variables: Variables) -> None:
    variables({"OPENAI_ORG_ID": "org-1", "OPENAI_PROJECT_ID": "proj-1", "OPENAI_ADMIN_KEY": "sk-admin"})
    for provider, expected in (("openai", ["org-1", "proj-1"]), (None, [None, None])):
        transport = PlannedTransport(Answer(chat("hi")))
        side = settings("openai-chat")
        async with Asker(replace(side, endpoint=replace(side.endpoint, provider=provider)), transport) as asker:
            await asker.ask()
        headers = transport.requests[0].headers
        assert [headers.get("openai-organization"), headers.get("openai-project")] == expected
        assert headers["authorization"] == "Bearer sk-very-secret"


@each_api
async def test_custom_headers_are_sent_but_not_to_a_simulated_model(api: ApiName, variables: Variables) -> None:
    variables({"ANTHROPIC_CUSTOM_HEADERS": "x-team: search", "OPENAI_CUSTOM_HEADERS": "x-team: search"})
    for simulated, expected in ((False, "search"), (True, None)):
        transport = PlannedTransport(Answer(STREAMS[api]("hi")))
        async with Asker(settings(api, simulated=simulated), transport) as asker:
            await asker.ask()
        assert transport.requests[0].headers.get("x-team") == expected


@each_api
async def test_a_simulated_model_needs_nothing_from_the_environment(api: ApiName, variables: Variables) -> None:
    wrong = "x-ü: \x1b"
    variables({"ANTHROPIC_CUSTOM_HEADERS": wrong, "OPENAI_CUSTOM_HEADERS": wrong, "ALL_PROXY": "socks4://x"})
    variables({"SSL_CERT_FILE": "/nowhere", "OPENAI_ORG_ID": "a\nb", "OTEL_PYTHON_TRACER_PROVIDER": "unheard-of"})
    async with Asker(settings(api, simulated=True), PlannedTransport(Answer(STREAMS[api]("hi")))) as asker:
        assert (await asker.ask()).state == "complete"


# TLS

CERTIFICATE = Path(__file__).parent.parent / "support" / "loopback.pem"
"""A certificate for 127.0.0.1 with its key, which nobody but these tests trusts."""


@asynccontextmanager
async def a_tls_server(*answers: bytes) -> AsyncIterator[int]:
    """The port of a server that answers each connection so, and then closes it."""
    left = list(answers)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(left.pop(0))
            await writer.drain()
        writer.close()

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1]


STREAM = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n" + b"".join(chat("hi"))


async def test_a_server_with_its_own_certificate_is_asked_if_that_is_trusted(variables: Variables) -> None:
    async with a_tls_server(STREAM) as port:
        async with Asker(settings("openai-chat", f"https://127.0.0.1:{port}")) as asker:
            refused = await asker.ask()
        variables({"SSL_CERT_FILE": str(CERTIFICATE)})
        async with Asker(settings("openai-chat", f"https://127.0.0.1:{port}")) as asker:
            run = await asker.ask()

    assert refused.failure is not None
    assert refused.failure.message == (
        f"No secure connection to 127.0.0.1:{port}: self-signed certificate. Check OPENAI_BASE_URL."
        " To trust other certificates, set SSL_CERT_FILE."
    )
    assert (run.state, text(run)) == ("complete", "hi")


async def test_a_proxy_that_is_reached_over_tls(variables: Variables) -> None:
    async with a_tls_server(STREAM) as port:
        variables({"HTTP_PROXY": f"https://127.0.0.1:{port}"})
        async with Asker(settings("openai-chat", "http://models.example")) as asker:
            refused = await asker.ask()
        variables({"SSL_CERT_FILE": str(CERTIFICATE)})
        async with Asker(settings("openai-chat", "http://models.example")) as asker:
            run = await asker.ask()

    assert refused.failure is not None
    assert refused.failure.message.startswith(
        f"The proxy 127.0.0.1:{port} set in HTTP_PROXY could not be reached: self-signed certificate."
    )
    assert (run.state, text(run)) == ("complete", "hi")


async def test_more_requests_at_once_than_a_connection_pool_carries(server: LoopbackServer) -> None:
    count = 2 * MOST_REQUESTS + 1
    server.plan(*[Answer([Gate("all are here"), *chat("hi")])] * count)
    async with Asker(settings("openai-chat", server.url)) as asker:
        asked = asyncio.gather(*(asker.ask() for _ in range(count)))
        await server.aarrived(count)
        server.open("all are here")
        runs = await asked

    assert {run.state for run in runs} == {"complete"}
    assert {run.clock for run in runs} == {"kernel" if has_kernel_stamps() else "loop"}
