"""Rounds that are hidden: those that are being imported or deleted, which takes many short transactions.

They belong to a session without a version, whose writer lives for as long as that goes on. If the writer dies, the next
Diptych that writes removes what is left. An experiment that is being deleted has an empty BLOB for its plan.
"""

import sqlite3
from collections import deque
from collections.abc import Callable
from pathlib import Path

from diptych.store.contents import release
from diptych.store.index_merging import IndexMerging
from diptych.store.transactions import in_short_transactions, transaction
from diptych.store.word_search import indexes, remove_words
from diptych.store.writer_lock import is_alive

SEEN = "rounds.session NOT IN (SELECT id FROM sessions WHERE app = '')"
"""The SQL condition for rounds that are not hidden."""

SEEN_EXPERIMENT = "typeof(plan) = 'text'"
"""The SQL condition for experiments that are not hidden. It does not read the plan, which may have megabytes."""

_LINES = "DELETE FROM lines WHERE id IN (SELECT id FROM lines WHERE run = ? LIMIT ?)"
_ROUNDS = "DELETE FROM rounds WHERE id IN (SELECT id FROM rounds WHERE session = ? LIMIT ?)"


_ANSWERS = """SELECT max(rowid) FROM (
    SELECT rowid FROM answers NOT INDEXED WHERE experiment = ? AND rowid > ? ORDER BY rowid LIMIT ?)"""
"""The last one of some rows. They are deleted in the order in which they lie in the file, which no index has."""

_CACHE = 64_000
"""KiB of the database that stay in memory while rows are deleted: their places in the indexes are far apart."""


def hide_experiment(connection: sqlite3.Connection, number: int, session: int) -> None:
    """Hide an experiment, and put its rounds into a hidden session."""
    connection.execute("UPDATE rounds SET session = ? WHERE experiment = ?", (session, number))
    connection.execute("UPDATE experiments SET plan = X'' WHERE id = ?", (number,))


def remove_experiments(connection: sqlite3.Connection) -> None:
    """Remove hidden experiments with their rows for good, in short transactions."""
    query = f"SELECT id FROM experiments WHERE NOT {SEEN_EXPERIMENT}"  # noqa: S608 - put together from constants
    for (number,) in connection.execute(query).fetchall():
        _remove_answers(connection, number)
        with transaction(connection):
            connection.execute("DELETE FROM experiments WHERE id = ?", (number,))


def _remove_answers(connection: sqlite3.Connection, number: int) -> None:
    """Remove the rows of an experiment."""
    last = connection.execute("SELECT min(rowid) - 1 FROM answers WHERE experiment = ?", (number,)).fetchone()[0]

    def step(count: int) -> bool:
        nonlocal last
        first, last = last, connection.execute(_ANSWERS, (number, last, count)).fetchone()[0]
        if last is not None:
            statement = "DELETE FROM answers NOT INDEXED WHERE rowid > ? AND rowid <= ? AND experiment = ?"
            connection.execute(statement, (first, last, number))
        return last is not None

    if last is not None:
        connection.execute(f"PRAGMA cache_size = -{_CACHE}")
        in_short_transactions(connection, step, 1_000)


def remove(connection: sqlite3.Connection, session: int) -> None:
    """Remove a hidden session and its rounds for good, in short transactions."""
    rounds = _ids(connection, "SELECT id FROM rounds WHERE session = ?", session)
    if rounds:
        runs = "SELECT runs.id FROM rounds CROSS JOIN runs ON runs.round = rounds.id WHERE rounds.session = ?"
        names = indexes(connection)
        _for_each(connection, rounds, lambda round_id: remove_words(connection, names, round_id))
        _delete(connection, _LINES, _ids(connection, runs, session), 1_000)
        _for_each(connection, _ids(connection, runs, session), lambda run_id: release(connection, run_id))
        for name in names:
            in_short_transactions(connection, IndexMerging(connection, name).step, 100)
        _delete(connection, _ROUNDS, deque([session]), 200)
    with transaction(connection):  # last of all: as long as it is there, it shows that something is left
        connection.execute("DELETE FROM sessions WHERE id = ?", (session,))


def remove_left_behind(connection: sqlite3.Connection, path: Path) -> None:
    """Remove what is left of an import or a deletion that was broken off."""
    sessions = connection.execute("SELECT id, writer FROM sessions WHERE app = ''").fetchall()
    left = [session for session, writer in sessions if not is_alive(path, str(writer))]
    if len(left) == len(sessions):  # nobody else is deleting an experiment
        remove_experiments(connection)
    for session in left:
        remove(connection, session)


def _for_each(connection: sqlite3.Connection, ids: deque[int], do: Callable[[int], None]) -> None:
    """Do something with each of these ids."""

    def step(count: int) -> bool:
        for _ in range(min(count, len(ids))):
            do(ids.popleft())
        return bool(ids)

    in_short_transactions(connection, step, 20)


def _delete(connection: sqlite3.Connection, statement: str, owners: deque[int], count: int) -> None:
    """Delete all rows of these owners, by a statement that deletes a number of rows of one of them."""

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
