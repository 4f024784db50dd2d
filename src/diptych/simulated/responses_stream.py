"""Writes responses of the Responses API: output items with parts, numbered events, and the whole output at the end."""

from collections.abc import Iterable
from itertools import count
from random import Random
from typing import Any

from diptych.simulated.openai_writer import OpenAIWriter
from diptych.simulated.question import UNLIMITED, Question
from diptych.simulated.response_items import Event, OutputItem, item_for
from diptych.simulated.script import ModelOutput, StopReason, TokenCounts, Trouble
from diptych.simulated.stream_writer import HEX, framed


class ResponsesWriter(OpenAIWriter):
    """Writes a response of `/v1/responses`. Thinking is sent as a reasoning summary."""

    def __init__(self, question: Question, rng: Random, now: float) -> None:
        super().__init__(question, rng, now)
        self._id = self.identifier("resp_", 48, HEX)
        self._sequence = count()
        self._items: list[OutputItem] = []

    def begin(self) -> bytes:
        """Return `response.created` and `response.in_progress`."""
        response = self._response("in_progress")
        return self._event("response.created", response=response) + self._event(
            "response.in_progress", response=response
        )

    def open(self, content: ModelOutput) -> bytes:
        """Return `response.output_item.added`, and the event that adds the item's part if it has one."""
        closing = self._close("completed")
        item = item_for(content, len(self._items), self.identifier)
        self._items.append(item)
        return closing + self._events(item.open())

    def piece(self, content: ModelOutput, token: str) -> bytes:
        """Return a delta of the item that was opened last."""
        kind, data = self._items[-1].grow(token)
        return self._event(kind, **data)

    def end(self, stop_reason: StopReason, usage: TokenCounts) -> bytes:
        """Return `response.completed`, or `response.incomplete` if the token limit ended the answer."""
        status = "incomplete" if stop_reason is StopReason.LENGTH else "completed"
        closing = self._close(status)
        total = {
            "input_tokens": usage.input_tokens,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": usage.output_tokens,
            "output_tokens_details": {"reasoning_tokens": usage.thinking_tokens},
            "total_tokens": usage.input_tokens + usage.output_tokens,
        }
        response = self._response(
            status,
            output=[item.body() for item in self._items],
            usage=total,
            incomplete_details={"reason": "max_output_tokens"} if stop_reason is StopReason.LENGTH else None,
        )
        return closing + self._event(f"response.{status}", response=response)

    def fail(self) -> bytes:
        """Return an `error` event and `response.failed`."""
        error = self.error(Trouble.BROKEN)["error"]
        failed = self._response("failed", error={"code": error["code"], "message": error["message"]})
        return self._event("error", error=error) + self._event("response.failed", response=failed)

    def _close(self, status: str) -> bytes:
        return self._events(self._items[-1].close(status)) if self._items else b""

    def _events(self, events: Iterable[Event]) -> bytes:
        return b"".join(self._event(kind, **data) for kind, data in events)

    def _event(self, kind: str, **data: Any) -> bytes:
        return framed({"type": kind, "sequence_number": next(self._sequence), **data}, event=kind)

    def _response(self, status: str, **known: Any) -> dict[str, Any]:
        limit = self.question.token_limit
        return {
            "id": self._id,
            "object": "response",
            "created_at": int(self.now),
            "status": status,
            "background": False,
            "error": None,
            "incomplete_details": None,
            "instructions": None,
            "max_output_tokens": None if limit == UNLIMITED else limit,
            "model": self.question.model,
            "output": [],
            "parallel_tool_calls": True,
            "previous_response_id": None,
            "service_tier": "default",
            "store": False,
            "text": {"format": {"type": "text"}},
            "tool_choice": "auto",
            "tools": [],
            "truncation": "disabled",
            "usage": None,
            "metadata": {},
            **known,
        }
