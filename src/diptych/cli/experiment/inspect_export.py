"""Exports an experiment of the history as Inspect logs: `diptych export xN --format eval`."""

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from diptych.cli.command_error import CommandError
from diptych.cli.standard_error import say
from diptych.core.request import Label

if TYPE_CHECKING:
    from diptych.core.round import Round
    from diptych.report.experiment.export_inspect import InspectLog
    from diptych.report.experiment.exported import ExportedExperiment
    from diptych.report.experiment.inspect_scores import VerdictScores
    from diptych.store.experiments import StoredExperiment
    from diptych.store.history import History

_SUFFIX = ".eval"


def export_inspect_logs(
    history: "History", stored: "StoredExperiment", exported: "ExportedExperiment", output: Path | None, *, force: bool
) -> None:
    """Write one log for each model into a folder, or the log of the only model to a file.

    Raises `NoInspectError`, `HistoryError` and `CommandError`.
    """
    from diptych.exports.experiment_file import shown_round
    from diptych.report.experiment.export_inspect import InspectLog, log_name, require_inspect

    require_inspect()
    models = tuple(stored.plan.models)
    paths = _paths(output, [log_name(exported, label) for label in models])
    for path in paths:
        if not force and os.path.lexists(path):
            raise CommandError(f"{path} already exists: choose another place, or overwrite it with --force.")
    logs = {label: InspectLog(exported, label, _verdicts(history, stored, label)) for label in models}
    number: int | None = None
    round_: Round | None = None
    for row in history.rows(stored):
        if row.round != number:  # a round is read once, since its rows follow each other
            number, round_ = row.round, None if row.round is None else shown_round(history, row.round)
        takes = round_.takes(row.label) if round_ else ()
        logs[row.label].add(row, takes[0] if takes else None)
    for path, log in zip(paths, logs.values(), strict=True):
        _write(log, path)


def _write(log: "InspectLog", path: Path) -> None:
    written = path.with_name(f".diptych-{secrets.token_hex(4)}{_SUFFIX}")
    try:
        log.write(written)
        written.replace(path)
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror or error}.") from None
    finally:
        written.unlink(missing_ok=True)
    say(f"Wrote {path.absolute()}")


def _paths(output: Path | None, names: list[str]) -> list[Path]:
    """Return where each log is written, and make the folder. Raises `CommandError`."""
    if output is None or output == Path("-"):
        raise CommandError("Inspect logs are files, one for each model: name a folder with -o FOLDER.")
    if output.suffix.lower() == _SUFFIX and not output.is_dir():
        if len(names) > 1:
            raise CommandError(
                f"Inspect has one log for each model, and this experiment asked {len(names)}: name a folder with -o."
            )
        return [output]
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(f"{output} cannot be made: {error.strerror or error}.") from None
    return [output / name for name in names]


def _verdicts(history: "History", stored: "StoredExperiment", label: Label) -> "VerdictScores":
    """Return what the user and the judges said about the answers of a model."""
    from diptych.core.experiment.judging.judgement import judged_pairs
    from diptych.report.experiment.exported import USER
    from diptych.report.experiment.inspect_scores import VerdictScores

    verdicts = VerdictScores(label)
    verdicts.add(USER, history.voted_pairs(stored.number))
    for judge in history.judges(stored.number):
        verdicts.add(judge.title, judged_pairs(history.judgements(stored.number, judge)))
    return verdicts
