"""What the export dialog can write: a round, or an experiment of the history."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, get_args

from diptych.core.round import Round
from diptych.exports.experiment_file import write_experiment
from diptych.json_schema.answers import check_answer
from diptych.report.experiment.exported import ExperimentForm
from diptych.report.formats import FORMS, Form, export_name, render
from diptych.store.atomic_write import write_file, write_text
from diptych.store.history import History

_OF_A_ROUND: Mapping[str, str] = {
    "html": "answers, figures and event lists as one web page",
    "md": "prompt, answers and figures, to read and to paste",
    "json": "answers, figures and event lists, for programs",
    "har": "requests, answers and their events, for the developer tools of browsers",
    "jsonl": "the recording, every event as it came, to replay",
}

_OF_AN_EXPERIMENT: Mapping[str, str] = {
    "html": "figures, cases, votes and answers as one web page",
    "md": "figures, cases and votes, to read and to paste",
    "json": "the plan, figures, verdicts and rows, for programs",
    "jsonl": "a row of each answer as a line of JSON",
    "csv": "a row of each answer, for spreadsheets",
    "parquet": "a row of each answer, for data frames",
    "har": "requests, answers and their events, for browser tools",
}


@dataclass(frozen=True, slots=True)
class Exportable:
    """Something that can be written to a file.

    `forms` has the formats, which are also the extensions of files, with what each holds. `kept_as` is the name under
    which the format that was written last is remembered. `name` returns a name for a file of a format. `write` writes
    it; its last argument says whether a file that exists is overwritten.
    """

    forms: Mapping[str, str]
    kept_as: str
    name: Callable[[str], str]
    write: Callable[[str, Path, bool], None]


def exportable_round(round_: Round) -> Exportable:
    """Return what writes a round."""

    def write(form: str, path: Path, overwrite: bool) -> None:
        for run in round_.runs.values():
            check_answer(run)
        write_text(path, render(round_, _form(form)), overwrite=overwrite)

    return Exportable(_OF_A_ROUND, "export_format", lambda form: export_name(round_, _form(form)), write)


def exportable_experiment(history: History, number: int) -> Exportable:
    """Return what writes an experiment, as far as it has come by then."""

    def write(form: str, path: Path, overwrite: bool) -> None:
        stored = history.experiment(f"x{number}")
        writing: Callable[[IO[bytes]], None] = partial(write_experiment, history, stored, _experiment_form(form))
        write_file(path, writing, overwrite=overwrite)

    return Exportable(_OF_AN_EXPERIMENT, "experiment_export_format", f"diptych-x{number}.{{}}".format, write)


def _form(name: str) -> Form:
    return next(form for form in FORMS if form == name)


def _experiment_form(name: str) -> ExperimentForm:
    forms: tuple[ExperimentForm, ...] = get_args(ExperimentForm)
    return next(form for form in forms if form == name)
