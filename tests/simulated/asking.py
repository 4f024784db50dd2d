"""Asks a simulated model through the real SDKs, as a user's program does, and collects the typed stream."""

from dataclasses import dataclass, field
from typing import Any, Literal

import anthropic
import httpx2
import openai
from anthropic.types import (
    InputJSONDelta,
    RawContentBlockDeltaEvent,
    RawContentBlockStartEvent,
    RawMessageDeltaEvent,
    RawMessageStartEvent,
    SignatureDelta,
    TextDelta,
    ThinkingDelta,
    ToolUseBlock,
)

from diptych.simulated.script import Voice
from diptych.simulated.transport import SimulatedTransport

Api = Literal["messages", "chat", "responses"]
APIS: tuple[Api, ...] = ("messages", "chat", "responses")
VOICES: tuple[Voice, ...] = ("left", "right")
MODEL = "some-model-1"


async def instantly(seconds: float) -> None:
    """A sleep that takes no time."""


@dataclass
class Heard:
    """What a program learns from a stream."""

    text: str = ""
    thinking: str = ""
    signature: str = ""
    refusal: str = ""
    tools: list[str] = field(default_factory=list)
    arguments: str = ""
    stop: str | None = None
    stop_detail: Any = None
    model: str = ""
    response_id: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    input_tokens: int | None = None
    output_tokens: int | None = None
    thinking_tokens: int | None = None
    final: Any = None


def simulated(voice: Voice = "left", seed: int | None = 1) -> SimulatedTransport:
    return SimulatedTransport(voice, seed=seed, sleep=instantly)


def anthropic_client(transport: SimulatedTransport) -> anthropic.AsyncAnthropic:
    return anthropic.AsyncAnthropic(
        api_key="none",
        base_url="https://api.anthropic.com",
        max_retries=0,
        http_client=anthropic.DefaultAsyncHttpxClient(transport=transport),
    )


def openai_client(transport: SimulatedTransport) -> openai.AsyncOpenAI:
    return openai.AsyncOpenAI(
        api_key="none",
        base_url="https://api.openai.com/v1",
        max_retries=0,
        http_client=openai.DefaultAsyncHttpxClient(transport=transport),
    )


async def ask(
    api: Api,
    prompt: str,
    transport: SimulatedTransport | None = None,
    *,
    limit: int = 8192,
    usage: bool = True,
    heard: Heard | None = None,
) -> Heard:
    """Ask one question. `heard` collects what arrives, even if the stream raises an error."""
    heard = Heard() if heard is None else heard
    transport = simulated() if transport is None else transport
    match api:
        case "messages":
            await _messages(transport, prompt, limit, heard)
        case "chat":
            await _chat(transport, prompt, limit, usage, heard)
        case "responses":
            await _responses(transport, prompt, limit, heard)
    return heard


async def _messages(transport: SimulatedTransport, prompt: str, limit: int, heard: Heard) -> None:
    async with anthropic_client(transport) as client:
        stream = await client.messages.create(
            model=MODEL, max_tokens=limit, messages=[{"role": "user", "content": prompt}], stream=True
        )
        heard.headers = dict(stream.response.headers)
        async for event in stream:
            match event:
                case RawMessageStartEvent(message=message):
                    heard.model, heard.response_id = message.model, message.id
                case RawContentBlockStartEvent(content_block=ToolUseBlock(name=name)):
                    heard.tools.append(name)
                case RawContentBlockDeltaEvent(delta=TextDelta(text=text)):
                    heard.text += text
                case RawContentBlockDeltaEvent(delta=ThinkingDelta(thinking=thinking)):
                    heard.thinking += thinking
                case RawContentBlockDeltaEvent(delta=SignatureDelta(signature=signature)):
                    heard.signature += signature
                case RawContentBlockDeltaEvent(delta=InputJSONDelta(partial_json=piece)):
                    heard.arguments += piece
                case RawMessageDeltaEvent(delta=delta, usage=total):
                    heard.stop, heard.stop_detail = delta.stop_reason, delta.stop_details
                    heard.input_tokens, heard.output_tokens = total.input_tokens, total.output_tokens
                    if total.output_tokens_details is not None:
                        heard.thinking_tokens = total.output_tokens_details.thinking_tokens
        heard.refusal = getattr(heard.stop_detail, "explanation", None) or ""


async def _chat(transport: SimulatedTransport, prompt: str, limit: int, usage: bool, heard: Heard) -> None:
    async with openai_client(transport) as client:
        stream = await client.chat.completions.create(
            model=MODEL,
            max_completion_tokens=limit,
            messages=[{"role": "system", "content": "Be brief."}, {"role": "user", "content": prompt}],
            stream=True,
            stream_options={"include_usage": True} if usage else openai.omit,
        )
        heard.headers = dict(stream.response.headers)
        async for chunk in stream:
            heard.model, heard.response_id = chunk.model, chunk.id
            for choice in chunk.choices:
                heard.text += choice.delta.content or ""
                heard.refusal += choice.delta.refusal or ""
                heard.thinking += getattr(choice.delta, "reasoning_content", None) or ""
                heard.stop = choice.finish_reason or heard.stop
                for call in choice.delta.tool_calls or []:
                    assert call.function is not None
                    heard.tools += [call.function.name] if call.function.name else []
                    heard.arguments += call.function.arguments or ""
            if chunk.usage is not None:
                assert chunk.usage.completion_tokens_details is not None
                heard.input_tokens = chunk.usage.prompt_tokens
                heard.output_tokens = chunk.usage.completion_tokens
                heard.thinking_tokens = chunk.usage.completion_tokens_details.reasoning_tokens


async def _responses(transport: SimulatedTransport, prompt: str, limit: int, heard: Heard) -> None:
    async with openai_client(transport) as client:
        stream = await client.responses.create(
            model=MODEL, max_output_tokens=limit, input=prompt, store=False, stream=True
        )
        heard.headers = dict(stream.response.headers)
        numbers = []
        async for event in stream:
            numbers.append(event.sequence_number)
            match event.type:
                case "response.created":
                    heard.model, heard.response_id = event.response.model, event.response.id
                case "response.output_text.delta":
                    heard.text += event.delta
                case "response.reasoning_summary_text.delta":
                    heard.thinking += event.delta
                case "response.refusal.delta":
                    heard.refusal += event.delta
                case "response.function_call_arguments.delta":
                    heard.arguments += event.delta
                case "response.output_item.added" if event.item.type == "function_call":
                    heard.tools.append(event.item.name)
                case "response.completed" | "response.incomplete":
                    total, heard.final = event.response.usage, event.response
                    assert total is not None
                    heard.stop, heard.stop_detail = event.response.status, event.response.incomplete_details
                    heard.input_tokens, heard.output_tokens = total.input_tokens, total.output_tokens
                    heard.thinking_tokens = total.output_tokens_details.reasoning_tokens
        assert numbers == list(range(len(numbers)))


async def raw_answer(api: Api, body: dict[str, Any], transport: SimulatedTransport) -> httpx2.Response:
    """Post a body and read the whole answer, without an SDK."""
    path = {"messages": "v1/messages", "chat": "v1/chat/completions", "responses": "v1/responses"}[api]
    async with httpx2.AsyncClient(transport=transport) as client:
        return await client.post(f"https://example.test/{path}", json=body)
