"""An HTTP transport that gives planned answers to the real SDKs. Its waits take the time of the running loop."""

import asyncio
from collections.abc import AsyncIterator

import httpx2

from tests.support.answers import Answer, Gate, Repeat, Step


class PlannedTransport(httpx2.AsyncBaseTransport):
    """Answers each request with the next of its answers, and keeps the `requests`.

    `closed` counts the bodies that were closed, no matter whether they were read to the end.
    """

    def __init__(self, *answers: Answer | Exception) -> None:
        self._answers = list(answers)
        self._gates: dict[str, asyncio.Event] = {}
        self.requests: list[httpx2.Request] = []
        self.closed = 0
        self.at_gate = asyncio.Event()

    def open(self, gate: str) -> None:
        """Open a gate, so that every answer that waits at it continues."""
        self._gates.setdefault(gate, asyncio.Event()).set()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Give the next answer."""
        await request.aread()
        self.requests.append(request)
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        for step in answer.before:
            await self.wait(step)
        if not answer.status:
            await self.end(answer)
        return httpx2.Response(answer.status, headers=answer.headers, stream=_Body(self, answer))

    async def wait(self, step: Step) -> None:
        """Wait for a gate or for a time. Other steps do not wait."""
        if isinstance(step, Gate):
            self.at_gate.set()
            await self._gates.setdefault(step.name, asyncio.Event()).wait()
        elif isinstance(step, float):
            await asyncio.sleep(step)

    async def end(self, answer: Answer) -> None:
        """End the answer as planned, unless its end is clean."""
        match answer.end:
            case "drop":
                raise httpx2.RemoteProtocolError("peer closed connection without sending complete message body")
            case "reset":
                raise httpx2.ReadError("")
            case "hang":
                await asyncio.Event().wait()


class _Body(httpx2.AsyncByteStream):
    def __init__(self, transport: PlannedTransport, answer: Answer) -> None:
        self._transport = transport
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for step in self._answer.steps:
            if isinstance(step, bytes):
                yield step
            elif isinstance(step, Repeat):
                yield step.data * step.times
            else:
                await self._transport.wait(step)
        await self._transport.end(self._answer)

    async def aclose(self) -> None:
        self._transport.closed += 1
