"""Compares what two runs answered: their thinking, their answers and their tool calls, each with its counterpart."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from diptych.core.json_text import json_or_text
from diptych.core.run import Run
from diptych.core.text.sanitize import clean
from diptych.differences.compared_answers import AnswerDifferences, compare_answers
from diptych.differences.sequences import Pause

PartName = Literal["thinking", "answer", "tool calls"]


@dataclass(frozen=True, slots=True)
class PartDifferences:
    """What differs in one part of two answers. All texts in it are clean: they can be drawn as they are."""

    part: PartName
    differences: AnswerDifferences


def compare_runs(left: Run, right: Run, pause: Pause = lambda: None) -> Iterator[PartDifferences]:
    """Compare two runs, part by part. The answer always comes, the other parts if one of the runs has them.

    `pause` is that of `compare_answers`.
    """
    if left.thinking or right.thinking:
        yield PartDifferences("thinking", compare_answers(clean(str(left.thinking)), clean(str(right.thinking)), pause))
    yield PartDifferences("answer", compare_answers(answer_text(left), answer_text(right), pause))
    if left.tools or right.tools:
        calls = compare_answers(_tool_calls(left), _tool_calls(right), pause)
        yield PartDifferences("tool calls", calls if left.tools and right.tools else _without_empty_list(calls))


def answer_text(run: Run) -> str:
    """Return what is compared as the answer of a run: its visible text and its refusal, cleaned."""
    return clean("\n\n".join(filter(None, (str(run.text), str(run.refusal)))))


def _without_empty_list(calls: AnswerDifferences) -> AnswerDifferences:
    """Return the tool calls of one run without the empty list that stands for those of the other one."""
    pairs = (pair for pair in calls.pairs if not any(block and not block.path for block in (pair.left, pair.right)))
    return replace(calls, pairs=tuple(pairs))


def _tool_calls(run: Run) -> str:
    """Return the tool calls of a run as JSON, so that their arguments are compared by path."""
    calls = [{"name": tool.name, "arguments": json_or_text(tool.arguments)} for tool in run.tools]
    return clean(json.dumps(calls, ensure_ascii=False, indent=2))
