"""Connections are made as httpx2 makes them, and stamp what arrives where that is possible."""

import asyncio
import errno
import gc
import socket
from types import SimpleNamespace
from typing import Any

import httpcore2
import httpx2
import pytest

from diptych.apis.error_causes import reason, root_cause
from diptych.wire.stamped import network_backend
from diptych.wire.stamped.kernel_stamps import has_kernel_stamps
from diptych.wire.stamped.network_backend import StampingBackend, stamp_arrivals, stamping_backend
from diptych.wire.stamped.socket_stream import SocketStream
from tests.wire.stamped.connected import nothing

pytestmark = pytest.mark.skipif(not has_kernel_stamps(), reason="The kernel does not stamp")


@pytest.fixture
def backend() -> StampingBackend:
    return StampingBackend(lambda: 0.0, nothing)


def resolving(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Have every name stand for these addresses."""

    async def getaddrinfo(host: bytes, port: int, **more: Any) -> list[Any]:
        found = [socket.getaddrinfo(address, port, type=socket.SOCK_STREAM) for address in addresses]
        return [info for infos in found for info in infos]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)


async def accepted(
    backend: StampingBackend, host: str = "127.0.0.1", family: int = socket.AF_INET, **more: Any
) -> tuple[SocketStream, Any]:
    """Connect to a server that listens on this machine; return the stream and what the server sees of it."""
    with socket.create_server(("::1" if family == socket.AF_INET6 else "127.0.0.1", 0), family=family) as listener:
        stream = await backend.connect_tcp(host, listener.getsockname()[1], **more)
        server, address = listener.accept()
        server.close()
    assert isinstance(stream, SocketStream)
    await stream.aclose()
    return stream, address


async def test_a_host_that_is_an_address_is_not_looked_up(backend: StampingBackend) -> None:
    _, address = await accepted(backend)

    assert address[0] == "127.0.0.1"


async def test_ipv6(backend: StampingBackend, monkeypatch: pytest.MonkeyPatch) -> None:
    await accepted(backend, "::1", socket.AF_INET6)
    resolving(monkeypatch, "::1", "127.0.0.1")
    await accepted(backend, "models.test", socket.AF_INET6)


async def test_where_ipv6_does_not_answer_ipv4_does(backend: StampingBackend, monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, "::1", "127.0.0.1")
    _, address = await accepted(backend, "models.test")

    assert address[0] == "127.0.0.1"


async def test_the_options_that_the_sdks_want_are_set(backend: StampingBackend) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        options = [(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)]
        stream = await backend.connect_tcp(
            "127.0.0.1", listener.getsockname()[1], 5.0, local_address="127.0.0.1", socket_options=options
        )
        sock = stream.get_extra_info("socket")
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        await stream.aclose()


async def test_a_refusal(backend: StampingBackend, unused_tcp_port: int) -> None:
    with pytest.raises(httpcore2.ConnectError) as caught:
        await backend.connect_tcp("127.0.0.1", unused_tcp_port)

    assert isinstance(caught.value.__cause__, ConnectionRefusedError)


async def test_addresses_that_fail_for_different_reasons(
    backend: StampingBackend, monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int
) -> None:
    resolving(monkeypatch, "255.255.255.255", "127.0.0.1")  # as a machine without IPv6 cannot reach an IPv6 address
    with pytest.raises(httpcore2.ConnectError) as caught:
        await backend.connect_tcp("models.test", unused_tcp_port)

    assert isinstance(root_cause(caught.value), ConnectionRefusedError)
    assert reason(caught.value) == "Connection refused"


async def test_errors_without_a_number_are_told_in_their_own_words(
    backend: StampingBackend, monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int
) -> None:
    async def start_connection(*anything: object, **more: object) -> None:
        raise OSError("Multiple exceptions: one, another")

    monkeypatch.setattr(network_backend, "start_connection", start_connection)
    with pytest.raises(httpcore2.ConnectError) as caught:
        await backend.connect_tcp("127.0.0.1", unused_tcp_port)

    assert str(caught.value) == "Multiple exceptions: one, another"


async def test_a_name_that_nobody_has(backend: StampingBackend, monkeypatch: pytest.MonkeyPatch) -> None:
    async def getaddrinfo(*anything: object, **more: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)
    for name in ("models.test", "a..b"):
        with pytest.raises(httpcore2.ConnectError) as caught:
            await backend.connect_tcp(name, 80)
        assert isinstance(caught.value.__cause__, socket.gaierror)


def never_connecting(monkeypatch: pytest.MonkeyPatch) -> None:
    async def sock_connect(sock: socket.socket, address: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(asyncio.get_running_loop(), "sock_connect", sock_connect)


async def test_connecting_that_takes_too_long(backend: StampingBackend, monkeypatch: pytest.MonkeyPatch) -> None:
    never_connecting(monkeypatch)

    with pytest.raises(httpcore2.ConnectTimeout):
        await backend.connect_tcp("127.0.0.1", 80, timeout=0.001)


async def test_connecting_that_is_given_up_leaves_no_socket_open(
    backend: StampingBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        for iterations in range(6):  # whatever it waits for then
            connecting = asyncio.create_task(backend.connect_tcp("127.0.0.1", listener.getsockname()[1]))
            for _ in range(iterations):
                await asyncio.sleep(0)
            connecting.cancel()
            (done,) = await asyncio.gather(connecting, return_exceptions=True)
            if isinstance(done, SocketStream):
                await done.aclose()
    never_connecting(monkeypatch)
    connecting = asyncio.create_task(backend.connect_tcp("127.0.0.1", 80))
    await asyncio.sleep(0)
    connecting.cancel()
    await asyncio.wait([connecting])
    gc.collect()  # warns of a socket that was left open, which fails the test


async def test_a_socket_that_the_kernel_will_not_stamp_is_closed(
    backend: StampingBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*anything: object) -> None:
        raise OSError(errno.ENOPROTOOPT, "Protocol not available")

    monkeypatch.setattr("diptych.wire.stamped.socket_stream.request_stamps", refuse)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        with pytest.raises(httpcore2.ConnectError):
            await backend.connect_tcp("127.0.0.1", listener.getsockname()[1])
        server, _ = listener.accept()
        with server:
            assert server.recv(1) == b""


async def test_an_event_loop_of_another_kind_connects_as_it_did(
    backend: StampingBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asyncio, "SelectorEventLoop", asyncio.Future)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        stream = await backend.connect_tcp("127.0.0.1", listener.getsockname()[1])
        assert not isinstance(stream, SocketStream)
        await stream.aclose()


async def test_http_over_a_unix_socket(backend: StampingBackend, tmp_path: Any) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi")
        writer.close()

    path = str(tmp_path / "socket")
    async with await asyncio.start_unix_server(serve, path):
        transport = httpx2.AsyncHTTPTransport(uds=path)
        async with httpx2.AsyncClient(transport=transport, trust_env=False) as client:
            stamp_arrivals(client, backend)
            assert (await client.get("http://models.test")).text == "hi"


async def test_it_waits_between_two_attempts_to_connect(backend: StampingBackend) -> None:
    await backend.sleep(0.0)


# Where it is put into httpx2


def backends(client: httpx2.AsyncClient) -> list[object]:
    """The backends of all connection pools of a client."""
    transports: list[Any] = [client._transport, *client._mounts.values()]
    return [transport._pool._network_backend for transport in transports]


@pytest.mark.parametrize("proxy", [None, "http://p.test", "https://p.test", "socks5h://p.test"])
async def test_every_pool_of_a_client_stamps(backend: StampingBackend, proxy: str | None) -> None:
    async with httpx2.AsyncClient(proxy=proxy, trust_env=False) as client:
        assert backend not in backends(client)
        stamp_arrivals(client, backend)

        assert set(backends(client)) == {backend}


def test_a_system_without_stamps_has_no_backend_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network_backend, "has_kernel_stamps", lambda: False)

    assert stamping_backend(lambda: 0.0, nothing) is None


async def test_a_client_of_an_httpx2_that_is_built_differently_stays_as_it_is(backend: StampingBackend) -> None:
    pool = httpcore2.AsyncConnectionPool()
    del pool._network_backend
    others: list[Any] = [
        SimpleNamespace(_transport=SimpleNamespace(_pool=pool), _mounts={"all://": SimpleNamespace()}),
        SimpleNamespace(),
    ]
    for client in others:
        stamp_arrivals(client, backend)

    assert not hasattr(pool, "_network_backend")
