"""A SOCKS5 proxy in the event loop of the test, which forwards connections or refuses them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast

SUCCEEDED, HOST_UNREACHABLE = 0, 4
_NO_LOGIN, _LOGIN = 0, 2


@dataclass
class SocksProxy:
    """Answers every request to connect with `reply`. Asks for `login`, as `NAME:PASSWORD`, unless it is ""."""

    reply: int = SUCCEEDED
    login: str = ""
    port: int = 0
    asked_for: list[tuple[str, int]] = field(default_factory=list)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection to its end."""
        self.tasks.append(cast("asyncio.Task[None]", asyncio.current_task()))
        try:
            if await self._lets_in(reader, writer):
                await self._connect(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client has closed the connection
        finally:
            writer.close()

    async def _lets_in(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        _, methods = await reader.readexactly(2)
        offered = await reader.readexactly(methods)
        wanted = _LOGIN if self.login else _NO_LOGIN
        if wanted not in offered:
            writer.write(b"\5\xff")
            return False
        writer.write(bytes([5, wanted]))
        if not self.login:
            return True
        name = await reader.readexactly((await reader.readexactly(2))[1])
        password = await reader.readexactly((await reader.readexactly(1))[0])
        is_right = f"{name.decode()}:{password.decode()}" == self.login
        writer.write(b"\1\0" if is_right else b"\1\1")
        return is_right

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        *_, kind = await reader.readexactly(4)
        if kind == 3:
            host = (await reader.readexactly((await reader.readexactly(1))[0])).decode()
        else:
            host = ".".join(map(str, await reader.readexactly(4)))
        port = int.from_bytes(await reader.readexactly(2), "big")
        self.asked_for.append((host, port))
        writer.write(bytes([5, self.reply, 0, 1, 0, 0, 0, 0, 0, 0]))
        if self.reply == SUCCEEDED:
            there, back = await asyncio.open_connection("127.0.0.1", port)
            try:
                await asyncio.gather(_pass_on(reader, back), _pass_on(there, writer))
            finally:
                back.close()


@asynccontextmanager
async def a_socks_proxy(reply: int = SUCCEEDED, login: str = "") -> AsyncIterator[SocksProxy]:
    """Run a proxy on a free port of this machine, which ends with the block."""
    proxy = SocksProxy(reply, login)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        for task in proxy.tasks:
            task.cancel()
        await asyncio.gather(*proxy.tasks, return_exceptions=True)


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)
        await writer.drain()
    writer.close()
