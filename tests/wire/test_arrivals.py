"""Which clock the times of a run are on, whatever the way to the server."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from diptych.core.event import Event
from diptych.wire.stamped import network_backend
from diptych.wire.stamped.kernel_stamps import has_kernel_stamps
from tests.support.answers import Answer
from tests.support.asking import Asker, settings, text
from tests.support.loopback import LoopbackServer
from tests.support.socks import a_socks_proxy
from tests.support.streams import chat
from tests.support.transport import PlannedTransport
from tests.wire.conftest import Variables
from tests.wire.stamped.connected import stamping
from tests.wire.test_client import CERTIFICATE

stamped = pytest.mark.skipif(not has_kernel_stamps(), reason="The kernel does not stamp")


@pytest.fixture(scope="module", autouse=True)
def _stamping() -> object:
    return stamping()


STREAM = b"".join(chat("hi"))
ANSWER = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(STREAM), STREAM)


@asynccontextmanager
async def a_tls_server() -> AsyncIterator[str]:
    """The host and port of a server that speaks TLS; through CONNECT, it is a proxy for itself as well."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readuntil(b"\r\n\r\n"):
            if not head.startswith(b"CONNECT"):
                break
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await writer.start_tls(context)
        writer.write(ANSWER)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context) as server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"


@stamped
async def test_the_kernel_stamps_what_a_server_sends(server: LoopbackServer) -> None:
    server.plan(Answer(chat("hi")), Answer(chat("hi")))
    async with Asker(settings("openai-chat", server.url)) as asker:
        runs = [await asker.ask(), await asker.ask()]

    for run in runs:
        assert (run.state, text(run), run.clock) == ("complete", "hi", "kernel")
        stamps = [run.stamps.t0, run.stamps.headers, *(line.at for line in run.lines if isinstance(line, Event))]
        assert stamps == sorted(stamps)  # type: ignore[type-var]  # all of them are known


@stamped
async def test_over_tls_and_through_proxies_it_does_as_well(server: LoopbackServer, variables: Variables) -> None:
    variables({"SSL_CERT_FILE": str(CERTIFICATE)})
    async with a_tls_server() as address, a_socks_proxy() as socks:
        for url, proxy in [
            (f"https://{address}", {}),
            (f"https://{address}", {"HTTPS_PROXY": f"https://{address}"}),
            ("http://models.test", {"HTTP_PROXY": f"https://{address}"}),
            (f"https://{address}", {"HTTPS_PROXY": f"socks5h://127.0.0.1:{socks.port}"}),
        ]:
            variables({"HTTPS_PROXY": "", "HTTP_PROXY": ""} | proxy)
            async with Asker(settings("openai-chat", url)) as asker:
                run = await asker.ask()
            assert (run.state, text(run), run.clock) == ("complete", "hi", "kernel"), proxy


async def test_without_the_kernels_stamps_the_event_loop_stamps(
    server: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network_backend, "has_kernel_stamps", lambda: False)
    server.plan(Answer(chat("hi")))
    async with Asker(settings("openai-chat", server.url)) as asker:
        run = await asker.ask()

    assert (run.state, text(run), run.clock) == ("complete", "hi", "loop")
    assert run.stamps.t0 is not None
    assert run.stamps.connect is not None


async def test_so_it_does_for_a_simulated_model() -> None:
    async with Asker(settings("openai-chat"), PlannedTransport(Answer(chat("hi")))) as asker:
        run = await asker.ask()

    assert run.clock == "loop"
