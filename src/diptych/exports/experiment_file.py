"""Writes an experiment of the history in any form, as `diptych export xN` and the export dialog do."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import IO, assert_never

from diptych.core.experiment.judging.judgement import judged_pairs
from diptych.core.experiment.summary import summarize
from diptych.core.history_summary import HistoryError
from diptych.core.round import Round
from diptych.replay.folding import fold
from diptych.report.experiment import export_rows
from diptych.report.experiment.exported import (
    MOST_CASES,
    ExperimentForm,
    ExportedExperiment,
    case_verdicts,
    judgements_by_round,
)
from diptych.report.experiment.html.round_links import MOST_ROUNDS
from diptych.store.experiment_verdicts import read_verdicts
from diptych.store.experiments import StoredExperiment
from diptych.store.history import History


def write_experiment(history: History, stored: StoredExperiment, form: ExperimentForm, file: IO[bytes]) -> None:
    """Write an experiment to a file piece by piece, so that it is never whole in memory.

    Raises `HistoryError`, and `NoParquetError` where Parquet needs a package that is not installed.
    """
    rows = history.rows(stored)
    match form:
        case "parquet":
            from diptych.report.experiment.export_parquet import write_parquet

            write_parquet(rows, file)
            return
        case "csv":
            pieces = export_rows.csv_rows(rows)
        case "jsonl":
            pieces = export_rows.json_lines(rows)
        case "json":
            pieces = export_rows.json_object(read_exported(history, stored))
        case "md":
            from diptych.report.experiment.export_markdown import experiment_markdown

            pieces = experiment_markdown(read_exported(history, stored))
        case "html":
            from diptych.report.experiment.export_html import experiment_html

            pieces = experiment_html(_with_rounds(history, stored))
        case "har":
            from diptych.codec.har.har_document import har_pieces

            pieces = har_pieces(open_rounds(history, stored))
        case _:
            assert_never(form)
    for piece in pieces:
        file.write(piece.encode("utf-8", "backslashreplace"))


def open_rounds(history: History, stored: StoredExperiment) -> Iterator[Round]:
    """Yield the rounds of an experiment that have rows and are not hidden, each read when it is wanted."""
    ids = dict.fromkeys(row.round for row in history.rows(stored) if row.round is not None)
    rounds = (fold(history.open(round_id)) for round_id in ids)
    return (round_ for round_ in rounds if not round_.is_hidden)


def read_exported(history: History, stored: StoredExperiment) -> ExportedExperiment:
    """Return an experiment with what its rows come to and what was said about its answers."""
    rows, votes = history.rows(stored), history.voted_pairs(stored.number)
    verdicts = read_verdicts(history, stored.number)
    shown = {case.id for case in islice(stored.plan.cases, MOST_CASES)}
    judged = {
        judge.title: (pair for pair in judged_pairs(history.judgements(stored.number, judge)) if pair.case in shown)
        for judge in history.judges(stored.number)
    }
    return ExportedExperiment(
        stored.number,
        stored.date,
        stored.plan,
        stored.digest,
        rows,
        summarize(rows, stored.plan.models),
        verdicts.judges,
        verdicts.votes,
        case_verdicts(judged, (vote for vote in votes if vote.case in shown)),
    )


def _with_rounds(history: History, stored: StoredExperiment) -> ExportedExperiment:
    """Return an experiment as `read_exported` does, with its rounds and the judges' own words about them."""
    said = (each for judge in history.judges(stored.number) for each in history.judgements(stored.number, judge))
    shown = {case.id for case in islice(stored.plan.cases, MOST_ROUNDS)}
    return replace(
        read_exported(history, stored),
        rounds=partial(shown_round, history),
        judgements=judgements_by_round(each for each in said if each.case in shown),
    )


def shown_round(history: History, number: int) -> Round | None:
    """Return a round of an experiment; None if it is hidden, not in the history any more, or cannot be read."""
    try:
        round_ = fold(history.open(number))
    except HistoryError:
        return None
    return None if round_.is_hidden else round_
