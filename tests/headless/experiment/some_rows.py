"""Rows of answers for tests."""

from typing import Any

from diptych.core.experiment.answer_row import AnswerRow


def row(case: str, repeat: int, label: str, **more: Any) -> AnswerRow:
    """A row of a complete answer, unless it is said otherwise."""
    members: dict[str, Any] = {"endpoint": "e", "model": "m", "state": "complete"} | more
    return AnswerRow(case=case, repeat=repeat, label=label, **members)
