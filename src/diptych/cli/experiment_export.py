"""Exports an experiment of the history: `diptych export xN`."""

import sys
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, get_args

import click

from diptych.cli.command_error import CommandError
from diptych.cli.judging import verdicts_on
from diptych.core.history_summary import HistoryError
from diptych.core.text.sanitize import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from diptych.report.experiment.exported import ExperimentForm, ExportedExperiment
    from diptych.store.history import History

STANDARD_OUTPUT = Path("-")


def export_experiment(
    history: "History", reference: str, form: str | None, output: Path | None, *, force: bool
) -> None:
    """Write an experiment to a file, into a folder, or to standard output."""
    from diptych.report.experiment.export_parquet import NoParquetError
    from diptych.store.atomic_write import write_file

    wanted = _form(form, output)
    try:
        exported = _exported(history, reference)
        if output is None or output == STANDARD_OUTPUT:
            _write(exported, wanted, sys.stdout.buffer)
            sys.stdout.flush()
            return
    except (HistoryError, NoParquetError) as error:
        raise CommandError(str(error)) from None
    if output.is_dir():
        output /= f"diptych-x{exported.number}.{wanted}"
    try:
        write_file(output, lambda file: _write(exported, wanted, file), overwrite=force)
    except (HistoryError, NoParquetError) as error:
        raise CommandError(str(error)) from None
    except FileExistsError:
        raise CommandError(f"{output} already exists: choose another file, or overwrite it with --force.") from None
    except OSError as error:
        raise CommandError(f"{output} cannot be written: {error.strerror or error}.") from None
    click.echo(f"Wrote {clean_line(str(output.absolute()))}", err=True)


def _form(form: str | None, output: Path | None) -> "ExperimentForm":
    """Return the form that was asked for, else that of the file's extension; html in a folder, rows without a file."""
    from diptych.report.experiment.exported import ExperimentForm

    extension = "html" if output and output.is_dir() else output.suffix.removeprefix(".").lower() if output else ""
    for known in get_args(ExperimentForm):
        if known == (form or extension):
            found: ExperimentForm = known
            return found
    return "jsonl"


def _exported(history: "History", reference: str) -> "ExportedExperiment":
    from diptych.core.experiment.judgement import judged_pairs
    from diptych.core.experiment.summary import summarize
    from diptych.report.experiment.exported import MOST_CASES, ExportedExperiment, case_verdicts

    stored = history.experiment(reference)
    rows = history.rows(stored)
    votes, verdicts = history.voted_pairs(stored.number), verdicts_on(stored.number, history)
    shown = {case.id for case in islice(stored.plan.cases, MOST_CASES)}
    judged = {
        judge.name if not judge.rubric else f"{judge.name} ({judge.rubric})": (
            pair for pair in judged_pairs(history.judgements(stored.number, judge)) if pair.case in shown
        )
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


def _write(exported: "ExportedExperiment", form: "ExperimentForm", file: IO[bytes]) -> None:
    if form == "parquet":
        from diptych.report.experiment.export_parquet import write_parquet

        write_parquet(exported.rows, file)
        return
    for piece in _pieces(exported, form):
        file.write(piece.encode("utf-8", "backslashreplace"))


def _pieces(exported: "ExportedExperiment", form: "ExperimentForm") -> "Iterator[str]":
    """Yield the text of a form, which is never whole in memory."""
    from diptych.report.experiment import export_rows

    match form:
        case "html":
            from diptych.report.experiment.export_html import experiment_html

            return experiment_html(exported)
        case "md":
            from diptych.report.experiment.export_markdown import experiment_markdown

            return experiment_markdown(exported)
        case "json":
            return export_rows.json_object(exported)
        case "csv":
            return export_rows.csv_rows(exported.rows)
        case _:
            return export_rows.json_lines(exported.rows)
