"""Controls the loopback server of `server` from a test."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from tests.support.answers import Answer

_SCRIPT = Path(__file__).with_name("server.py")
_PATIENCE = 60.0
"""Seconds after which a test that waits for the server fails."""


@dataclass(frozen=True)
class Received:
    """A received request. It is `answered` once its answer was sent, `gone` once its connection is closed."""

    connection: int
    method: str
    target: str
    header_list: list[tuple[str, str]]
    body: bytes
    answered: bool
    gone: bool

    @property
    def headers(self) -> dict[str, str]:
        """The values of the headers by lower-case name. Fails if a name comes twice."""
        headers = {name.lower(): value for name, value in self.header_list}
        assert len(headers) == len(self.header_list)
        return headers

    @property
    def json(self) -> dict[str, Any]:
        """The body as a JSON object."""
        body = json.loads(self.body)
        assert isinstance(body, dict)
        return body


class LoopbackServer:
    """The server as a test sees it. Methods block, for at most a minute.

    In a coroutine, use the methods whose names begin with an additional "a".
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"

    def plan(self, *answers: Answer, key: str = "*") -> None:
        """Answer the next requests with these answers, each once. `key` is the model or the end of the path."""
        self._control("plan", key=key, answers=[answer.as_json() for answer in answers])

    def open(self, gate: str) -> None:
        """Open a gate, so that every answer that waits at it continues."""
        self._control("open", gate=gate)

    def reached(self, gate: str) -> None:
        """Wait until an answer has been sent as far as a gate."""
        self._control("reached", gate=gate)

    @property
    def received(self) -> list[Received]:
        """All requests since the test began, in the order in which they arrived."""
        return self._control("requests")

    def arrived(self, count: int) -> list[Received]:
        """Wait until `count` requests have arrived."""
        return self._control("arrived", count=count)

    def gone(self, number: int = 1) -> Received:
        """Wait until the connection of a request is closed. Requests are numbered from 1."""
        return self._control("gone", number=number)[number - 1]

    async def aarrived(self, count: int) -> list[Received]:
        """`arrived` for coroutines."""
        return await asyncio.to_thread(self.arrived, count)

    async def agone(self, number: int = 1) -> Received:
        """`gone` for coroutines."""
        return await asyncio.to_thread(self.gone, number)

    def reset(self) -> None:
        """Forget plans, gates and requests."""
        self._control("reset")

    def _control(self, command: str, **said: Any) -> list[Received]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE)
        try:
            connection.request("POST", f"/-/{command}", json.dumps(said))
            return [_received(each) for each in json.load(connection.getresponse())]
        finally:
            connection.close()


@contextmanager
def running_server() -> Iterator[LoopbackServer]:
    """Run a server in a separate process, which ends with the block."""
    process = subprocess.Popen(
        [sys.executable, "-X", "utf8", str(_SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout is not None
        try:
            yield LoopbackServer(int(process.stdout.readline()))
        finally:
            process.kill()


def _received(said: dict[str, Any]) -> Received:
    header_list = [(name, value) for name, value in said["headers"]]
    body = said["body"].encode("latin-1")
    return Received(
        said["connection"], said["method"], said["target"], header_list, body, said["answered"], said["gone"]
    )
