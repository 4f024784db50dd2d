"""Asks one side as the engine does, and describes what happened as a transcript."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, assert_never

import httpx2

from diptych.core.endpoint import ApiName, Endpoint
from diptych.core.event import AttemptFailed, Event, Line, RequestSent, ResponseBegan, RunCut, RunFailed, RunStopped
from diptych.core.message import Message
from diptych.core.request import Label, Request
from diptych.core.run import Run, RunObserver
from diptych.core.secrets.values import Secret
from diptych.core.settings import Settings
from diptych.wire.ask import ask
from diptych.wire.client import Client
from diptych.wire.idle_timeout import IdleLimits
from diptych.wire.lag import LoopLag
from tests.support.answers import Answer
from tests.support.transport import PlannedTransport
from tests.support.virtual_loop import run as in_virtual_time

KEY = Secret("sk-very-secret")

_NAMES: dict[ApiName, str] = {
    "anthropic-messages": "anthropic",
    "openai-chat": "openai",
    "openai-responses": "openai-responses",
}
_PATHS: dict[ApiName, str] = {
    "anthropic-messages": "/v1/messages",
    "openai-chat": "/v1/chat/completions",
    "openai-responses": "/v1/responses",
}


def path(api: ApiName) -> str:
    """Return the path of an API's requests, on a server with a base URL of `settings`."""
    return _PATHS[api]


def settings(
    api: ApiName, url: str = "http://127.0.0.1:9", *, key: Secret | None = KEY, model: str = "some-model", **more: Any
) -> Settings:
    """Return settings for a built-in endpoint whose server, at the root `url`, is not the provider's."""
    base_url = url if api == "anthropic-messages" else f"{url}/v1"
    variable = "ANTHROPIC_API_KEY" if api == "anthropic-messages" else "OPENAI_API_KEY"
    return Settings(
        Endpoint(
            *(_NAMES[api], api, base_url, variable),
            key=key,
            url_source=variable.partition("_")[0] + "_BASE_URL",
            is_built_in=True,
        ),
        model,
        **more,
    )


def new_run(
    asked: Settings,
    prompt: str = "hi",
    side: Label = "left",
    began: float = 0.0,
    observer: RunObserver | None = None,
) -> Run:
    """Return a run that has not begun."""
    return Run(side, Request(asked, (Message.of_text("user", prompt),)), began, observer)


class Progress:
    """An observer with which a test in the streaming loop can wait until a run has reached a certain point."""

    def __init__(self) -> None:
        self._awaited: list[tuple[Callable[[Run], object], asyncio.Event]] = []

    async def until(self, reached: Callable[[Run], object]) -> None:
        """Wait for a line after which the condition holds, for at most 20 seconds."""
        event = asyncio.Event()
        self._awaited.append((reached, event))
        async with asyncio.timeout(60):
            await event.wait()

    def line_added(self, run: Run, line: Line) -> None:
        """A line was added."""
        for reached, event in self._awaited:
            if reached(run):
                event.set()

    def run_ended(self, run: Run) -> None:
        """The run is over."""


@dataclass
class Asker:
    """Asks with the client of one side. `async with` opens and closes the client."""

    settings: Settings
    transport: httpx2.AsyncBaseTransport | None = None
    clock: Callable[[], float] = time.perf_counter
    limits: IdleLimits = field(default_factory=IdleLimits)
    timeout: float | None = None

    async def __aenter__(self) -> "Asker":
        self.client = Client(
            self.settings.endpoint,
            self.clock,
            simulated=self.settings.simulated,
            transport=self.transport,
            timeout=self.timeout,
        )
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.client.close()

    async def ask(self, run: Run | None = None, **more: Callable[[float], Awaitable[None]]) -> Run:
        """Ask once. Return the run when it has ended."""
        run = run or new_run(self.settings, began=self.clock())
        await ask(run, self._client, self.limits, self.clock, LoopLag(self.clock), **more)
        assert run.ended
        return run

    async def _client(self) -> Client:
        await self.client.ensure_key()
        return self.client


def play(*answers: Answer | Exception, api: ApiName = "openai-chat", limits: IdleLimits | None = None) -> Run:
    """Ask a fake transport that gives these answers, in virtual time. Return the run."""

    async def asked() -> Run:
        clock = asyncio.get_running_loop().time
        transport = PlannedTransport(*answers)
        async with Asker(settings(api), transport, clock, limits or IdleLimits()) as asker:
            run = await asker.ask()
        assert len(transport.requests) == len(answers)
        return run

    return in_virtual_time(asked())


def play_in_turn(*answers: Answer, api: ApiName) -> list[Run]:
    """Ask a fake transport once for each of these answers, with one client in virtual time. Return the runs."""

    async def asked() -> list[Run]:
        transport = PlannedTransport(*answers)
        async with Asker(settings(api), transport, asyncio.get_running_loop().time) as asker:
            runs = [await asker.ask() for _ in answers]
        assert len(transport.requests) == len(answers)
        return runs

    return in_virtual_time(asked())


def transcript(run: Run) -> list[str]:
    """Return the lines of a run, each described in a word or two."""
    return [_line(line) for line in run.lines]


def notes(run: Run) -> list[str]:
    """Return the transcript without the events of the server's stream."""
    return [_line(line) for line in run.lines if not isinstance(line, Event)]


def text(run: Run) -> str:
    """Return the visible answer."""
    return "".join(run.text)


def _line(line: Line) -> str:
    match line:
        case Event(name=name):
            return name
        case RequestSent():
            return "request"
        case ResponseBegan(status=status):
            return f"response {status}"
        case AttemptFailed(wait=wait):
            return f"again in {wait:g}"
        case RunFailed(failure=failure):
            return f"failed: {failure.kind}"
        case RunStopped():
            return "stopped"
        case RunCut():
            return "cut"
        case _:
            assert_never(line)
