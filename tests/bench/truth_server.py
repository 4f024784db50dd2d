"""A server that knows the truth: its streams say when each request arrived and when each event was sent.

Run as a module. It speaks Chat Completions on the loopback interface and prints its port. A line on standard input
makes it forget what was asked so far; then it prints the arrival of the next request. It leaves when standard input
ends. All times are nanoseconds of CLOCK_MONOTONIC, which processes share.
"""

import gc
import heapq
import json
import os
import re
import select
import socket
import struct
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.bench.truth_plan import TruthPlan

SO_TIMESTAMPNS = 35
"""The socket option of Linux with which the kernel stamps what arrives, in CLOCK_REALTIME."""

_FIRST = 200_000_000
_SPREAD = 200_000_000
"""Nanoseconds until the first event of a stream, and over how many more these moments are spread."""

_GOLDEN = 0.618033988749895
"""Multiples of it, without their whole parts, are spread evenly, however many there are."""

_LENGTH = re.compile(rb"content-length: *([0-9]+)", re.IGNORECASE)

_HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ncache-control: no-cache\r\n"
    b"transfer-encoding: chunked\r\n\r\n"
)
_NOT_FOUND = b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"
_LAST_CHUNK = b"0\r\n\r\n"


@dataclass
class Connection:
    """A connection, and the request that is answered on it."""

    socket: socket.socket
    received: bytes = b""
    unsent: bytes = b""
    events: Iterator[bytes] = field(default_factory=lambda: iter(()))
    begins: int = 0
    number: int = 0
    gap: int = 0


class TruthServer:
    """Answers every connection in one thread, which sleeps until an event is due or something arrives."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self._listener.setblocking(False)
        self._poll = select.epoll()
        self._poll.register(self._listener, select.EPOLLIN)
        self._poll.register(sys.stdin, select.EPOLLIN)
        self._connections: dict[int, Connection] = {}
        self._due: list[tuple[int, int]] = []  # when, and for which connection
        self._requests = 0

    def serve(self) -> None:
        """Serve until standard input ends."""
        print(self._listener.getsockname()[1], flush=True)
        while True:
            wait = max(self._due[0][0] - time.monotonic_ns(), 0) / 1e9 if self._due else None
            select.select([self._poll], [], [], wait)  # to the microsecond, which epoll cannot wait for
            for descriptor, _ in self._poll.poll(0):
                if descriptor == self._listener.fileno():
                    self._accept()
                elif descriptor == sys.stdin.fileno():
                    if not self._command():
                        return
                else:
                    self._read(self._connections[descriptor])
            while self._due and self._due[0][0] <= time.monotonic_ns():
                _, descriptor = heapq.heappop(self._due)
                if connection := self._connections.get(descriptor):
                    self._send_next(connection)

    def _accept(self) -> None:
        accepted, _ = self._listener.accept()
        accepted.setblocking(False)
        accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        accepted.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self._connections[accepted.fileno()] = Connection(accepted)
        self._poll.register(accepted, select.EPOLLIN)

    def _command(self) -> bool:
        """Forget what was asked, as a line on standard input demands; return False when the input has ended."""
        self._requests = 0
        return bool(os.read(sys.stdin.fileno(), 64))

    def _read(self, connection: Connection) -> None:
        try:
            data, ancillary, _, _ = connection.socket.recvmsg(65536, 64)
        except ConnectionError:
            data, ancillary = b"", []
        if not data:
            self._forget(connection)
            return
        arrived = arrival_of(ancillary)
        connection.received += data
        head, end, body = connection.received.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if end and len(body) >= int(length[1] if length else 0):
            connection.received = b""
            if head.startswith(b"POST"):
                self._begin(connection, body, arrived)
            else:  # a client looks for something else before it asks
                connection.unsent = _rest_of(connection.socket, _NOT_FOUND)

    def _begin(self, connection: Connection, body: bytes, arrived: int) -> None:
        plan = TruthPlan.parse(json.loads(body)["model"])
        if not self._requests:
            print(arrived, flush=True)
        connection.gap = 1_000_000_000 // plan.rate
        connection.begins = arrived + _FIRST + int(_SPREAD * (self._requests * _GOLDEN % 1))
        connection.number = 0
        connection.events = _events(plan, arrived)
        self._requests += 1
        heapq.heappush(self._due, (connection.begins, connection.socket.fileno()))

    def _send_next(self, connection: Connection) -> None:
        write = next(connection.events, b"")
        if not write and not connection.unsent:
            return
        try:
            connection.unsent = _rest_of(connection.socket, connection.unsent + write)
        except ConnectionError:
            self._forget(connection)
            return
        connection.number += 1
        due = connection.begins + connection.number * connection.gap
        heapq.heappush(self._due, (due, connection.socket.fileno()))

    def _forget(self, connection: Connection) -> None:
        descriptor = connection.socket.fileno()
        if self._connections.pop(descriptor, None):
            self._poll.unregister(descriptor)
            connection.socket.close()


def _events(plan: TruthPlan, arrived: int) -> Iterator[bytes]:
    """Yield the writes of a stream. A content event says when it was asked for here, right before it is sent."""
    start = (
        f'data: {{"id":"{arrived}","object":"chat.completion.chunk","created":1790000000,"model":"{plan.name}",'
        f'"service_tier":"default","system_fingerprint":"fp_de604bd877","choices":[{{"index":0,"delta":'
    )
    yield _HEAD + _chunk(f'{start}{{"role":"assistant","content":""}},"finish_reason":null}}]}}\n\n')
    for _ in range(plan.events):
        sent = time.monotonic_ns()
        yield _chunk(f'{start}{{"content":"{sent} "}},"logprobs":null,"finish_reason":null}}]}}\n\n')
    usage = f'"usage":{{"prompt_tokens":4,"completion_tokens":{plan.events},"total_tokens":{plan.events + 4}}}'
    stop = f'{start}{{}},"finish_reason":"stop"}}],{usage}}}\n\n'
    yield _chunk(stop) + _chunk("data: [DONE]\n\n") + _LAST_CHUNK


def arrival_of(ancillary: list[tuple[int, int, bytes]]) -> int:
    """Return when the kernel received what was just read; now, if it does not say."""
    now, wall = time.monotonic_ns(), time.time_ns()
    for _, kind, value in ancillary:
        if kind == SO_TIMESTAMPNS:
            seconds, nanoseconds = struct.unpack("qq", value)
            return now - (wall - (int(seconds) * 1_000_000_000 + int(nanoseconds)))
    return now


def _rest_of(to: socket.socket, data: bytes) -> bytes:
    """Send data; return what the client has no room for yet."""
    try:
        return data[to.send(data) :]
    except BlockingIOError:
        return data


def _chunk(event: str) -> bytes:
    return b"%x\r\n%b\r\n" % (len(event), event.encode())


if __name__ == "__main__":
    gc.disable()  # a collection would delay what is to be sent at its time
    TruthServer().serve()
