"""Exports an experiment of the history: `diptych export xN`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from diptych.cli.command_error import CommandError
from diptych.cli.export_form import export_form
from diptych.cli.standard_output import STANDARD_OUTPUT
from diptych.cli.written_file import writing
from diptych.core.history_summary import HistoryError

if TYPE_CHECKING:
    from diptych.store.history import History


def export_experiment(
    history: "History", reference: str, form: str | None, output: Path | None, *, force: bool
) -> None:
    """Write an experiment to a file, into a folder, or to standard output."""
    from diptych.exports.experiment_file import write_experiment
    from diptych.report.experiment.export_parquet import NoParquetError
    from diptych.report.experiment.exported import ExperimentForm
    from diptych.store.atomic_write import write_file

    if form == "eval" or (form is None and output and output.suffix.lower() == ".eval" and not output.is_dir()):
        _export_inspect(history, reference, output, force=force)
        return
    if form == "otlp":
        _export_spans(history, reference, output, force=force)
        return
    wanted: ExperimentForm = export_form(form, output, get_args(ExperimentForm))
    try:
        stored = history.experiment(reference)
        if output is None or output == STANDARD_OUTPUT:
            write_experiment(history, stored, wanted, sys.stdout.buffer)
            sys.stdout.flush()
            return
    except (HistoryError, NoParquetError) as error:
        raise CommandError(str(error)) from None
    if output.is_dir():
        output /= f"diptych-x{stored.number}.{wanted}"
    try:
        with writing(output):
            write_file(output, lambda file: write_experiment(history, stored, wanted, file), overwrite=force)
    except (HistoryError, NoParquetError) as error:
        raise CommandError(str(error)) from None


def _export_inspect(history: "History", reference: str, output: Path | None, *, force: bool) -> None:
    """Write the Inspect logs of an experiment."""
    from diptych.cli.experiment.inspect_export import export_inspect_logs
    from diptych.exports.experiment_file import read_exported
    from diptych.report.experiment.export_inspect import NoInspectError

    try:
        stored = history.experiment(reference)
        export_inspect_logs(history, stored, read_exported(history, stored), output, force=force)
    except (HistoryError, NoInspectError) as error:
        raise CommandError(str(error)) from None


def _export_spans(history: "History", reference: str, output: Path | None, *, force: bool) -> None:
    """Write the spans of an experiment's rounds."""
    from diptych.cli.span_export import export_spans
    from diptych.exports.experiment_file import open_rounds

    try:
        stored = history.experiment(reference)
        export_spans(open_rounds(history, stored), f"diptych-x{stored.number}.otlp.jsonl", output, force=force)
    except HistoryError as error:
        raise CommandError(str(error)) from None
