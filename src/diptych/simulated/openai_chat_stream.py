"""Writes responses of the Chat Completions API, which are chunks with a delta of the message."""

from collections.abc import Mapping
from random import Random
from types import MappingProxyType
from typing import Any, assert_never

from diptych.simulated.openai_writer import OpenAIWriter
from diptych.simulated.question import Question
from diptych.simulated.script import CallTool, ModelOutput, Refuse, Say, StopReason, Think, TokenCounts, Trouble
from diptych.simulated.stream_writer import framed

_FINISH_REASONS: Mapping[StopReason, str] = MappingProxyType(
    {
        StopReason.DONE: "stop",
        StopReason.TOOL: "tool_calls",
        # A refusal is sent in a delta, and does not change the finish reason.
        StopReason.REFUSED: "stop",
        StopReason.LENGTH: "length",
    }
)
_DONE = b"data: [DONE]\n\n"


class ChatWriter(OpenAIWriter):
    """Writes a response of `/v1/chat/completions`. Thinking is in `reasoning_content`, as DeepSeek sends it."""

    def __init__(self, question: Question, rng: Random, now: float) -> None:
        super().__init__(question, rng, now)
        self._id = self.identifier("chatcmpl-", 29)

    def begin(self) -> bytes:
        """Return a first chunk with the role and no text."""
        return self._choice({"role": "assistant", "content": "", "refusal": None})

    def open(self, content: ModelOutput) -> bytes:
        """Return a chunk with the id and the name of a tool call. Other content begins without an event."""
        if not isinstance(content, CallTool):
            return b""
        function = {"name": content.name, "arguments": ""}
        call = {"index": 0, "id": self.identifier("call_", 24), "type": "function", "function": function}
        return self._choice({"tool_calls": [call]})

    def piece(self, content: ModelOutput, token: str) -> bytes:
        """Return a chunk with one token."""
        match content:
            case Say():
                return self._choice({"content": token})
            case Think():
                return self._choice({"content": None, "reasoning_content": token})
            case CallTool():
                return self._choice({"tool_calls": [{"index": 0, "function": {"arguments": token}}]})
            case Refuse():
                return self._choice({"refusal": token})
            case _:
                assert_never(content)

    def end(self, stop_reason: StopReason, usage: TokenCounts) -> bytes:
        """Return a chunk with the finish reason, a chunk with the usage if it was requested, and `[DONE]`."""
        finish = self._choice({}, finish_reason=_FINISH_REASONS[stop_reason])
        if not self.question.wants_usage:
            return finish + _DONE
        total = {
            "prompt_tokens": usage.input_tokens,
            "completion_tokens": usage.output_tokens,
            "total_tokens": usage.input_tokens + usage.output_tokens,
            "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": usage.thinking_tokens, "audio_tokens": 0},
        }
        return finish + self._chunk([], total) + _DONE

    def fail(self) -> bytes:
        """Return an error instead of a chunk."""
        return framed(self.error(Trouble.BROKEN))

    def _choice(self, delta: dict[str, Any], finish_reason: str | None = None) -> bytes:
        return self._chunk([{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}])

    def _chunk(self, choices: list[dict[str, Any]], usage: dict[str, Any] | None = None) -> bytes:
        chunk: dict[str, Any] = {
            "id": self._id,
            "object": "chat.completion.chunk",
            "created": int(self.now),
            "model": self.question.model,
            "service_tier": "default",
            "system_fingerprint": "fp_simulated",
            "choices": choices,
        }
        if self.question.wants_usage:
            chunk["usage"] = usage
        return framed(chunk)
