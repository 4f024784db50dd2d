"""A plan as the events of an API: byte for byte in the form that the providers send."""

import json
import string
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import cycle
from typing import Any, Literal

from tests.bench.plan import END_WORDS, Plan
from tests.bench.texts import pieces

Api = Literal["messages", "chat"]
APIS: tuple[Api, ...] = ("messages", "chat")

EVENTS_AFTER_CONTENT = 3
"""How many events close a stream, with both APIs."""

_SEEDS = {"messages": 1, "chat": 2}
_CREATED = 1_790_000_000


@lru_cache(maxsize=32)
def events(api: Api, plan: Plan) -> tuple[bytes, ...]:
    """The events of one stream, each with the blank line that ends it.

    Its content ends in a paragraph of one word (`END_WORDS`), which counts among the events of the plan.
    """
    texts = [*pieces(plan.kind, plan.events - 2, _SEEDS[api]), "\n\n", END_WORDS[api]]
    write = _messages if api == "messages" else _chat
    return tuple(write(plan.name, texts))


def _json(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _messages(model: str, texts: list[str]) -> Iterator[bytes]:
    def event(kind: str, **fields: Any) -> bytes:
        return f"event: {kind}\ndata: {_json({'type': kind, **fields})}\n\n".encode()

    usage = {
        "input_tokens": 24,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
        "output_tokens": 1,
        "service_tier": "standard",
    }
    message: dict[str, Any] = {
        "model": model,
        "id": "msg_019Q1hrJbZG26Fb9BQhrkHEr",
        "type": "message",
        "role": "assistant",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": usage,
    }
    yield event("message_start", message=message)
    yield event("content_block_start", index=0, content_block={"type": "text", "text": ""})
    yield b'event: ping\ndata: {"type": "ping"}\n\n'
    for text in texts:
        yield event("content_block_delta", index=0, delta={"type": "text_delta", "text": text})
    yield event("content_block_stop", index=0)
    stop = {"stop_reason": "end_turn", "stop_sequence": None}
    yield event("message_delta", delta=stop, usage=usage | {"output_tokens": len(texts)})
    yield event("message_stop")


def _chat(model: str, texts: list[str]) -> Iterator[bytes]:
    padding = cycle(_paddings())

    def chunk(choices: list[dict[str, Any]], usage: dict[str, Any] | None = None) -> bytes:
        data = {
            "id": "chatcmpl-D8Z5oo6uDh67AD85p73ksdT1KxhE0",
            "object": "chat.completion.chunk",
            "created": _CREATED,
            "model": model,
            "service_tier": "default",
            "system_fingerprint": "fp_de604bd877",
            "choices": choices,
            "usage": usage,
            "obfuscation": next(padding),
        }
        return f"data: {_json(data)}\n\n".encode()

    def choice(delta: dict[str, Any], finish: str | None = None) -> list[dict[str, Any]]:
        return [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}]

    yield chunk(choice({"role": "assistant", "content": "", "refusal": None}))
    for text in texts:
        yield chunk(choice({"content": text}))
    yield chunk(choice({}, "stop"))
    yield chunk(
        [],
        {
            "prompt_tokens": 24,
            "completion_tokens": len(texts),
            "total_tokens": 24 + len(texts),
            "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
        },
    )
    yield b"data: [DONE]\n\n"


def _paddings() -> Iterable[str]:
    """What OpenAI hides the length of a token with."""
    letters = string.ascii_letters + string.digits
    return [letters[start : start + 1 + start % 9] for start in range(0, 50, 3)]
