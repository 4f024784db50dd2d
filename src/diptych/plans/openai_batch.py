"""Reads lines of OpenAI's batch format: https://platform.openai.com/docs/api-reference/batch/request-input.

A line is `{"custom_id": …, "method": "POST", "url": "/v1/chat/completions", "body": {"messages": […]}}`. Only the
conversation is taken: the models and their settings are those of the experiment.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from diptych.core.text.excerpt import excerpt
from diptych.core.wording.json_kind import json_kind
from diptych.plans.entry import Entry
from diptych.plans.set_problems import LineError
from diptych.plans.written_messages import read_turns

_OUTER = ("custom_id", "method", "url", "body")
_CONVERSATION = ("messages", "input", "instructions")
"""Members of a body that are read: `messages` of Chat Completions, the others of Responses."""

_MOST_NAMED = 8
_LONGEST_NAME = 40


def is_batch_line(value: Mapping[str, Any]) -> bool:
    """Whether an object is a line of a batch."""
    return "custom_id" in value or "body" in value


class BatchReader:
    """Reads lines of a batch, and remembers the members of bodies that it ignores."""

    def __init__(self) -> None:
        self._ignored: dict[str, None] = {}

    @property
    def notices(self) -> Sequence[str]:
        """A sentence about what was ignored in all lines, if anything was."""
        names = [excerpt(name, _LONGEST_NAME) for name in self._ignored]
        if not names:
            return ()
        listed = ", ".join(names[:_MOST_NAMED]) + (" and more" if len(names) > _MOST_NAMED else "")
        return (f"The batch sets {listed}, which is ignored: models and settings are those of the command.",)

    def entry(self, number: int, value: Mapping[str, Any]) -> Entry:
        """Return the entry of a line. Raises `LineError`."""
        for name in value:
            if name not in _OUTER:
                raise LineError(f"{excerpt(name, _LONGEST_NAME)}: a line of a batch has no such member")
        custom_id, body = value.get("custom_id"), value.get("body")
        if custom_id is not None and not isinstance(custom_id, str):
            raise LineError(f"custom_id: expected a text, not {json_kind(custom_id)}")
        if not isinstance(body, dict):
            raise LineError(f"body: expected an object with messages, not {json_kind(body)}")
        for name in body:
            if name not in _CONVERSATION and name not in self._ignored and len(self._ignored) <= _MOST_NAMED:
                self._ignored[name] = None
        if body.get("messages") is not None:
            turns, system = read_turns(body["messages"], "body.messages")
        elif isinstance(body.get("input"), str):
            turns, system = (("user", body["input"]),), None
        elif body.get("input") is not None:
            turns, system = read_turns(body["input"], "body.input")
        else:
            raise LineError("body: messages is missing: only requests for answers can be read")
        return Entry(number, custom_id, turns=turns, system=_joined(body.get("instructions"), system))


def _joined(instructions: Any, system: str | None) -> str | None:
    if instructions is None:
        return system
    if not isinstance(instructions, str):
        raise LineError(f"body.instructions: expected a text, not {json_kind(instructions)}")
    return instructions if system is None else f"{instructions}\n\n{system}"
