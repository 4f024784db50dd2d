"""Checks: what an answer of an experiment must be like to pass."""

import json
import shlex
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from diptych.core.text.excerpt import excerpt

CheckKind = Literal[
    "contains",
    "not_contains",
    "equals",
    "regex",
    "json",
    "json_schema",
    "stop_reason",
    "max_first_token",
    "max_total",
    "max_cost_usd",
    "max_output_tokens",
    "command",
]

CheckedPart = Literal["answer", "thinking", "tools"]
"""The part of an answer that a check looks at. `answer` is the visible text, or the refusal in its place."""


TEXT_KINDS = frozenset({"contains", "not_contains", "equals", "regex", "json", "json_schema", "command"})
"""The kinds that look at one part of the answer. All others look at what is known of the whole answer."""

_LONGEST_VALUE = 80


@dataclass(frozen=True, slots=True)
class Check:
    """One condition: its kind, the value that it compares with, and the part of the answer that it looks at.

    The value is JSON: a text, or for `equals` and `stop_reason` also a list of texts of which one must fit; True for
    `json`; a schema; a number; for `command` an object with the words of the `command`, and the `folder` in which it
    runs. `check_reading.value_problem` checks it.
    """

    kind: CheckKind
    value: Any
    part: CheckedPart = "answer"

    @property
    def in_words(self) -> str:
        """The check on one line, such as `contains "Paris"`, without control characters."""
        match self.kind:
            case "json":
                words = "json"
            case "json_schema":
                words = "json_schema"
            case "command":
                words = f"command {excerpt(shlex.join(self.value['command']), _LONGEST_VALUE)}"
            case _:
                words = f"{self.kind} {excerpt(json.dumps(self.value, ensure_ascii=False), _LONGEST_VALUE)}"
        return words if self.part == "answer" else f"{words} in {self.part}"


class CheckResult(msgspec.Struct, frozen=True, omit_defaults=True):
    """Whether an answer passed a check. `check` is the check in words; `detail` says why it failed, "" if it passed."""

    check: str
    passed: bool
    detail: str = ""
