"""A recorded stream in one piece is what the SDKs' own helpers make of the stream."""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import anthropic
import openai
import pytest

from diptych.core.endpoint import ApiName
from diptych.core.exchange import ExchangeEnding
from diptych.serving.timed_answer import TimedAnswer, chunks
from diptych.serving.whole_answer.whole_answer import NoWholeAnswerError, whole_answer
from tests.serving.serving import recording_of, serving
from tests.serving.test_typed_streams import simulated
from tests.support.streams import APIS, STREAMS

_PROMPTS = ("hi", "think about clocks", "tool", "json")
_MODEL = "m"


@pytest.mark.parametrize("prompt", _PROMPTS)
async def test_a_message(prompt: str) -> None:
    said: Any = [{"role": "user", "content": prompt}]
    async with (
        serving(recording_of(await simulated("anthropic-messages", prompt)), speed=0) as url,
        anthropic.AsyncAnthropic(base_url=url, api_key="none", max_retries=0) as claude,
    ):
        whole = await claude.messages.create(model=_MODEL, messages=said, max_tokens=8192)
        async with claude.messages.stream(model=_MODEL, messages=said, max_tokens=8192) as stream:
            final = await stream.get_final_message()
    assert whole.content
    assert whole.model_dump() == final.model_dump(exclude={"content": {"__all__": {"parsed_output"}}})


@pytest.mark.parametrize("prompt", _PROMPTS)
async def test_a_completion(prompt: str) -> None:
    said: Any = [{"role": "user", "content": prompt}]
    async with (
        serving(recording_of(await simulated("openai-chat", prompt)), speed=0) as url,
        openai.AsyncOpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0) as gpt,
    ):
        whole = await gpt.chat.completions.create(model=_MODEL, messages=said)
        async with gpt.chat.completions.stream(model=_MODEL, messages=said) as stream:
            final = await stream.get_final_completion()
    one, other = whole.choices[0], final.choices[0]
    assert (one.finish_reason, one.message.content) == (other.finish_reason, other.message.content)
    assert _calls(one.message) == _calls(other.message)
    assert (whole.id, whole.model, whole.usage, whole.object) == (final.id, final.model, final.usage, final.object)


@pytest.mark.parametrize("prompt", _PROMPTS)
async def test_a_response(prompt: str) -> None:
    said: Any = [{"role": "user", "content": prompt}]
    async with (
        serving(recording_of(await simulated("openai-responses", prompt)), speed=0) as url,
        openai.AsyncOpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0) as gpt,
    ):
        whole = await gpt.responses.create(model=_MODEL, input=said)
        last = [event async for event in await gpt.responses.create(model=_MODEL, input=said, stream=True)][-1]
    assert last.type == "response.completed"
    assert whole.model_dump(exclude={"_request_id"}) == last.response.model_dump(exclude={"_request_id"})
    assert whole.output


def _calls(message: Any) -> list[tuple[str, str, str]]:
    return [(call.id, call.function.name, call.function.arguments) for call in message.tool_calls or ()]


def _with_one_replaced(value: Any, wrong: Any) -> Iterator[Any]:
    """Yield a value with each of the values in it replaced by another one, one at a time."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, member in members:
        for changed in (wrong, *_with_one_replaced(member, wrong)):
            made = value.copy()
            made[name] = changed
            yield made


def _recorded(body: bytes, ending: ExchangeEnding = "clean", status: int = 200) -> TimedAnswer:
    writes, delays = chunks([(1.0, body)])
    return TimedAnswer(status, b"", 0.5, writes, delays, ending, 2.0, is_chunked=True, is_stream=True)


@pytest.mark.parametrize("api", APIS)
def test_a_stream_without_its_end_is_not_whole(api: ApiName) -> None:
    for body in (
        b"",
        b"data: {oops\n\ndata: 7\n\n",
        b"".join(STREAMS[api]("Hel")[:2]),
        b'data: {"error": {}, "type": "error"}\n\n',
    ):
        with pytest.raises(NoWholeAnswerError, match="ended early"):
            whole_answer(api, _recorded(body))


@pytest.mark.parametrize("wrong", [None, True, 7, "x", [], [7], {}, {"x": 7}], ids=str)
@pytest.mark.parametrize("api", APIS)
def test_a_stream_with_values_of_wrong_types_is_read(api: ApiName, wrong: Any) -> None:
    lines = b"".join(STREAMS[api]("Hello")).splitlines()
    events = [json.loads(line[6:]) for line in lines if line.startswith(b"data: {")]
    for number, event in enumerate(events):
        for changed in _with_one_replaced(event, wrong):
            sent = b"".join(
                b"data: %b\n\n" % json.dumps(each).encode()
                for each in [*events[:number], changed, *events[number + 1 :]]
            )
            with suppress(NoWholeAnswerError):
                assert json.loads(whole_answer(api, _recorded(sent)).body)


@pytest.mark.parametrize("ending", ["lost", "silent"])
def test_a_stream_that_was_lost_or_fell_silent_is_no_answer(ending: ExchangeEnding) -> None:
    answer = whole_answer("openai-chat", _recorded(STREAMS["openai-chat"]("Hel")[0], ending))
    assert (answer.status, answer.ending, answer.ends, answer.writes) == (None, ending, 2.0, ())


def test_what_is_not_a_stream_stays_as_it_is() -> None:
    refused = TimedAnswer(429, b"", 0.1, (b"{}",), (0.1,), "clean", 0.1)
    assert whole_answer("openai-chat", refused) is refused
    whole = TimedAnswer(200, b"", 0.1, (b"{}",), (0.1,), "clean", 0.1)
    assert whole_answer("openai-chat", whole) is whole
