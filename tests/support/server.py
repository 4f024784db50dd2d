"""A loopback HTTP server that sends planned answers. It is run as a script, and `loopback` controls it.

It prints its port and serves until standard input ends. Each request gets the next planned answer from the first list
that matches: the lists have the request's model, the end of its path, or "*" as their key. Paths under `/-/` control
the server.
"""

import asyncio
import json
import os
import socket
import struct
import sys
import threading
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

_TLS_HANDSHAKE = b"\x16"

_BEAT = 0.05
"""Seconds between two beats of an answer that waits at a gate."""


@dataclass
class Received:
    """A request. It is `answered` once its answer was sent to the planned end, `gone` once its connection is closed."""

    connection: int
    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes
    answered: bool = False
    stubborn: bool = False
    gone: asyncio.Event = field(default_factory=asyncio.Event)

    def as_json(self) -> Json:
        shown = {name: getattr(self, name) for name in ("connection", "method", "target", "headers", "answered")}
        return shown | {"body": self.body.decode("latin-1"), "gone": self.gone.is_set()}


class Server:
    """Holds the plans, the gates and the received requests."""

    def __init__(self) -> None:
        self._connections = 0
        self._news = asyncio.Condition()
        self._reset()

    def _reset(self) -> None:
        self._plans: dict[str, list[Json]] = defaultdict(list)
        self._gates: dict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self._reached: dict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self._received: list[Received] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection, and notice when the client closes it in the middle of an answer."""
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._connections += 1
        connection, mine = self._connections, list[Received]()
        line = asyncio.ensure_future(_first_line(reader))
        try:
            while first := await line:
                request = await _read_request(connection, first, reader)
                mine.append(request)
                line = asyncio.ensure_future(_first_line(reader))
                answer = asyncio.create_task(self._answer(request, writer))
                await asyncio.wait((line, answer), return_when=asyncio.FIRST_COMPLETED)
                if not answer.done() and request.stubborn:
                    request.gone.set()
                    await answer
                if not answer.done():
                    answer.cancel()
                    break
                if not await answer:
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        except ValueError:
            writer.write(b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n")  # as servers answer what is not HTTP
        finally:
            line.cancel()
            await asyncio.gather(line, return_exceptions=True)
            writer.close()
            for request in mine:
                request.gone.set()

    async def _answer(self, request: Received, writer: asyncio.StreamWriter) -> bool:
        """Send the planned answer. Return whether the connection stays open."""
        if request.target.startswith("/-/"):
            result = json.dumps(await self._control(request.target[3:], json.loads(request.body or b"{}"))).encode()
            plan = _plan(200, result)
        else:
            async with self._news:
                self._received.append(request)
                self._news.notify_all()
            plan = self._planned(request)
            request.stubborn = plan["stubborn"]
        await self._play(plan["before"], writer)
        if plan["status"]:
            await self._play_response(plan, writer)
        if plan["end"] == "hang":
            await asyncio.Event().wait()
        request.answered = True
        if plan["end"] == "reset":
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()
        return bool(plan["end"] == "clean" and plan["framing"] != "close")

    async def _play_response(self, plan: Json, writer: asyncio.StreamWriter) -> None:
        chunked = plan["framing"] == "chunked"
        headers = dict(plan["headers"])
        if chunked:
            headers["transfer-encoding"] = "chunked"
        elif plan["framing"] == "length":
            size = sum(len(step.get("write", "")) * step.get("times", 1) for step in plan["steps"])
            headers.setdefault("content-length", str(size))
        else:
            headers["connection"] = "close"
        head = [f"HTTP/1.1 {plan['status']} Planned", *(f"{name}: {value}" for name, value in headers.items())]
        writer.write("\r\n".join([*head, "", ""]).encode("latin-1"))
        await self._play(plan["steps"], writer, chunked=chunked)
        if chunked and plan["end"] == "clean":
            writer.write(b"0\r\n\r\n")
        await writer.drain()

    async def _play(self, steps: list[Json], writer: asyncio.StreamWriter, *, chunked: bool = False) -> None:
        def framed(data: bytes) -> bytes:
            return b"%x\r\n%b\r\n" % (len(data), data) if chunked and data else data

        for step in steps:
            if "wait" in step:
                await asyncio.sleep(step["wait"])
            elif "gate" in step:
                self._reached[step["gate"]].set()
                await self._wait_at(self._gates[step["gate"]], framed(step["beat"].encode()), writer)
            else:
                data = step["write"].encode("latin-1") * step.get("times", 1)
                writer.write(framed(data))
                await writer.drain()

    async def _wait_at(self, gate: asyncio.Event, beat: bytes, writer: asyncio.StreamWriter) -> None:
        while beat and not gate.is_set():
            writer.write(beat)
            with suppress(TimeoutError):
                await asyncio.wait_for(gate.wait(), _BEAT)
        await gate.wait()

    def _planned(self, request: Received) -> Json:
        try:
            model = json.loads(request.body)["model"]
        except (ValueError, KeyError, TypeError):
            model = ""
        for key, plans in self._plans.items():
            if plans and (key in (model, "*") or request.target.endswith(key)):
                return plans.pop(0)
        return _plan(418, b'{"error": {"message": "No answer is planned for this request."}}')

    async def _control(self, command: str, said: Json) -> Any:
        match command:
            case "plan":
                self._plans[said["key"]] += said["answers"]
            case "open":
                self._gates[said["gate"]].set()
            case "reached":
                await self._reached[said["gate"]].wait()
            case "arrived":
                async with self._news:
                    await self._news.wait_for(lambda: len(self._received) >= said["count"])
            case "gone":
                await self._received[said["number"] - 1].gone.wait()
            case "reset":
                self._reset()
        return [request.as_json() for request in self._received]


def _plan(status: int, body: bytes) -> Json:
    headers = {"content-type": "application/json"}
    steps = [{"write": body.decode("latin-1")}]
    how = {"end": "clean", "framing": "length", "stubborn": False}
    return {"before": [], "status": status, "headers": headers, "steps": steps, **how}


async def _first_line(reader: asyncio.StreamReader) -> bytes:
    """Return the first line of a request, or the first byte of a TLS handshake, which has no lines."""
    start = await reader.read(1)
    return start if start in (b"", _TLS_HANDSHAKE) else start + await reader.readline()


async def _read_request(connection: int, first_line: bytes, reader: asyncio.StreamReader) -> Received:
    method, target, _ = first_line.decode("latin-1").split(" ", 2)
    headers: list[tuple[str, str]] = []
    while line := (await reader.readuntil(b"\r\n")).decode("latin-1").strip():
        name, _, value = line.partition(":")
        headers.append((name, value.strip()))
    length = next((int(value) for name, value in headers if name.lower() == "content-length"), 0)
    return Received(connection, method, target, headers, await reader.readexactly(length))


def _leave_with_the_parent() -> None:
    sys.stdin.read()
    os._exit(0)


async def main() -> None:
    """Serve on a free port of the loopback interface."""
    server = await asyncio.start_server(Server().serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    threading.Thread(target=_leave_with_the_parent, daemon=True).start()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
