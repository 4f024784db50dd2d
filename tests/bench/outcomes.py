"""A server whose answers end in every way. Run as a module.

It prints its port and serves the loopback interface until standard input ends. The path says how an answer goes: it is
`/complete/...`, `/cut/...`, `/lost/...`, `/refused/...`, `/busy/...`, `/elsewhere/...`, or `/endless/...`.
"""

import os
import socket
import sys
import threading
from contextlib import suppress
from http.client import parse_headers

from tests.bench.plan import Plan
from tests.bench.wires import Api, events

_STREAM = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
_ERROR = b'{"error": {"type": "invalid_request_error", "message": "not so"}}'
_JSON = b"content-type: application/json\r\ncontent-length: %d\r\n\r\n%b" % (len(_ERROR), _ERROR)
_WITHOUT_STREAM = {
    "refused": b"HTTP/1.1 400 Bad Request\r\n" + _JSON,
    "busy": b"HTTP/1.1 503 Service Unavailable\r\n" + _JSON,
    "elsewhere": b"HTTP/1.1 307 Temporary Redirect\r\nlocation: http://127.0.0.1:9/\r\ncontent-length: 0\r\n\r\n",
}
_ANSWER = Plan("markdown", 40)
_LAST_CHUNK = b"0\r\n\r\n"


def _serve(connection: socket.socket) -> None:
    with suppress(ConnectionError), connection, connection.makefile("rb") as reader:
        while first := reader.readline():
            target = first.split(b" ")[1].decode("ascii")
            reader.read(int(parse_headers(reader).get("content-length", "0")))
            if not _answer(connection, target.split("/")[1], "messages" if "messages" in target else "chat"):
                return


def _answer(connection: socket.socket, ending: str, api: Api) -> bool:
    """Answer one request; whether the connection may serve another one."""
    if ending in _WITHOUT_STREAM:
        connection.sendall(_WITHOUT_STREAM[ending])
        return True
    whole = list(events(api, _ANSWER))
    shown = whole if ending == "complete" else whole[:20]
    body = b"".join(shown)
    connection.sendall(_STREAM + b"%x\r\n%b\r\n" % (len(body), body))
    if ending == "endless":
        connection.recv(1)  # until the client leaves
    elif ending != "lost":
        connection.sendall(_LAST_CHUNK)
        return True
    return False


def _leave_with_the_parent() -> None:
    sys.stdin.read()
    os._exit(0)


def main() -> None:
    """Serve on a free port of the loopback interface."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        print(listener.getsockname()[1], flush=True)
        threading.Thread(target=_leave_with_the_parent, daemon=True).start()
        while True:
            connection, _ = listener.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=_serve, args=(connection,), daemon=True).start()


if __name__ == "__main__":
    main()
