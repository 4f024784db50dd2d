"""Reads an experiment and its answers from the history. These functions run on threads."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from diptych.core.experiment.answer_row import AnswerRow
from diptych.core.experiment.judging.judgement import VotedPair
from diptych.core.experiment.summary import Summary, summarize
from diptych.core.gc_policy import no_collections
from diptych.core.history_summary import HistoryError
from diptych.core.request import Label
from diptych.report.experiment.results import Results

if TYPE_CHECKING:
    from diptych.core.round import Round
    from diptych.core.run import Run
    from diptych.store.history import History

NO_ROUND = "The history has only the row of this answer: its round was deleted, or was asked elsewhere."


@dataclass(frozen=True, slots=True)
class ShownExperiment:
    """An experiment as far as it has come. `planned` is the number of answers that its plan asks for.

    `date` is in seconds since 1970 (UTC). `damaged` counts the rows that could not be read. `votes` are the user's.
    `is_running` says that answers are missing which another process still asks for. `took` is how long the reading
    took, in seconds.
    """

    number: int
    date: float | None
    planned: int
    damaged: int
    results: Results
    votes: Sequence[VotedPair]
    is_running: bool
    took: float

    @property
    def is_whole(self) -> bool:
        """Whether every answer is there."""
        return self.results.count >= self.planned

    @property
    def wins(self) -> Mapping[tuple[str, Label], int]:
        """How many votes the answers of each model won, by case and label."""
        return Counter((each.case, each.vote.label) for each in self.votes if each.vote.label is not None)


def read_experiment(history: "History", reference: str) -> ShownExperiment:
    """Return an experiment, which `x3` or `xlast` names, with all answers that it has so far."""
    began = time.perf_counter()
    stored = history.experiment(reference)
    plan = stored.plan
    with no_collections():
        rows = history.rows(stored)
        results = Results({case.id: case.prompt for case in plan.cases}, plan.models, _shown_rows(rows))
    votes = history.voted_pairs(stored.number)
    is_running = results.count < plan.answers and history.is_being_asked(stored.number)
    return ShownExperiment(
        number=stored.number,
        date=stored.date,
        planned=plan.answers,
        damaged=rows.damaged,
        results=results,
        votes=votes,
        is_running=is_running,
        took=time.perf_counter() - began,
    )


def _shown_rows(rows: Iterable[AnswerRow]) -> Iterator[AnswerRow]:
    """Yield rows without what the screen never shows, which is most of their memory. Equal texts are shared."""
    shared: dict[object, Any] = {}
    for row in rows:
        yield msgspec.structs.replace(
            row,
            case=shared.setdefault(row.case, row.case),
            label=shared.setdefault(row.label, row.label),
            endpoint=shared.setdefault(row.endpoint, row.endpoint),
            model=shared.setdefault(row.model, row.model),
            answer=shared.setdefault(row.answer, row.answer),
            checks=shared.setdefault(row.checks, row.checks),
            response_id=None,
            request_id=None,
            connect=None,
            headers=None,
            first_event=None,
            last_token=None,
            host=None,
            versions={},
            plan=None,
        )


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
