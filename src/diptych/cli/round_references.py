"""Recorded rounds by what users call them: an ID of the history, or a file."""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from diptych.cli.command_error import CommandError
from diptych.cli.experiment.experiment_history import is_shown_experiment
from diptych.cli.shared_options import open_history
from diptych.core.history_summary import HistoryError

if TYPE_CHECKING:
    from diptych.core.recording import Recording
    from diptych.core.round import Round

ROUND_HELP = (
    "ID is the number of a round in the history, last (the default), or last~1 for the one before it. "
    "FILE is a recording."
)
"""How the help of a command explains the round that it takes."""


def find_recording(reference: str, history: Path | None, *, reveal: bool = False) -> "Recording":
    """Return the round with an ID of the history, or the one in a recording.

    Raises `CommandError` if there is none, and for a blind round without a vote unless `reveal` is set: the history
    remembers that it was revealed.
    """
    from diptych.store.history import is_reference
    from diptych.store.recording_files import read_recording

    if is_shown_experiment(reference):
        raise CommandError(
            f"{reference} is an experiment: `diptych show {reference}` prints its figures, and "
            f"`diptych history {reference}` lists its rounds."
        )
    try:
        if not is_reference(reference):
            return _seen(read_recording(Path(reference)), None, reveal=reveal)
        stored = open_history(history)
        number = stored.resolve(reference)
        recording = stored.open(number)
        if reveal and recording.is_hidden:
            with suppress(HistoryError):  # it may be somebody else's history, which can only be read
                stored.reveal(number)
        return _seen(recording, number, reveal=reveal)
    except HistoryError as error:
        raise CommandError(str(error)) from None


def find_round(reference: str, history: Path | None, *, reveal: bool = False) -> "Round":
    """Return a recorded round, whose answers are checked against the schemas of their requests."""
    from diptych.json_schema.answers import check_answer
    from diptych.replay.folding import fold

    round_ = fold(find_recording(reference, history, reveal=reveal))
    for run in round_.all_takes():
        check_answer(run)
    return round_


def _seen(recording: "Recording", number: int | None, *, reveal: bool) -> "Recording":
    """Return a recording as it may be seen: a hidden one only if the user insists."""
    from diptych.core.naming import hidden_sentence

    if not recording.is_hidden or recording.blind is None:
        return recording
    if not reveal:
        raise CommandError(hidden_sentence(number))
    return replace(recording, blind=replace(recording.blind, revealed=True))
