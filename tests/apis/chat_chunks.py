"""Chunks of Chat Completions streams, and runs folded from them."""

from typing import Any

from diptych.core.run import Run
from tests.streams.folding import fold, untyped


def chunk(delta: dict[str, Any] | None = None, finish: str | None = None, **more: Any) -> dict[str, Any]:
    """A chunk with one choice, or with none where there is no delta."""
    choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
    return {"id": "chatcmpl-1", "object": "chat.completion.chunk", "model": "gpt-x", "choices": choices, **more}


def text(content: Any) -> dict[str, Any]:
    return chunk({"content": content})


def finish(reason: str = "stop", **more: Any) -> dict[str, Any]:
    return chunk({}, reason, **more)


def call(name: str | None = None, arguments: Any = None, **fields: Any) -> dict[str, Any]:
    return {"function": {"name": name, "arguments": arguments}, **fields}


def tools(*calls: dict[str, Any]) -> dict[str, Any]:
    return chunk({"tool_calls": list(calls)})


def read(*chunks: dict[str, Any] | str) -> Run:
    return fold("openai-chat", untyped(*chunks))
