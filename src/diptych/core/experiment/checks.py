"""Checks: what an answer of an experiment must be like to pass."""

from dataclasses import dataclass
from typing import Any, Literal

import msgspec

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


@dataclass(frozen=True, slots=True)
class Check:
    """One condition: its kind, the value that it compares with, and the part of the answer that it looks at."""

    kind: CheckKind
    value: Any
    part: CheckedPart = "answer"


class CheckResult(msgspec.Struct, frozen=True, omit_defaults=True):
    """Whether an answer passed a check. `check` is the check in words; `detail` says why it failed, "" if it passed."""

    check: str
    passed: bool
    detail: str = ""
