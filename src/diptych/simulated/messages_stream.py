"""Writes responses of the Anthropic Messages API, in which content blocks start, grow and stop."""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from types import MappingProxyType
from typing import Any, assert_never

from diptych.simulated.question import Question
from diptych.simulated.script import CallTool, ModelOutput, Refuse, Say, StopReason, Think, TokenCounts, Trouble
from diptych.simulated.stream_writer import (
    REQUEST_LIMIT,
    TOKEN_LIMIT,
    StreamWriter,
    common_headers,
    framed,
    requests_left,
)

_STOP_REASONS: Mapping[StopReason, str] = MappingProxyType(
    {
        StopReason.DONE: "end_turn",
        StopReason.TOOL: "tool_use",
        StopReason.REFUSED: "refusal",
        StopReason.LENGTH: "max_tokens",
    }
)
_ERRORS: Mapping[Trouble, tuple[int, str]] = MappingProxyType(
    {
        Trouble.BUSY: (429, "rate_limit_error"),
        Trouble.OVERLOADED: (529, "overloaded_error"),
        Trouble.BROKEN: (500, "api_error"),
        Trouble.NOT_STREAMED: (400, "invalid_request_error"),
    }
)
# The real server writes this event with a space, unlike the others.
_PING = b'event: ping\ndata: {"type": "ping"}\n\n'


class MessagesWriter(StreamWriter):
    """Writes a response of Anthropic's `/v1/messages`."""

    def __init__(self, question: Question, rng: Random, now: float) -> None:
        super().__init__(question, rng, now)
        self._request_id = self.identifier("req_01", 22)
        self._index = -1
        self._content: ModelOutput | None = None

    def headers(self, trouble: Trouble | None = None) -> dict[str, str]:
        """Return the headers of the response, including the rate limits."""
        reset = datetime.fromtimestamp(self.now, UTC) + timedelta(seconds=1)
        limits = {
            "requests-limit": str(REQUEST_LIMIT),
            "requests-remaining": str(requests_left(trouble)),
            "requests-reset": f"{reset:%Y-%m-%dT%H:%M:%SZ}",
            "input-tokens-limit": str(TOKEN_LIMIT),
            "input-tokens-remaining": str(max(0, TOKEN_LIMIT - self.question.input_tokens)),
            "input-tokens-reset": f"{reset:%Y-%m-%dT%H:%M:%SZ}",
        }
        named = {f"anthropic-ratelimit-{name}": value for name, value in limits.items()}
        return common_headers(trouble) | named | {"request-id": self._request_id}

    def status(self, trouble: Trouble) -> int:
        """Return the HTTP status of an error response."""
        status, _ = _ERRORS[trouble]
        return status

    def error(self, trouble: Trouble) -> dict[str, Any]:
        """Return the body of an error response, as Anthropic sends it."""
        _, kind = _ERRORS[trouble]
        error = {"type": kind, "message": trouble.value}
        return {"type": "error", "error": error, "request_id": self._request_id}

    def begin(self) -> bytes:
        """Return `message_start`, which contains the input tokens."""
        message: dict[str, Any] = {
            "model": self.question.model,
            "id": self.identifier("msg_01", 22),
            "type": "message",
            "role": "assistant",
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
            "stop_details": None,
            "usage": {**self._input_usage(), "output_tokens": 1, "service_tier": "standard"},
        }
        return _event("message_start", message=message)

    def open(self, content: ModelOutput) -> bytes:
        """Return `content_block_start`. A `ping` follows the first one."""
        closing = self._close()
        self._content = content
        self._index += 1
        start = _event("content_block_start", index=self._index, content_block=self._block(content))
        return closing + start + (_PING if self._index == 0 else b"")

    def piece(self, content: ModelOutput, token: str) -> bytes:
        """Return a delta. There is none for a refusal, whose text this API sends in the stop details at the end."""
        match content:
            case Say():
                return self._delta(type="text_delta", text=token)
            case Think():
                return self._delta(type="thinking_delta", thinking=token)
            case CallTool():
                return self._delta(type="input_json_delta", partial_json=token)
            case Refuse():
                return b""
            case _:
                assert_never(content)

    def end(self, stop_reason: StopReason, usage: TokenCounts) -> bytes:
        """Return `message_delta` with the stop reason and the final usage, then `message_stop`."""
        delta: dict[str, Any] = {"stop_reason": _STOP_REASONS[stop_reason], "stop_sequence": None}
        if isinstance(self._content, Refuse):
            delta["stop_details"] = {"type": "refusal", "category": None, "explanation": self._content.text}
        total: dict[str, Any] = {**self._input_usage(), "output_tokens": usage.output_tokens}
        if usage.thinking_tokens:
            total["output_tokens_details"] = {"thinking_tokens": usage.thinking_tokens}
        return self._close() + _event("message_delta", delta=delta, usage=total) + _event("message_stop")

    def fail(self) -> bytes:
        """Return an `error` event."""
        return framed(self.error(Trouble.BROKEN), event="error")

    def _input_usage(self) -> dict[str, Any]:
        return {
            "input_tokens": self.question.input_tokens,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 0,
        }

    def _block(self, content: ModelOutput) -> dict[str, Any]:
        match content:
            case Say() | Refuse():
                return {"type": "text", "text": ""}
            case Think():
                return {"type": "thinking", "thinking": "", "signature": ""}
            case CallTool(name=name):
                return {"type": "tool_use", "id": self.identifier("toolu_01", 22), "name": name, "input": {}}
            case _:
                assert_never(content)

    def _delta(self, **delta: str) -> bytes:
        return _event("content_block_delta", index=self._index, delta=delta)

    def _close(self) -> bytes:
        if self._content is None:
            return b""
        stop = _event("content_block_stop", index=self._index)
        if not isinstance(self._content, Think):
            return stop
        signature = base64.b64encode(self.rng.randbytes(96)).decode()
        return self._delta(type="signature_delta", signature=signature) + stop


def _event(kind: str, **data: Any) -> bytes:
    return framed({"type": kind, **data}, event=kind)
