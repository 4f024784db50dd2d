"""Clients that stamp when the kernel received each event of a served recording.

Run as a module: the port, a file of the recorded times, and how many clients ask at once. It prints by how many
seconds each event was later than recorded, counted from the moment at which its request was written.
"""

import json
import re
import select
import socket
import sys
import time
from pathlib import Path

from tests.bench.served import MODEL, QUESTION
from tests.bench.truth_server import SO_TIMESTAMPNS, arrival_of

_EVENT = re.compile(rb'"content": ?"(\d+) "')
_PATIENCE = 60.0


def main(port: str, file: str, clients: str) -> None:
    """Ask on all connections, and read until every event has come."""
    delays: list[float] = json.loads(Path(file).read_text())
    body = json.dumps({"model": MODEL, "stream": True, "messages": [{"role": "user", "content": QUESTION}]}).encode()
    head = f"POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: {len(body)}\r\n\r\n"
    poll = select.epoll()
    connections: dict[int, tuple[socket.socket, int]] = {}
    for _ in range(int(clients)):
        connection = socket.create_connection(("127.0.0.1", int(port)))
        connection.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        connections[connection.fileno()] = connection, 0
    for descriptor, (connection, _) in connections.items():
        connections[descriptor] = connection, time.monotonic_ns()
        connection.sendall(head.encode() + body)
        poll.register(descriptor, select.EPOLLIN)
    late: list[float] = []
    deadline = time.monotonic() + _PATIENCE
    while len(late) < len(delays) * len(connections):
        assert time.monotonic() < deadline, f"{len(late)} events have come"
        for descriptor, _ in poll.poll(1):
            connection, sent = connections[descriptor]
            data, ancillary, _, _ = connection.recvmsg(65536, 64)
            after = (arrival_of(ancillary) - sent) / 1e9
            late += [after - delays[int(number)] for number in _EVENT.findall(data)]
    print(json.dumps(late))


if __name__ == "__main__":
    main(*sys.argv[1:])
