"""Rows of answers."""

from typing import Any

from diptych.core.experiment.answer_row import AnswerRow
from diptych.core.experiment.checks.check import CheckResult


def a_row(case: str = "a", repeat: int = 1, label: str = "x", **fields: Any) -> AnswerRow:
    """A complete answer that passed its check."""
    known: dict[str, Any] = {
        "endpoint": "here",
        "model": "some-model",
        "state": "complete",
        "answer": "0123456789abcdef",
        "first_token": 0.5,
        "checks": (CheckResult("json", True),),
        "round": 1,
    }
    return AnswerRow(case=case, repeat=repeat, label=label, **(known | fields))


def failed(case: str = "a", repeat: int = 1, label: str = "x", **fields: Any) -> AnswerRow:
    """An answer that failed."""
    return a_row(case, repeat, label, **({"state": "failed", "answer": None} | fields))


def not_passed(case: str = "a", repeat: int = 1, label: str = "x", **fields: Any) -> AnswerRow:
    """A complete answer that did not pass its check."""
    return a_row(case, repeat, label, checks=(CheckResult("json", False, "it is not JSON"),), **fields)
