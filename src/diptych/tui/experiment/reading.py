"""Reads an experiment and its answers from the history. These functions run on threads."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from diptych.core.experiment.summary import Summary, summarize
from diptych.core.gc_policy import no_collections
from diptych.core.history_summary import HistoryError
from diptych.report.experiment.results import Results

if TYPE_CHECKING:
    from diptych.core.experiment.answer_row import AnswerRow
    from diptych.core.round import Round
    from diptych.core.run import Run
    from diptych.store.history import History

NO_ROUND = "The history has only the row of this answer: its round was deleted, or was asked elsewhere."


@dataclass(frozen=True, slots=True)
class ShownExperiment:
    """An experiment as far as it has come. `planned` is the number of answers that its plan asks for.

    `date` is in seconds since 1970 (UTC). `damaged` counts the rows that could not be read.
    """

    number: int
    date: float | None
    planned: int
    damaged: int
    results: Results


def read_experiment(history: "History", reference: str) -> ShownExperiment:
    """Return an experiment, which `x3` or `xlast` names, with all answers that it has so far."""
    stored = history.experiment(reference)
    plan = stored.plan
    with no_collections():
        rows = history.rows(stored)
        results = Results({case.id: case.prompt for case in plan.cases}, plan.models, rows)
    return ShownExperiment(stored.number, stored.date, plan.answers, rows.damaged, results)


def summary_of(results: Results) -> Summary:
    """Return the summary of what an experiment has answered."""
    with no_collections():
        return summarize(results.rows(), results.labels)


def read_answer(history: "History", row: "AnswerRow") -> "tuple[Round, Run]":
    """Return the round of an answer, and its run. Raises `HistoryError` if the round is not in the history any more."""
    from diptych.replay.folding import fold

    if row.round is None:
        raise HistoryError(NO_ROUND)
    round_ = fold(history.open(row.round))
    run = round_.runs.get(row.label)
    if run is None:
        raise HistoryError(f"Round {row.round} has no answer of {row.label}.")
    return round_, run
