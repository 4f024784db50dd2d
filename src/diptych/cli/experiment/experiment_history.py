"""Experiments of the history on the command line: what `show` prints of them, and how they are deleted."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from diptych.cli.command_error import CommandError
from diptych.cli.output_width import output_width
from diptych.core.history_summary import HistoryError
from diptych.core.text.sanitize import clean_line
from diptych.core.wording.counted import counted

if TYPE_CHECKING:
    from diptych.store.history import History


def is_shown_experiment(reference: str) -> bool:
    """Whether a reference names an experiment, and not a file of that name."""
    from diptych.store.experiments import is_experiment

    return is_experiment(reference) and not Path(reference).exists()


def show_experiment(history: "History", reference: str) -> None:
    """Print an experiment: what is asked, how far it has come, and its figures so far."""
    from diptych.core.experiment.summary import summarize
    from diptych.report.experiment.summary_text import summary_text
    from diptych.report.history_list import experiment_line

    try:
        experiment = history.experiment(reference)
        listed = next(each for each in history.experiments() if each.number == experiment.number)
        rows = history.rows(experiment)
        summary = summarize(rows, experiment.plan.models)
    except HistoryError as error:
        raise CommandError(str(error)) from None
    click.echo(experiment_line(listed).strip())
    for line in summary_text(summary, output_width(sys.stdout)):
        click.echo(line)
    if rows.damaged:
        click.echo(f"{counted(rows.damaged, 'row')} could not be read, and {_are(rows.damaged)} left out.", err=True)
    if missing := listed.answers - listed.done:
        are = _are(missing)
        ask = f"diptych run --resume x{listed.number}"
        click.echo(f"{counted(missing, 'answer')} {are} missing: `{ask}` asks for what is missing.", err=True)


def delete_recorded(history: "History", reference: str, *, yes: bool) -> None:
    """Delete an experiment with its rounds, or a single round, once the user has agreed."""
    from diptych.store.experiments import is_experiment

    try:
        if not is_experiment(reference):
            number = history.resolve(reference)
            _confirm(f"Delete round {number}?", yes=yes)
            history.delete(number)
            click.echo(f"Deleted round {number}.")
            return
        experiment = history.experiment(reference)
        listed = next(each for each in history.experiments() if each.number == experiment.number)
        name = f"x{listed.number}"
        _confirm(f"Delete experiment {name} with {counted(listed.done, 'answer')} and all of its rounds?", yes=yes)
        history.delete_experiment(listed.number)
        click.echo(f"Deleted experiment {name}.")
    except HistoryError as error:
        raise CommandError(str(error)) from None


def _confirm(question: str, *, yes: bool) -> None:
    """Ask the user on a terminal; without one, `--yes` has to say so."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise CommandError(f"{clean_line(question)} Add --yes: there is no terminal to ask.")
    click.confirm(question, abort=True)


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
