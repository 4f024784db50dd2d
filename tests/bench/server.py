"""The load server: streams planned texts as fast as a client reads, or each event at its time. Run as a module.

It prints its port and serves the loopback interface until standard input ends. `load` drives it: paths under `/-/` are
its controls. Bodies are encoded before they are asked for, so that the server is not what is measured.
"""

import gc
import json
import os
import socket
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from http.client import parse_headers
from typing import Any

from tests.bench.plan import Plan
from tests.bench.wires import APIS, Api, events

_WRITE = 64 * 1024
"""Bytes of one write at full speed."""

_HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ncache-control: no-cache\r\n"
    b"request-id: req_bench\r\nx-request-id: req_bench\r\ntransfer-encoding: chunked\r\n\r\n"
)
_LAST_CHUNK = b"0\r\n\r\n"
_PATIENCE = 120.0
"""Seconds that a control may wait for the streams."""


@dataclass
class Log:
    """What became of the last stream of an API: when each write began, by the monotonic clock."""

    sent: list[float] = field(default_factory=list)
    began: bool = False
    ended: bool = False


class Server:
    """Answers every connection in a thread of its own: a sleeping thread wakes closer to its time than a loop does."""

    def __init__(self) -> None:
        self._news = threading.Condition()
        self._logs: dict[Api, Log] = {api: Log() for api in APIS}

    def serve(self, connection: socket.socket) -> None:
        """Answer the requests of one connection until its client closes it."""
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with suppress(ConnectionError), connection, connection.makefile("rb") as reader:
            while first := reader.readline():
                _, target, _ = first.decode("ascii").split(" ", 2)
                length = int(parse_headers(reader).get("content-length", "0"))
                asked = json.loads(reader.read(length) or b"{}")
                if target.startswith("/-/"):
                    self._control(connection, target[3:], asked)
                else:
                    api: Api = "messages" if target.endswith("/messages") else "chat"
                    self._stream(connection, api, _planned(asked))

    def _stream(self, connection: socket.socket, api: Api, plan: Plan) -> None:
        log = self._logs[api]
        writes = _paced(events(api, plan), plan.rate) if plan.rate else _body(api, plan)
        connection.sendall(_HEAD)
        sent = log.sent
        for write in writes:
            sent.append(time.perf_counter())
            connection.sendall(write)
            if not log.began:
                self._tell(log, began=True)
        self._tell(log, ended=True)
        connection.sendall(_LAST_CHUNK)

    def _tell(self, log: Log, *, began: bool = True, ended: bool = False) -> None:
        with self._news:
            log.began, log.ended = began, ended
            self._news.notify_all()

    def _control(self, connection: socket.socket, command: str, asked: dict[str, Any]) -> None:
        answer: Any = True
        match command:
            case "prepare":
                plan = Plan.parse(asked["model"])
                answer = [_prepared(api, plan) for api in APIS]
            case "reset":
                self._logs = {api: Log() for api in APIS}
            case "began" | "ended":
                with self._news:
                    answer = self._news.wait_for(
                        lambda: all(getattr(log, command) for log in self._logs.values()), _PATIENCE
                    )
            case "sent":
                answer = {api: log.sent for api, log in self._logs.items()}
        body = json.dumps(answer).encode()
        head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
        connection.sendall(head.encode() + body)


def _planned(asked: dict[str, Any]) -> Plan:
    """The plan that the last prompt names, or else the model."""
    prompt = asked["messages"][-1]["content"]
    try:
        return Plan.parse(prompt)
    except (ValueError, AttributeError):  # no plan, or no plain text
        return Plan.parse(asked["model"])


def _prepared(api: Api, plan: Plan) -> dict[str, int]:
    """Encode a stream; how many events it has, and how many bytes of data these carry."""
    if not plan.rate:
        _body(api, plan)
    gc.collect()
    gc.freeze()
    each = events(api, plan)
    return {"events": len(each), "bytes": sum(len(event.partition(b"data: ")[2]) - 2 for event in each)}


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


@lru_cache(maxsize=32)
def _body(api: Api, plan: Plan) -> tuple[bytes, ...]:
    whole = b"".join(events(api, plan))
    return tuple(_chunk(whole[start : start + _WRITE]) for start in range(0, len(whole), _WRITE))


def _paced(each: Iterable[bytes], rate: int) -> Iterator[bytes]:
    began = time.perf_counter()
    for number, event in enumerate(map(_chunk, each)):
        wait = began + number / rate - time.perf_counter()
        if wait > 0:
            time.sleep(wait)
        yield event


def _leave_with_the_parent() -> None:
    sys.stdin.read()
    os._exit(0)


def main() -> None:
    """Serve on a free port of the loopback interface."""
    gc.disable()  # a collection would delay what is to be sent at its time
    sys.setswitchinterval(0.0005)
    server = Server()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        print(listener.getsockname()[1], flush=True)
        threading.Thread(target=_leave_with_the_parent, daemon=True).start()
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=server.serve, args=(connection,), daemon=True).start()


if __name__ == "__main__":
    main()
