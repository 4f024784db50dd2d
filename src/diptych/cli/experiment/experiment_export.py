"""Exports an experiment of the history: `diptych export xN`."""

import sys
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, assert_never, get_args

from diptych.cli.command_error import CommandError
from diptych.cli.experiment.experiment_history import shown_round
from diptych.cli.written_file import writing
from diptych.core.history_summary import HistoryError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from diptych.core.round import Round
    from diptych.report.experiment.exported import ExperimentForm, ExportedExperiment
    from diptych.store.experiments import StoredExperiment
    from diptych.store.history import History

STANDARD_OUTPUT = Path("-")


def export_experiment(
    history: "History", reference: str, form: str | None, output: Path | None, *, force: bool
) -> None:
    """Write an experiment to a file, into a folder, or to standard output."""
    from diptych.report.experiment.export_parquet import NoParquetError
    from diptych.store.atomic_write import write_file

    if form == "eval" or (form is None and output and output.suffix.lower() == ".eval" and not output.is_dir()):
        _export_inspect(history, reference, output, force=force)
        return
    wanted = _form(form, output)
    try:
        stored = history.experiment(reference)
        if output is None or output == STANDARD_OUTPUT:
            _write(history, stored, wanted, sys.stdout.buffer)
            sys.stdout.flush()
            return
    except (HistoryError, NoParquetError) as error:
        raise CommandError(str(error)) from None
    if output.is_dir():
        output /= f"diptych-x{stored.number}.{wanted}"
    try:
        with writing(output):
            write_file(output, lambda file: _write(history, stored, wanted, file), overwrite=force)
    except (HistoryError, NoParquetError) as error:
        raise CommandError(str(error)) from None


def _export_inspect(history: "History", reference: str, output: Path | None, *, force: bool) -> None:
    """Write the Inspect logs of an experiment."""
    from diptych.cli.experiment.inspect_export import export_inspect_logs
    from diptych.report.experiment.export_inspect import NoInspectError

    try:
        stored = history.experiment(reference)
        export_inspect_logs(history, stored, _exported(history, stored), output, force=force)
    except (HistoryError, NoInspectError) as error:
        raise CommandError(str(error)) from None


def _form(form: str | None, output: Path | None) -> "ExperimentForm":
    """Return the form that was asked for, else that of the file's extension; html in a folder, rows without a file."""
    from diptych.report.experiment.exported import ExperimentForm

    extension = "html" if output and output.is_dir() else output.suffix.removeprefix(".").lower() if output else ""
    for known in get_args(ExperimentForm):
        if known == (form or extension):
            found: ExperimentForm = known
            return found
    return "jsonl"


def _write(history: "History", stored: "StoredExperiment", form: "ExperimentForm", file: IO[bytes]) -> None:
    """Write an experiment to a file, no more of which is ever in memory than a part."""
    from diptych.report.experiment import export_rows

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
            pieces = export_rows.json_object(_exported(history, stored))
        case "md":
            from diptych.report.experiment.export_markdown import experiment_markdown

            pieces = experiment_markdown(_exported(history, stored))
        case "html":
            from diptych.report.experiment.export_html import experiment_html

            pieces = experiment_html(_with_rounds(history, stored))
        case "har":
            from diptych.codec.har.har_document import har_pieces

            pieces = har_pieces(_rounds(history, stored))
        case _:
            assert_never(form)
    for piece in pieces:
        file.write(piece.encode("utf-8", "backslashreplace"))


def _rounds(history: "History", stored: "StoredExperiment") -> "Iterator[Round]":
    """Yield the rounds of an experiment that have rows and are not hidden, each read when it is wanted."""
    from diptych.replay.folding import fold

    ids = dict.fromkeys(row.round for row in history.rows(stored) if row.round is not None)
    rounds = (fold(history.open(round_id)) for round_id in ids)
    return (round_ for round_ in rounds if not round_.is_hidden)


def _exported(history: "History", stored: "StoredExperiment") -> "ExportedExperiment":
    """Return an experiment with what its rows come to and what was said about its answers."""
    from diptych.core.experiment.judging.judgement import judged_pairs
    from diptych.core.experiment.summary import summarize
    from diptych.report.experiment.exported import MOST_CASES, ExportedExperiment, case_verdicts
    from diptych.store.experiment_verdicts import read_verdicts

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


def _with_rounds(history: "History", stored: "StoredExperiment") -> "ExportedExperiment":
    """Return an experiment as `_exported` does, with its rounds and the judges' own words about them."""
    from diptych.report.experiment.exported import judgements_by_round
    from diptych.report.experiment.html.round_links import MOST_ROUNDS

    said = (each for judge in history.judges(stored.number) for each in history.judgements(stored.number, judge))
    shown = {case.id for case in islice(stored.plan.cases, MOST_ROUNDS)}
    return replace(
        _exported(history, stored),
        rounds=partial(shown_round, history),
        judgements=judgements_by_round(each for each in said if each.case in shown),
    )
