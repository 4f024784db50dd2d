"""The sink that writes rounds into the history database."""

import json
import sqlite3
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain, groupby, islice
from pathlib import Path
from typing import Any

from diptych import __version__
from diptych.codec.objects import line_object, to_json
from diptych.core.event import Event, Line
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.settings import Settings
from diptych.store.database import connect, sentences
from diptych.store.entries import Began, Ended, Item
from diptych.store.errors import BusyError, RoundGoneError
from diptych.store.hidden import remove_left_behind
from diptych.store.private import file_identity
from diptych.store.transactions import transaction
from diptych.store.writer_lock import WriterLock

_Row = tuple[int, int, int | None, str, bytes] | tuple[int, int, int | None, str, bytes, int | None, int | None]

_COLUMNS = {5: "run, at, seq, name, data", 7: "run, at, seq, name, data, dropped, late"}
"""By the number of values: those that are nearly always NULL cost a fifth of an insertion."""

_AT_ONCE = 100
"""Rows of one statement; after each of them this thread waits for its turn again, behind a stream at full speed."""


_BUSY_SECONDS = 0.5
"""How long an attempt to write waits for the lock; the recorder repeats it, and can be told to end in between."""

_INDEXED = 300_000
"""Characters of an answer that can be searched: indexing more at once would hold the write lock for too long."""


@dataclass(frozen=True, slots=True)
class _OpenRun:
    """A run that is being written: its ids, and how many characters of its text can be searched."""

    run_id: int
    round_id: int
    indexed: int = 0


class HistorySink:
    """Writes into the history at `path`; opens it with the first round, and again after an error.

    The file may be deleted or replaced meanwhile: then there is another history at `path`, and what was written of a
    round that goes on is gone.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None
        self._lock: WriterLock | None = None
        self._sessions: dict[int, int] = {}
        self._open: dict[Run, _OpenRun] = {}

    def write(self, items: Sequence[Item]) -> None:
        """Write all of these, which belong to one round, in one transaction; or none of them, and raise `StoreError`.

        Raises `RoundGoneError` where what was written of the round before is not there any more.
        """
        before = self._sessions.copy(), self._open.copy()
        try:
            with sentences(self._path):
                connection, lock = self._reach()
                with transaction(connection):
                    round_id = self._write(connection, lock, items)
                if file_identity(self._path) != self._file:  # deleted or replaced during the transaction
                    self._require_round(*self._reach(), round_id)
        except BaseException as error:
            self._sessions, self._open = before
            if not isinstance(error, BusyError):
                self._disconnect()
            raise

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

    def _reach(self) -> tuple[sqlite3.Connection, WriterLock]:
        """The database that is at the path now, and the lock that shows others that its writer lives."""
        if self._connection is not None and file_identity(self._path) != self._file:
            self._disconnect()
        if self._connection is None:
            self._connection = connect(self._path, _BUSY_SECONDS)
            self._file = file_identity(self._path)
            remove_left_behind(self._connection, self._path)
        if self._lock is None:
            self._lock = WriterLock.take(self._path)
        else:
            self._lock.keep()
        return self._connection, self._lock

    def _write(self, connection: sqlite3.Connection, lock: WriterLock, items: Sequence[Item]) -> int:
        """Write these; the id of their round."""
        rows: list[_Row] = []
        ended: list[Run] = []
        round_id = self._round_of(connection, lock, items[0])
        for item in items:
            if isinstance(item, tuple):  # nearly all are
                run, line = item
                rows.append(line_row(self._open[run].run_id, run, line))
            elif isinstance(item, Ended):
                ended.append(item.run)
        insert_rows(connection, rows)
        for run in ended:
            end_run(connection, self._open.pop(run).run_id, run)
            _index_answer(connection, round_id, run)
        self._index_open(connection, round_id)
        return round_id

    def _round_of(self, connection: sqlite3.Connection, lock: WriterLock, item: Item) -> int:
        """The id of the round that an item belongs to; one that begins is inserted."""
        if isinstance(item, Began):
            session = self._session(connection, lock, item.session)
            round_id, runs = insert_round(connection, session, item.round)
            self._open |= {run: _OpenRun(run_id, round_id) for run, run_id in runs}
            return round_id
        written = self._open.get(item.run if isinstance(item, Ended) else item[0])
        if written is None:
            raise RoundGoneError("A round cannot be written without its beginning.")
        self._require_round(connection, lock, written.round_id)
        return written.round_id

    def _session(self, connection: sqlite3.Connection, lock: WriterLock, number: int) -> int:
        """The id of a session of this program, which is inserted if it is not there, or not any more."""
        known = (self._sessions.get(number), lock.name)
        if not connection.execute("SELECT 1 FROM sessions WHERE id = ? AND writer = ?", known).fetchone():
            self._sessions[number] = _insert_session(connection, lock.name)
        return self._sessions[number]

    def _require_round(self, connection: sqlite3.Connection, lock: WriterLock, round_id: int) -> None:
        query = """SELECT 1 FROM rounds JOIN sessions ON sessions.id = rounds.session
            WHERE rounds.id = ? AND sessions.writer = ?"""
        if not connection.execute(query, (round_id, lock.name)).fetchone():
            raise RoundGoneError("What was written of a round is not in the history any more.")

    def _index_open(self, connection: sqlite3.Connection, round_id: int) -> None:
        """Index partial answers, so that they can be found after a crash.

        Each time an answer has doubled: that costs twice its length.
        """
        for run, written in self._open.items():
            length = min(len(run.text) or len(run.refusal), _INDEXED)
            if written.round_id == round_id and length and length >= 2 * written.indexed:
                _index_answer(connection, round_id, run)
                self._open[run] = replace(written, indexed=length)


def insert_round(connection: sqlite3.Connection, session: int, round_: Round) -> tuple[int, list[tuple[Run, int]]]:
    """A round that begins, and its runs; their ids."""
    prompt = storable(round_.prompt)
    values = (session, round_.date, prompt)
    round_id = _id(connection.execute("INSERT INTO rounds (session, date, prompt) VALUES (?, ?, ?)", values))
    connection.execute(
        "INSERT INTO search (rowid, prompt, answer_left, answer_right) VALUES (?, ?, '', '')", (round_id, prompt)
    )
    return round_id, [(run, _insert_run(connection, round_id, run)) for run in round_.runs.values()]


def end_run(connection: sqlite3.Connection, run_id: int, run: Run) -> None:
    """Write what is known of a run at its end."""
    timing = run.stamps.timing()
    reason = None if run.stop_reason is None else storable(run.stop_reason)
    figures = (_rounded(timing.first_token), _rounded(timing.end), run.cost_usd, run.events)
    connection.execute(
        "UPDATE runs SET state = ?, stop_reason = ?, first_token = ?, total = ?, cost_usd = ?, events = ? WHERE id = ?",
        (run.state, reason, *figures, run_id),
    )


def index_answers(connection: sqlite3.Connection, round_id: int, round_: Round) -> None:
    """Index the answers of a round as far as they have come, so that they can be found."""
    answers = {side: _answer(run) for side, run in round_.runs.items()}
    connection.execute(
        "UPDATE search SET answer_left = ?, answer_right = ? WHERE rowid = ?",
        (answers.get("left", ""), answers.get("right", ""), round_id),
    )


def insert_rows(connection: sqlite3.Connection, rows: Iterable[_Row]) -> None:
    """Lines, in order."""
    for width, alike in groupby(rows, key=len):
        insert = f"INSERT INTO lines ({_COLUMNS[width]}) VALUES "  # noqa: S608 - all ours
        row = f"({', '.join('?' * width)})"
        while batch := tuple(islice(alike, _AT_ONCE)):
            if len(batch) == _AT_ONCE:
                connection.execute(insert + ", ".join([row] * _AT_ONCE), tuple(chain.from_iterable(batch)))
            else:
                connection.executemany(insert + row, batch)


def line_row(run_id: int, run: Run, line: Line) -> _Row:
    """A line as `insert_rows` takes it."""
    at = round((line.at - run.began) * 1e6)
    if isinstance(line, Event):
        row = run_id, at, line.seq, storable(line.name), line.data
        return (*row, line.dropped or None, round(line.late * 1e6) or None) if line.dropped or line.late else row
    fields = line_object(run, line)
    del fields["side"], fields["clock"]
    return run_id, at, None, fields.pop("note"), to_json(fields).encode()


def storable(text: str) -> str:
    """The text without what UTF-8 cannot hold: halves of characters."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _insert_session(connection: sqlite3.Connection, writer: str) -> int:
    values = (time.time(), __version__, writer)
    return _id(connection.execute("INSERT INTO sessions (began, app, writer) VALUES (?, ?, ?)", values))


def _index_answer(connection: sqlite3.Connection, round_id: int, run: Run) -> None:
    column = "answer_left" if run.label == "left" else "answer_right"
    connection.execute(f"UPDATE search SET {column} = ? WHERE rowid = ?", (_answer(run), round_id))  # noqa: S608 - one of two


def _answer(run: Run) -> str:
    """The beginning of an answer, as much of it as is indexed."""
    return storable((run.text or run.refusal).after(0, _INDEXED))


def _insert_run(connection: sqlite3.Connection, round_id: int, run: Run) -> int:
    settings = run.request.settings
    names = (storable(settings.endpoint.name), settings.endpoint.api, storable(settings.model))
    values = (round_id, run.label, *names, settings.simulated, json.dumps(_asked(settings)))
    return _id(
        connection.execute(
            "INSERT INTO runs (round, side, endpoint, api, model, simulated, settings) VALUES (?, ?, ?, ?, ?, ?, ?)",
            values,
        )
    )


def _asked(settings: Settings) -> dict[str, Any]:
    return {"system": settings.system, "max_tokens": settings.max_tokens, "params": dict(settings.params)}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


def _id(cursor: sqlite3.Cursor) -> int:
    assert cursor.lastrowid is not None  # noqa: S101 - of an INSERT
    return cursor.lastrowid
