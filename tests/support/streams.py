"""Whole streams of the three APIs: one function per API, with the pieces of the answer as its arguments."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from diptych.core.endpoint import ApiName


def framed(data: dict[str, Any] | str, event: str = "") -> bytes:
    """Return a server-sent event."""
    text = data if isinstance(data, str) else json.dumps(data)
    return (f"event: {event}\n" if event else "").encode() + f"data: {text}\n\n".encode()


def data_of(event: bytes) -> bytes:
    """Return the data of an event that `framed` made."""
    return event.partition(b"data: ")[2].removesuffix(b"\n\n")


def message_event(kind: str, **fields: Any) -> bytes:
    """Return an event of Anthropic Messages."""
    return framed({"type": kind, **fields}, kind)


def messages(*pieces: str, stop: str = "end_turn") -> list[bytes]:
    """Return an answer as Anthropic Messages streams it, with a usage of 8 input and 3 output tokens."""
    message = {"id": "msg_1", "model": "claude-reported", "usage": {"input_tokens": 8, "output_tokens": 1}}
    return [
        message_event("message_start", message=message),
        message_event("content_block_start", index=0, content_block={"type": "text", "text": ""}),
        message_event("ping"),
        *(message_event("content_block_delta", index=0, delta={"type": "text_delta", "text": each}) for each in pieces),
        message_event("content_block_stop", index=0),
        message_event("message_delta", delta={"stop_reason": stop}, usage={"output_tokens": 3}),
        message_event("message_stop"),
    ]


def chunk(delta: dict[str, Any] | None = None, finish: str | None = None, **fields: Any) -> bytes:
    """Return a chunk of Chat Completions."""
    choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
    return framed({"id": "chatcmpl-1", "model": "gpt-reported", "choices": choices, **fields})


CHAT_USAGE = chunk(usage={"prompt_tokens": 8, "completion_tokens": 3})
DONE = framed("[DONE]")


def chat(*pieces: str, stop: str = "stop") -> list[bytes]:
    """Return an answer as Chat Completions streams it, with a usage of 8 input and 3 output tokens."""
    return [
        chunk({"role": "assistant", "content": ""}),
        *(chunk({"content": each}) for each in pieces),
        chunk({}, stop),
        CHAT_USAGE,
        DONE,
    ]


def responses(*pieces: str, stop: str = "completed") -> list[bytes]:
    """Return an answer as the Responses API streams it, with a usage of 8 input and 3 output tokens."""

    def event(kind: str, **fields: Any) -> bytes:
        return framed({"type": f"response.{kind}", **fields}, f"response.{kind}")

    response = {"id": "resp_1", "model": "gpt-reported"}
    usage = {"input_tokens": 8, "output_tokens": 3}
    return [
        event("created", response=response),
        event("output_item.added", output_index=0, item={"type": "message"}),
        *(event("output_text.delta", output_index=0, content_index=0, delta=each) for each in pieces),
        event("output_item.done", output_index=0, item={"type": "message"}),
        event(stop, response=response | {"status": stop, "usage": usage}),
    ]


STREAMS: Mapping[ApiName, Callable[..., list[bytes]]] = {
    "anthropic-messages": messages,
    "openai-chat": chat,
    "openai-responses": responses,
}
APIS: tuple[ApiName, ...] = tuple(STREAMS)

STOP_REASONS: Mapping[ApiName, str] = {
    "anthropic-messages": "end_turn",
    "openai-chat": "stop",
    "openai-responses": "completed",
}
