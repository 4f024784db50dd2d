"""Rounds that nobody sees: those that are being imported or deleted, which takes many short transactions.

They belong to a session without a version, whose writer lives for as long as that goes on. What is left of one whose
writer died is removed by whoever comes next.
"""

import sqlite3
import time
from collections import deque
from pathlib import Path

from diptych.store.transactions import in_short_transactions, transaction
from diptych.store.writer_lock import is_alive

SEEN = "rounds.session NOT IN (SELECT id FROM sessions WHERE app = '')"
"""The condition that a round meets unless it is hidden."""

_LINES = "DELETE FROM lines WHERE id IN (SELECT id FROM lines WHERE run = ? LIMIT ?)"
_ROUNDS = "DELETE FROM rounds WHERE id IN (SELECT id FROM rounds WHERE session = ? LIMIT ?)"


def insert_hidden_session(connection: sqlite3.Connection, writer: str) -> int:
    """A session for rounds that nobody is to see while that writer lives; its id."""
    values = (time.time(), "", writer)
    session = connection.execute("INSERT INTO sessions (began, app, writer) VALUES (?, ?, ?)", values).lastrowid
    assert session is not None  # noqa: S101 - of an INSERT
    return session


def remove(connection: sqlite3.Connection, session: int) -> None:
    """Remove a hidden session and its rounds for good, in short transactions."""
    rounds = _ids(connection, "SELECT id FROM rounds WHERE session = ?", session)
    if rounds:
        runs = "SELECT runs.id FROM rounds CROSS JOIN runs ON runs.round = rounds.id WHERE rounds.session = ?"
        _delete_texts(connection, rounds)
        _delete(connection, _LINES, _ids(connection, runs, session), 1_000)
        _merge_index(connection)
        _delete(connection, _ROUNDS, deque([session]), 200)
    with transaction(connection):  # last of all: until then it can be found that something is left
        connection.execute("DELETE FROM sessions WHERE id = ?", (session,))


def remove_left_behind(connection: sqlite3.Connection, path: Path) -> None:
    """Remove what is left of an import or a deletion that was broken off."""
    for session, writer in connection.execute("SELECT id, writer FROM sessions WHERE app = ''").fetchall():
        if not is_alive(path, str(writer)):
            remove(connection, session)


def _delete_texts(connection: sqlite3.Connection, rounds: deque[int]) -> None:
    def step(count: int) -> bool:
        some = [(rounds.popleft(),) for _ in range(min(count, len(rounds)))]
        connection.executemany("DELETE FROM search WHERE rowid = ?", some)
        return bool(rounds)

    in_short_transactions(connection, step, 20)


def _delete(connection: sqlite3.Connection, statement: str, owners: deque[int], count: int) -> None:
    """Delete all rows of these owners, by a statement that deletes so many rows of one of them."""

    def step(limit: int) -> bool:
        while owners and limit > 0:
            deleted = connection.execute(statement, (owners[0], limit)).rowcount
            if deleted < limit:
                owners.popleft()
            limit -= deleted
        return bool(owners)

    in_short_transactions(connection, step, count)


def _ids(connection: sqlite3.Connection, query: str, session: int) -> deque[int]:
    return deque(number for (number,) in connection.execute(query, (session,)))


def _merge_index(connection: sqlite3.Connection) -> None:
    """Take the words of what was deleted out of the full-text index, where they are only marked as deleted at first.

    That takes merging all of it, which `optimize` would do in one transaction. A negative number of pages begins that,
    positive ones go on; it is done when nothing changes any more (https://sqlite.org/fts5.html#the_merge_command).
    """
    sign = -1

    def step(pages: int) -> bool:
        nonlocal sign
        before = connection.total_changes
        connection.execute("INSERT INTO search (search, rank) VALUES ('merge', ?)", (sign * pages,))
        sign = 1
        return connection.total_changes - before > 1

    in_short_transactions(connection, step, 100)
