"""Both SDKs read what is served as they read the original: their typed streams give equal objects."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import anthropic
import openai
import pytest

from diptych.core.endpoint import ApiName
from diptych.core.run import Run
from diptych.simulated.transport import SimulatedTransport
from tests.serving.serving import asked, recording_of, serving
from tests.streams.folding import STREAMS
from tests.support.answers import Answer
from tests.support.asking import Asker, new_run, settings
from tests.support.loopback import LoopbackServer
from tests.support.streams import APIS

_MODEL = "m"
_PROMPTS = ("hi", "think about clocks", "tool", "json")


@pytest.mark.parametrize("path", STREAMS, ids=[f"{path.parent.name}/{path.stem}" for path in STREAMS])
async def test_typed_objects_of_a_stream(path: Path, server: LoopbackServer) -> None:
    api: ApiName = next(api for api in APIS if api == path.parent.name)
    server.plan(*_twice(path))
    original = await _typed(api, server.url, "hi")
    recording = recording_of(await asked(api, server.url, model=_MODEL))

    async with serving(recording, speed=0) as url:
        served = await _typed(api, url, "hi")

    assert served == original
    assert len(served) > 1


def _twice(path: Path) -> Sequence[Answer]:
    return (Answer([path.read_bytes()]),) * 2


@pytest.mark.parametrize("prompt", _PROMPTS)
@pytest.mark.parametrize("api", APIS)
async def test_typed_objects_of_a_simulated_answer(api: ApiName, prompt: str) -> None:
    run = await simulated(api, prompt)
    original = await _typed(api, "http://x", prompt, SimulatedTransport(seed=1, sleep=_no_wait))

    async with serving(recording_of(run), speed=0) as url:
        served = await _typed(api, url, prompt)

    assert served == original
    assert len(served) > 3


async def simulated(api: ApiName, prompt: str, model: str = _MODEL) -> Run:
    """Return a simulated answer, without waiting for it."""
    asked = settings(api, model=model)
    async with Asker(asked, SimulatedTransport(seed=1, sleep=_no_wait)) as asker:
        run = await asker.ask(new_run(asked, prompt))
    assert run.state == "complete"
    return run


async def _no_wait(seconds: float) -> None:
    del seconds
    await asyncio.sleep(0)


async def _typed(api: ApiName, url: str, prompt: str, transport: Any = None) -> Sequence[object]:
    """Return the objects that the API's SDK makes of a stream, and the error with which it gives up."""
    objects: list[object] = []
    try:
        async for each in _stream(api, url, prompt, transport):
            objects.append(each)  # noqa: PERF401 - what came before an error is kept
    except (anthropic.AnthropicError, openai.OpenAIError, ValueError, TypeError, AttributeError) as error:
        objects.append((type(error), str(error)))
    return objects


async def _stream(api: ApiName, url: str, prompt: str, transport: Any) -> AsyncIterator[object]:
    said: Any = [{"role": "user", "content": prompt}]
    if api == "anthropic-messages":
        http = anthropic.DefaultAsyncHttpxClient(transport=transport) if transport else None
        async with anthropic.AsyncAnthropic(base_url=url, api_key="none", max_retries=0, http_client=http) as claude:
            async for event in await claude.messages.create(model=_MODEL, messages=said, max_tokens=8192, stream=True):
                yield event
        return
    http = openai.DefaultAsyncHttpxClient(transport=transport) if transport else None
    async with openai.AsyncOpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0, http_client=http) as gpt:
        if api == "openai-chat":
            usage: Any = {"include_usage": True}
            completions = gpt.chat.completions
            async for chunk in await completions.create(
                model=_MODEL, messages=said, max_completion_tokens=8192, stream_options=usage, stream=True
            ):
                yield chunk
        else:
            async for part in await gpt.responses.create(model=_MODEL, input=said, max_output_tokens=8192, stream=True):
                yield part
