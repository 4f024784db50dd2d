"""Drives the load server of `server` from the benchmark."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from tests.bench.plan import Plan
from tests.bench.wires import EVENTS_AFTER_CONTENT, Api

ROOT = Path(__file__).parents[2]
"""Where the benchmark's own modules can be run from."""

_PATIENCE = 130.0
"""Seconds until a control that does not answer is given up; a little more than the server's own."""


class BenchError(RuntimeError):
    """A measurement could not be made; the message says why."""


@dataclass(frozen=True)
class Prepared:
    """The streams of a plan: how many events of the wire both sides send, and how many bytes of data these carry."""

    events: int
    bytes: int


class LoadServer:
    """The server as a measurement sees it."""

    def __init__(self, port: int) -> None:
        self._port = port

    @property
    def addresses(self) -> dict[str, str]:
        """The variables that point both SDKs and the app at it."""
        url = f"http://127.0.0.1:{self._port}"
        keys = dict.fromkeys(("ANTHROPIC_API_KEY", "OPENAI_API_KEY"), "sk-bench")
        return keys | {"ANTHROPIC_BASE_URL": url, "OPENAI_BASE_URL": f"{url}/v1", "NO_PROXY": "127.0.0.1"}

    def prepare(self, *plans: Plan) -> Prepared:
        """Encode the streams of plans and forget the last ones; tells of the last plan."""
        self._control("reset")
        sides: list[dict[str, int]] = []
        for plan in plans:
            sides = self._control("prepare", model=plan.name)
        return Prepared(sum(side["events"] for side in sides), sum(side["bytes"] for side in sides))

    def wait_until_began(self) -> None:
        """Wait until the first event of both sides was sent."""
        if not self._control("began"):
            raise BenchError("The streams did not begin.")

    def wait_until_ended(self) -> None:
        """Wait until the last event of both sides was sent."""
        if not self._control("ended"):
            raise BenchError("The streams did not end.")

    def sent(self) -> dict[Api, list[float]]:
        """When each write of both streams began, by the monotonic clock; of a paced stream, each event."""
        sent: dict[Api, list[float]] = self._control("sent")
        return sent

    def sent_last_content(self) -> dict[Api, float]:
        """When the last content of both paced streams was sent."""
        return {api: times[-EVENTS_AFTER_CONTENT - 1] for api, times in self.sent().items()}

    def _control(self, command: str, **said: Any) -> Any:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=_PATIENCE)
        try:
            connection.request("POST", f"/-/{command}", json.dumps(said))
            return json.load(connection.getresponse())
        finally:
            connection.close()


@contextmanager
def running_server() -> Iterator[LoadServer]:
    """A server in a process of its own, which ends with the block."""
    command = [sys.executable, "-X", "utf8", "-m", "tests.bench.server"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            yield LoadServer(int(process.stdout.readline() if process.stdout else 0))
        finally:
            process.kill()


def environment(home: str, server: LoadServer) -> dict[str, str]:
    """A new user's environment with a terminal as good as they come."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LD_LIBRARY_PATH", "TZ")}
    terminal = {"HOME": home, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
    return kept | terminal | server.addresses
