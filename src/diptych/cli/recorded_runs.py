"""Finds the recorded runs that a reference names: those of a round, of a side, or of all rounds of an experiment."""

from collections.abc import Iterator
from pathlib import Path

from diptych.cli.answer_references import split_reference
from diptych.cli.command_error import CommandError
from diptych.cli.experiment.experiment_history import is_shown_experiment
from diptych.cli.round_references import find_recording
from diptych.cli.shared_options import open_history
from diptych.core.history_query import parse_query
from diptych.core.history_summary import HistoryError
from diptych.core.recording import RecordedRun, Recording
from diptych.core.text.sanitize import clean_line

NamedRun = tuple[str, Recording, RecordedRun]
"""A run with the recording it belongs to, and its name as a reference to it, such as `12:left`."""


def recorded_runs(reference: str, history: Path | None, *, reveal: bool) -> Iterator[NamedRun]:
    """Yield the runs that a reference names, in the order in which they were recorded. Raises `CommandError`."""
    experiment, _, labelled = reference.partition(":")
    if is_shown_experiment(experiment) and not Path(reference).exists():
        for number in _rounds(experiment, history):
            yield from _runs(str(number), find_recording(str(number), history, reveal=reveal), labelled or None, None)
        return
    name, label, take = split_reference(reference)
    found = list(_runs(name, find_recording(name, history, reveal=reveal), label, take))
    if not found:
        raise CommandError(f"There is no answer {clean_line(reference)}.")
    yield from found


def _rounds(reference: str, history: Path | None) -> list[int]:
    """Return the IDs of the rounds of an experiment, oldest first."""
    stored = open_history(history)
    try:
        number = stored.experiment(reference).number
        return sorted(listed.id for listed in stored.rounds(parse_query(f"x{number}")))
    except HistoryError as error:
        raise CommandError(str(error)) from None


def _runs(name: str, recording: Recording, label: str | None, take: str | None) -> Iterator[NamedRun]:
    """Yield the runs of a round that have the label and the take, if these are named."""
    takes: dict[str, int] = {}
    for run in recording.runs:
        takes[run.label] = takes.get(run.label, 0) + 1
    for run in recording.runs:
        if label in (None, run.label) and take in (None, str(run.take)):
            numbered = f":{run.take}" if takes[run.label] > 1 else ""
            yield f"{name}:{run.label}{numbered}", recording, run
