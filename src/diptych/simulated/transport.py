"""A transport for the real SDKs that answers requests itself, in place of a server."""

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
from diptych.simulated.script import Reject, Script, Trouble, Voice
from diptych.simulated.script_player import Beat, perform
from diptych.simulated.stream_writer import StreamWriter

Sleep = Callable[[float], Awaitable[None]]

_WRITERS: Mapping[str, type[StreamWriter]] = MappingProxyType(
    {"/messages": MessagesWriter, "/chat/completions": ChatWriter, "/responses": ResponsesWriter}
)
_SEEDED_CLOCK = 1_767_225_600.0
"""The time of day of a seeded transport: the start of 2026."""
_REJECTION_DELAY = (0.08, 0.2)
"""The least and the most seconds until a request is turned away."""


class SimulatedTransport(httpx2.AsyncBaseTransport):
    """Answers like a streaming server of Anthropic Messages, Chat Completions or Responses.

    The end of the request's path picks the API, the prompt's first word the scenario (see `SCENARIOS`). The request's
    extension `label` names the run that asks, `label` that of a request without one: two voices say different things at
    a different pace. With a seed, a label gets the same bytes after the same waits every time, even the time of day in
    the answers. All waiting is done with `sleep`, in seconds.
    """

    def __init__(self, label: str = "left", *, seed: int | None = None, sleep: Sleep = asyncio.sleep) -> None:
        self._label = label
        self._seed = seed
        self._sleep = sleep
        self._randoms: dict[str, Random] = {}
        self._turned_away: set[tuple[str, str]] = set()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer one request, with status 404 unless its path is that of one of the three APIs."""
        label = request.extensions.get("label", self._label)
        # Each request gets its own generator: an answer that is stopped half-way changes no later one.
        rng = Random(self._random(label).getrandbits(64))  # noqa: S311 - no secrets here
        new_writer = next((writer for path, writer in _WRITERS.items() if request.url.path.endswith(path)), None)
        if new_writer is None:
            error = {"type": "not_found_error", "message": f"Not simulated: {request.url.path}"}
            return httpx2.Response(404, json={"type": "error", "error": error})
        question = Question.from_body(json.loads(await request.aread()))
        writer = new_writer(question, rng, time.time() if self._seed is None else _SEEDED_CLOCK)
        answer = self._answer(question, label, rng)
        if isinstance(answer, Trouble):
            await self._sleep(rng.uniform(*_REJECTION_DELAY))
            return httpx2.Response(writer.status(answer), headers=writer.headers(answer), json=writer.error(answer))
        await self._sleep(answer.pace.headers)
        return httpx2.Response(200, headers=writer.headers(), stream=_Body(perform(answer, writer), self._sleep))

    def _random(self, label: str) -> Random:
        if label not in self._randoms:
            seed = None if self._seed is None else f"{label} {self._seed}"
            self._randoms[label] = Random(seed)  # noqa: S311 - no secrets here
        return self._randoms[label]

    def _answer(self, question: Question, label: str, rng: Random) -> Script | Trouble:
        if not question.streamed:
            return Trouble.NOT_STREAMED
        match plan(question.prompt, _voice_of(label), rng, question.files):
            case Reject(trouble=trouble, then=Script() as then):
                asked = label, question.prompt
                if asked in self._turned_away:
                    self._turned_away.discard(asked)
                    return then
                self._turned_away.add(asked)
                return trouble
            case Reject(trouble=trouble):
                return trouble
            case script:
                return script


def _voice_of(label: str) -> Voice:
    """Return the voice that answers for a label. It is always the same one; the labels a, b, c … take turns."""
    match label:
        case "left" | "right":
            return label
        case _:
            return "left" if sum(label.encode()) % 2 else "right"


class _Body(httpx2.AsyncByteStream):
    """The body of a response: sends each beat's bytes, or waits for its seconds."""

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
