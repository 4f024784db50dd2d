"""Prints what an experiment found, and counts the answers that passed."""

from collections.abc import Iterable, Iterator
from typing import Literal

from diptych.core.experiment.answer_row import AnswerRow
from diptych.core.experiment.judging.judge_tally import NO_VERDICTS, Verdicts
from diptych.core.experiment.summary import summarize
from diptych.core.json_text import JsonObject, to_json
from diptych.headless.experiment.result_output import ResultOutput
from diptych.report.experiment.judge_object import verdict_members
from diptych.report.experiment.judge_text import verdicts_text
from diptych.report.experiment.summary_object import summary_object
from diptych.report.experiment.summary_text import summary_text

ResultForm = Literal["text", "json", "rows"]
"""What is printed: figures as text or as one JSON object at the end, or a line of JSON for each answer as it ends."""


def print_results(
    form: ResultForm,
    rows: Iterable[AnswerRow],
    number: int | None,
    plan: JsonObject,
    results: ResultOutput,
    width: int,
    verdicts: Verdicts = NO_VERDICTS,
) -> int:
    """Print the figures of an experiment, unless its rows were printed; return how many answers passed.

    An answer has passed if it is complete and passed its checks. `number` is that of the experiment in the history,
    `plan` its plan as an object, and `width` the room for text. `verdicts` is what was said about the answers.
    """
    passed = 0

    def counted_rows() -> Iterator[AnswerRow]:
        nonlocal passed
        for row in rows:
            passed += row.has_passed
            yield row

    labels = list(plan["models"])
    match form:
        case "rows":
            for _ in counted_rows():
                pass
        case "json":
            found = summary_object(number, plan, summarize(counted_rows(), labels))
            results.write([to_json(found | verdict_members(verdicts.judges, verdicts.votes))])
        case "text":
            results.write(summary_text(summarize(counted_rows(), labels), width))
            if verdicts.judges or verdicts.votes:
                results.write(["", *verdicts_text(verdicts.judges, verdicts.votes, width)])
    return passed
