"""The notes and votes of rounds as rows of the history."""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any, get_args

from diptych.core.remarks import RoundNote, Verdict, Vote
from diptych.store.storable import storable


def put_note(connection: sqlite3.Connection, round_id: int, note: RoundNote) -> None:
    """Keep the note of a round in place of the one before; an empty one without a star is removed."""
    connection.execute("DELETE FROM notes WHERE round = ?", (round_id,))
    if note != RoundNote():
        values = (round_id, note.starred, storable(note.text))
        connection.execute("INSERT INTO notes (round, starred, text) VALUES (?, ?, ?)", values)


def get_note(connection: sqlite3.Connection, round_id: int) -> RoundNote:
    """Return the note of a round; an empty one where there is none."""
    row = connection.execute("SELECT text, starred FROM notes WHERE round = ?", (round_id,)).fetchone()
    return RoundNote(str(row[0]), row[1] == 1) if row else RoundNote()


def put_vote(connection: sqlite3.Connection, round_id: int, vote: Vote) -> None:
    """Keep a vote in place of the one that its voter gave before."""
    label = None if vote.label is None else storable(vote.label)
    connection.execute(
        "INSERT OR REPLACE INTO votes (round, voter, date, verdict, label) VALUES (?, ?, ?, ?, ?)",
        (round_id, storable(vote.voter), vote.date, vote.verdict, label),
    )


def put_votes(connection: sqlite3.Connection, round_id: int, votes: Iterable[Vote]) -> None:
    """Keep these votes on a round in place of all before."""
    connection.execute("DELETE FROM votes WHERE round = ?", (round_id,))
    for vote in votes:
        put_vote(connection, round_id, vote)


def get_votes(connection: sqlite3.Connection, round_id: int) -> Sequence[Vote]:
    """Return the votes on a round, the user's first. Raises `ValueError` for damaged ones."""
    query = "SELECT verdict, date, label, voter FROM votes WHERE round = ? ORDER BY voter"
    return [_vote(*row) for row in connection.execute(query, (round_id,))]


def _vote(verdict: Any, date: Any, label: Any, voter: Any) -> Vote:
    if verdict not in get_args(Verdict) or not isinstance(date, float) or not isinstance(label, str | None):
        raise ValueError("is not a vote")
    return Vote(verdict, date, label, str(voter))
