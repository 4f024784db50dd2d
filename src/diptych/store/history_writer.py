"""The sink that writes rounds into the history database."""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from diptych import __version__
from diptych.core.round import Round
from diptych.core.run_lines import Ended
from diptych.store.database import connect, sentences
from diptych.store.entries import Began, Changed, Item, Opened, RowAdded, Said, TakeBegan
from diptych.store.errors import BusyError, RoundGoneError, StoreError
from diptych.store.hidden import remove_left_behind
from diptych.store.moved_words import moving
from diptych.store.private import file_identity
from diptych.store.remark_rows import put_blind, put_votes, update_note
from diptych.store.round_rows import (
    count_takes,
    end_run,
    index_run,
    insert_round,
    insert_rows,
    insert_session,
    insert_take,
    line_row,
)
from diptych.store.transactions import ShortTransactions, transaction
from diptych.store.word_search import LONGEST
from diptych.store.writer_lock import WriterLock

if TYPE_CHECKING:
    from diptych.core.run import Run
    from diptych.store.round_rows import LineRow

_BUSY_SECONDS = 0.5
"""Seconds that one write waits for the lock. The recorder repeats it, and can be closed between two of them."""


@dataclass(frozen=True, slots=True)
class _OpenRun:
    """A run that has not ended: its ids, and how many characters of its answer are indexed."""

    run_id: int
    round_id: int
    indexed: int = 0


class HistorySink:
    """Writes into the history at `path`; opens it with the first round, and again after an error.

    The file may be deleted or replaced at any time. Then there is another history at `path`, without the beginning of
    a round that still streams.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None
        self._lock: WriterLock | None = None
        self._sessions: dict[int, int] = {}
        self._rounds: WeakKeyDictionary[Round, int] = WeakKeyDictionary()
        self._opened: set[int] = set()  # rounds of earlier sessions, to which this one adds takes and votes
        self._open: dict[Run, _OpenRun] = {}
        self._chores: ShortTransactions | None = None

    def write(self, items: Sequence[Item]) -> None:
        """Write all of these items, which belong to one round, in one transaction.

        If that fails, nothing is written and `StoreError` is raised: `RoundGoneError` if the part of the round that was
        written before is not there any more.
        """
        self.write_together([items])

    def write_together(self, rounds: Sequence[Sequence[Item]]) -> None:
        """Write the items of each of these rounds, all in one transaction. Raises what `write` raises."""
        before = self._sessions.copy(), self._open.copy()
        began = [items[0].round for items in rounds if isinstance(items[0], Began)]
        try:
            with sentences(self._path):
                connection, lock = self._reach()
                lines: list[LineRow] = []
                with transaction(connection):
                    ids = [self._write(connection, lock, items, lines) for items in rounds]
                    insert_rows(connection, lines)
                for round_ in began:
                    round_.number = self._rounds[round_]
                if file_identity(self._path) != self._file:  # deleted or replaced during the transaction
                    for round_id in ids:
                        self._require_round(*self._reach(), round_id)
        except BaseException as error:
            self._sessions, self._open = before
            for round_ in began:
                self._rounds.pop(round_, None)
            if not isinstance(error, BusyError):
                self._disconnect()
            raise

    def tidy(self) -> bool:
        """Move some words of the index of version 1; return whether to go on with that at once."""
        try:
            with sentences(self._path):
                if self._chores and self._chores.do_next():
                    return True
        except StoreError:
            return False  # it is tried again after the next write, which tells the user what is wrong
        self._chores = None
        return False

    def close(self) -> None:
        """Close the database, and show that nobody writes there any more."""
        self._disconnect()
        if self._lock:
            with suppress(OSError):
                self._lock.release()
        self._lock = None
        self._sessions.clear()
        self._open.clear()

    def _disconnect(self) -> None:
        if self._connection:
            with suppress(sqlite3.Error):
                self._connection.close()
        self._connection = None
        self._chores = None

    def _reach(self) -> tuple[sqlite3.Connection, WriterLock]:
        """Return the database that is at the path now, and the lock that shows others that its writer lives."""
        if self._connection is not None and file_identity(self._path) != self._file:
            self._disconnect()
        if self._connection is None:
            self._connection = connect(self._path, _BUSY_SECONDS)
            self._file = file_identity(self._path)
            remove_left_behind(self._connection, self._path)
            self._chores = moving(self._connection)
        if self._lock is None:
            self._lock = WriterLock.take(self._path)
        else:
            self._lock.keep()
        return self._connection, self._lock

    def _write(
        self, connection: sqlite3.Connection, lock: WriterLock, items: Sequence[Item], lines: "list[LineRow]"
    ) -> int:
        """Write what is not a line, and add the lines to `lines`; return the id of the round."""
        grown: set[Run] = set()
        ended: list[Run] = []
        round_id = self._round_of(connection, lock, items[0])
        for item in items:
            if isinstance(item, tuple):  # nearly all are
                run, line = item
                grown.add(run)
                lines.append(line_row(self._open[run].run_id, run, line))
            elif isinstance(item, Ended):
                ended.append(item.run)
            elif isinstance(item, Changed):
                _write_change(connection, round_id, item.said, item.before)
            elif isinstance(item, RowAdded):
                from diptych.store.stored_rows import put_row  # which loads what only experiments need

                put_row(connection, round_id, item.row)
            elif isinstance(item, TakeBegan):
                run_id = insert_take(connection, round_id, item.round, item.run)
                self._open[item.run] = _OpenRun(run_id, round_id)
        for run in ended:
            run_id = self._open.pop(run).run_id
            end_run(connection, run_id, run)
            index_run(connection, run_id, run)
        self._index_open(connection, grown.difference(ended))
        return round_id

    def _round_of(self, connection: sqlite3.Connection, lock: WriterLock, item: Item) -> int:
        """Return the id of the round that an item belongs to; insert one that begins."""
        if isinstance(item, Began):
            session = self._session(connection, lock, item.session)
            follows = self._earlier(connection, lock, item.round)
            round_id, runs = insert_round(connection, session, item.round, item.runs, follows)
            self._rounds[item.round] = round_id
            self._open |= {run: _OpenRun(run_id, round_id) for run, run_id in runs}
            return round_id
        written: int | None
        if isinstance(item, Opened):
            written = self._rounds[item.round] = item.id
            self._opened.add(item.id)
        elif isinstance(item, TakeBegan | Changed | RowAdded):
            written = self._rounds.get(item.round)
        else:
            open_run = self._open.get(item.run if isinstance(item, Ended) else item[0])
            written = open_run.round_id if open_run else None
        if written is None:
            raise RoundGoneError("A round cannot be written without its beginning.")
        self._require_round(connection, lock, written)
        return written

    def _earlier(self, connection: sqlite3.Connection, lock: WriterLock, round_: Round) -> int | None:
        """Return the id of the round that a round follows; None if it is not in the history, or not any more."""
        written = self._rounds.get(round_.follows) if round_.follows else None
        return written if written is not None and self._has_round(connection, lock, written) else None

    def _session(self, connection: sqlite3.Connection, lock: WriterLock, number: int) -> int:
        """Return the id of a session of this program, which is inserted if it is not there, or not any more."""
        known = (self._sessions.get(number), lock.name)
        if not connection.execute("SELECT 1 FROM sessions WHERE id = ? AND writer = ?", known).fetchone():
            self._sessions[number] = insert_session(connection, lock.name, __version__)
        return self._sessions[number]

    def _require_round(self, connection: sqlite3.Connection, lock: WriterLock, round_id: int) -> None:
        if not self._has_round(connection, lock, round_id):
            raise RoundGoneError("What was written of a round is not in the history any more.")

    def _has_round(self, connection: sqlite3.Connection, lock: WriterLock, round_id: int) -> bool:
        """Whether a round that was written or opened is still in the history."""
        query = """SELECT 1 FROM rounds JOIN sessions ON sessions.id = rounds.session
            WHERE rounds.id = ? AND (sessions.writer = ? OR (? AND sessions.app != ''))"""
        return connection.execute(query, (round_id, lock.name, round_id in self._opened)).fetchone() is not None

    def _index_open(self, connection: sqlite3.Connection, runs: Iterable["Run"]) -> None:
        """Index partial answers, so that they can be found after a crash.

        That is done each time an answer has doubled, which costs twice its length in all.
        """
        for run in runs:
            written = self._open[run]
            length = min(len(run.text) or len(run.refusal), LONGEST)
            if length and length >= 2 * written.indexed:
                index_run(connection, written.run_id, run)
                self._open[run] = replace(written, indexed=length)


def _write_change(connection: sqlite3.Connection, round_id: int, said: Said, before: Said) -> None:
    """Write what is said about a round where it has changed: the rest may have been changed in the history browser."""
    if said.counting != before.counting:
        count_takes(connection, round_id, said.counting)
    note, earlier = said.note, before.note
    text = None if note.text == earlier.text else note.text
    starred = None if note.starred == earlier.starred else note.starred
    if text is not None or starred is not None:
        update_note(connection, round_id, text=text, starred=starred)
    if said.votes != before.votes:
        put_votes(connection, round_id, said.votes)
    if said.blind and said.blind != before.blind:
        put_blind(connection, round_id, said.blind)
