"""Rounds of an experiment that were recorded elsewhere: how they are put into the history."""

import sqlite3
from dataclasses import replace

from diptych import __version__
from diptych.core.recording import Recording
from diptych.core.round import Round
from diptych.store.round_rows import end_run, index_run, insert_round, insert_rows, insert_session, line_row
from diptych.store.storable import storable

_SAME = "SELECT id FROM rounds WHERE experiment = ? AND case_id = ? AND repeat = ? AND date IS ?"

_SESSION = """SELECT session FROM rounds JOIN sessions ON sessions.id = rounds.session
    WHERE experiment = ? AND sessions.writer = '' LIMIT 1"""


def merging_session(connection: sqlite3.Connection, experiment: int) -> int:
    """Return the session to which rounds of an experiment belong that were recorded elsewhere; insert it if needed."""
    row = connection.execute(_SESSION, (experiment,)).fetchone()
    return row[0] if row else insert_session(connection, "", __version__)


def insert_recorded(
    connection: sqlite3.Connection, session: int, experiment: int, recording: Recording, round_: Round
) -> int:
    """Insert a round with all of its lines, `round_` being what the recording folds to; return its ID here.

    A round that is there already keeps its ID.
    """
    case = round_.experiment_case
    assert case is not None  # noqa: S101 - the round of an experiment
    found = connection.execute(_SAME, (experiment, storable(case.case), case.repeat, round_.date)).fetchone()
    if found:
        known: int = found[0]
        return known
    round_.experiment_case = replace(case, experiment=experiment)
    round_id, runs = insert_round(connection, session, round_, tuple(round_.all_takes()))
    ended = {(recorded.label, recorded.take) for recorded in recording.runs if recorded.ended}
    for run, run_id in runs:
        insert_rows(connection, (line_row(run_id, run, line) for line in run.lines))
        if (run.label, run.take) in ended:
            end_run(connection, run_id, run)
        index_run(connection, run_id, run)
    return round_id
