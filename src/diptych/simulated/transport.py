"""A transport that stands behind the real SDKs and answers in place of a server."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from random import Random
from types import MappingProxyType

import httpx2

from diptych.simulated.messages_stream import MessagesWriter
from diptych.simulated.openai_chat_stream import ChatWriter
from diptych.simulated.question import Question
from diptych.simulated.responses_stream import ResponsesWriter
from diptych.simulated.scenarios import plan
from diptych.simulated.script import Reject, Script, Side, Trouble
from diptych.simulated.script_player import Beat, perform
from diptych.simulated.stream_writer import StreamWriter

Sleep = Callable[[float], Awaitable[None]]

_DIALECTS: Mapping[str, type[StreamWriter]] = MappingProxyType(
    {"/messages": MessagesWriter, "/chat/completions": ChatWriter, "/responses": ResponsesWriter}
)
_SEEDED_CLOCK = 1_767_225_600.0
"""The time of day of a seeded transport: the start of 2026."""
_REJECTION_DELAY = (0.08, 0.2)
"""The least and the most seconds until a request is turned away."""


class SimulatedTransport(httpx2.AsyncBaseTransport):
    """Answers like a streaming server of Anthropic Messages, Chat Completions or Responses.

    The end of the request's path picks the API, the prompt's first word the scenario (see `SCENARIOS`).
    The two sides say different things at a different pace. With a seed every byte and every wait can be had
    again, the time of day in the answers included. All waiting is done with `sleep`, in seconds.
    """

    def __init__(self, side: Side, *, seed: int | None = None, sleep: Sleep = asyncio.sleep) -> None:
        self._side = side
        self._sleep = sleep
        self._random = Random(None if seed is None else f"{side} {seed}")  # noqa: S311 - no secrets here
        self._seeded = seed is not None
        self._turned_away: set[str] = set()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer one request; 404 for what is none of the three APIs."""
        # A generator of its own for each request: an answer that is stopped half-way changes no later one.
        rng = Random(self._random.getrandbits(64))  # noqa: S311 - no secrets here
        kind = next((kind for path, kind in _DIALECTS.items() if request.url.path.endswith(path)), None)
        if kind is None:
            error = {"type": "not_found_error", "message": f"Not simulated: {request.url.path}"}
            return httpx2.Response(404, json={"type": "error", "error": error})
        question = Question.from_body(json.loads(await request.aread()))
        dialect = kind(question, rng, _SEEDED_CLOCK if self._seeded else time.time())
        answer = self._answer(question, rng)
        if isinstance(answer, Trouble):
            await self._sleep(rng.uniform(*_REJECTION_DELAY))
            return httpx2.Response(dialect.status(answer), headers=dialect.headers(answer), json=dialect.error(answer))
        await self._sleep(answer.pace.headers)
        return httpx2.Response(200, headers=dialect.headers(), stream=_Body(perform(answer, dialect), self._sleep))

    def _answer(self, question: Question, rng: Random) -> Script | Trouble:
        if not question.streamed:
            return Trouble.NOT_STREAMED
        match plan(question.prompt, self._side, rng):
            case Reject(trouble=trouble, then=Script() as then):
                if question.prompt in self._turned_away:
                    self._turned_away.discard(question.prompt)
                    return then
                self._turned_away.add(question.prompt)
                return trouble
            case Reject(trouble=trouble):
                return trouble
            case script:
                return script


class _Body(httpx2.AsyncByteStream):
    """A response's body: sends and waits as the performance says."""

    def __init__(self, beats: Iterator[Beat], sleep: Sleep) -> None:
        self._beats = beats
        self._sleep = sleep

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        for beat in self._beats:
            if isinstance(beat, float):
                await self._sleep(beat)
            elif beat:
                return beat
        raise StopAsyncIteration
