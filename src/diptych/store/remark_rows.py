"""What is said about rounds as rows of the history: notes, votes, and how blind rounds hide their sides."""

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import Any

from diptych.codec.remark_objects import blind_object, read_blind, read_vote
from diptych.core.blind import Blind
from diptych.core.json_text import parse_json, parse_object, to_json
from diptych.core.remarks import NO_NOTE, LabelPair, RoundNote, Vote
from diptych.core.request import Label
from diptych.core.round import Round
from diptych.store.storable import storable


def put_note(connection: sqlite3.Connection, round_id: int, note: RoundNote) -> None:
    """Keep the note of a round in place of the one before; an empty one without a star is removed."""
    connection.execute("DELETE FROM notes WHERE round = ?", (round_id,))
    if note != NO_NOTE:
        values = (round_id, note.starred, storable(note.text))
        connection.execute("INSERT INTO notes (round, starred, text) VALUES (?, ?, ?)", values)


def update_note(
    connection: sqlite3.Connection, round_id: int, *, text: str | None = None, starred: bool | None = None
) -> RoundNote:
    """Change the text of a round's note, or its star, and leave what is None as it is; return the whole note."""
    kept = get_note(connection, round_id)
    note = RoundNote(kept.text if text is None else text, kept.starred if starred is None else starred)
    put_note(connection, round_id, note)
    return note


def get_note(connection: sqlite3.Connection, round_id: int) -> RoundNote:
    """Return the note of a round; an empty one where there is none."""
    row = connection.execute("SELECT text, starred FROM notes WHERE round = ?", (round_id,)).fetchone()
    return as_note(*row) if row else NO_NOTE


def as_note(text: Any, starred: Any) -> RoundNote:
    """Return a note from its columns."""
    return RoundNote(str(text), starred == 1)


def remarks_between(
    connection: sqlite3.Connection, first: int, last: int
) -> tuple[dict[int, RoundNote], dict[int, tuple[Vote, ...]]]:
    """Return the notes and votes of the rounds from one id to another, by the ids of those that have any.

    Raises `ValueError` for damaged ones.
    """
    span = (first, last)
    notes = connection.execute("SELECT round, text, starred FROM notes WHERE round BETWEEN ? AND ?", span)
    votes = connection.execute(
        "SELECT round, verdict, date, label, voter, blind, takes, pair FROM votes WHERE round BETWEEN ? AND ?"
        " ORDER BY round, voter, pair",
        span,
    )
    by_round = groupby(votes, key=itemgetter(0))
    return (
        {round_id: as_note(*columns) for round_id, *columns in notes},
        {round_id: tuple(as_vote(*columns) for _, *columns in rows) for round_id, rows in by_round},
    )


def put_vote(connection: sqlite3.Connection, round_id: int, vote: Vote) -> None:
    """Keep a vote in place of the one that its voter gave before on the same answers."""
    label = None if vote.label is None else storable(vote.label)
    said = (vote.date, vote.verdict, label, vote.blind, to_json(dict(vote.takes)), _pair_text(vote.pair))
    connection.execute(
        """INSERT OR REPLACE INTO votes (round, voter, date, verdict, label, blind, takes, pair)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
        (round_id, storable(vote.voter), *said),
    )


def remove_user_vote(connection: sqlite3.Connection, round_id: int, pair: LabelPair | None) -> bool:
    """Remove the user's vote on a pair of labels, or on all answers of a round; return whether there was one."""
    values = (round_id, _pair_text(pair))
    found = connection.execute("DELETE FROM votes WHERE round = ? AND voter = '' AND pair = ?", values)
    return found.rowcount > 0


def put_votes(connection: sqlite3.Connection, round_id: int, votes: Iterable[Vote]) -> None:
    """Keep these votes on a round in place of all before."""
    connection.execute("DELETE FROM votes WHERE round = ?", (round_id,))
    for vote in votes:
        put_vote(connection, round_id, vote)


def get_votes(connection: sqlite3.Connection, round_id: int) -> Sequence[Vote]:
    """Return the votes on a round, the user's first. Raises `ValueError` for damaged ones."""
    query = "SELECT verdict, date, label, voter, blind, takes, pair FROM votes WHERE round = ? ORDER BY voter, pair"
    return [as_vote(*row) for row in connection.execute(query, (round_id,))]


def as_vote(verdict: Any, date: Any, label: Any, voter: Any, blind: Any, takes: Any, pair: Any) -> Vote:
    """Return a vote from its columns. Raises `ValueError` or `TypeError` for a damaged one."""
    fields = {"verdict": verdict, "date": date, "label": label, "voter": voter, "blind": blind == 1}
    return read_vote(fields | {"takes": parse_object(takes), "pair": parse_json(pair) if pair else None})


def _pair_text(pair: LabelPair | None) -> str:
    """Return a pair of labels as its column holds it, which is part of the primary key."""
    return to_json([storable(label) for label in pair]) if pair else ""


def put_blind(connection: sqlite3.Connection, round_id: int, blind: Blind) -> None:
    """Keep how a round hides its sides in place of what was known before: its sides may have been revealed."""
    connection.execute("UPDATE rounds SET blind = ? WHERE id = ?", (to_json(blind_object(blind)), round_id))


def blind_text(round_: Round) -> str | None:
    """Return how a round hides its sides as its row holds it, None for a round in the open."""
    return to_json(blind_object(round_.blind)) if round_.blind else None


def as_blind(column: Any, labels: Collection[Label]) -> Blind | None:
    """Return how a round with these labels hides its sides, from its column.

    Raises `ValueError` or `TypeError` for a damaged one.
    """
    return None if column is None else read_blind(parse_object(column), labels)


def reveal_like(connection: sqlite3.Connection, round_id: int, *, itself: bool = True) -> None:
    """Remember that a blind round is revealed, and those that hide their sides in the same order; `itself` is optional.

    Raises `ValueError` or `TypeError` for damaged ones.
    """
    blind_rounds = {
        each: read_blind(parse_object(column), ())
        for each, column in connection.execute("SELECT id, blind FROM rounds WHERE blind IS NOT NULL")
    }
    if round_id in blind_rounds:
        for each, blind in blind_rounds.items():
            if blind.seed == blind_rounds[round_id].seed and (itself or each != round_id):
                put_blind(connection, each, replace(blind, revealed=True))
