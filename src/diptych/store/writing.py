"""The sink that writes rounds into the history database."""

import json
import sqlite3
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, groupby, islice
from pathlib import Path
from typing import Any

from diptych import __version__
from diptych.core.event import Event, Line
from diptych.core.request import SideSettings
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.report.objects import line_object, to_json
from diptych.store.database import connect, sentences
from diptych.store.liveness import WriterLock
from diptych.store.recorder import Began, Item

_Row = tuple[int, int, int | None, str, bytes] | tuple[int, int, int | None, str, bytes, int | None, int | None]

_COLUMNS = {5: "run, at, seq, name, data", 7: "run, at, seq, name, data, dropped, late"}
"""By the number of values: those that are nearly always NULL cost a fifth of an insertion."""

_AT_ONCE = 100
"""Rows of one statement; after each of them this thread waits for its turn again, behind a stream at full speed."""


@dataclass(slots=True)
class _OpenRun:
    """A run that is being written: its ids, and how many characters of its text can be searched."""

    run_id: int
    round_id: int
    indexed: int = 0


class HistorySink:
    """Writes into the history at `path`; opens it with the first round, and again after an error."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._lock: WriterLock | None = None
        self._sessions: dict[int, int] = {}
        self._open: dict[Run, _OpenRun] = {}

    def write(self, items: Sequence[Item]) -> None:
        """Write all of these in one transaction."""
        with sentences(self._path):
            if self._connection is None:
                self._connection = connect(self._path)
                self._lock = WriterLock.take(self._path)
            connection = self._connection
            connection.execute("BEGIN IMMEDIATE")
            self._write(connection, items)
            connection.execute("COMMIT")

    def close(self) -> None:
        """Close the database, and show that nobody writes there any more."""
        if self._connection:
            with suppress(sqlite3.Error):
                self._connection.close()
        if self._lock:
            with suppress(OSError):
                self._lock.release()
        self._connection = self._lock = None
        self._sessions.clear()
        self._open.clear()

    def _write(self, connection: sqlite3.Connection, items: Sequence[Item]) -> None:
        rows: list[_Row] = []
        for item in items:
            if isinstance(item, tuple):  # nearly all are
                run, line = item
                written = self._open.get(run)
                if written is not None:
                    rows.append(line_row(written.run_id, run, line))
            elif isinstance(item, Began):
                self._begin(connection, item.session, item.round)
            else:
                self._end(connection, item.run)
        insert_rows(connection, rows)
        self._index_open(connection)

    def _begin(self, connection: sqlite3.Connection, session: int, round_: Round) -> None:
        if session not in self._sessions:
            writer = self._lock.name if self._lock else ""
            self._sessions[session] = insert_session(connection, writer)
        round_id, run_ids = insert_round(connection, self._sessions[session], round_)
        for run, run_id in run_ids:
            self._open[run] = _OpenRun(run_id, round_id)

    def _end(self, connection: sqlite3.Connection, run: Run) -> None:
        written = self._open.pop(run, None)
        if written is not None:
            end_run(connection, written.run_id, written.round_id, run)

    def _index_open(self, connection: sqlite3.Connection) -> None:
        """Let what has come be found, should this be all. Each time it has doubled: that costs twice its length."""
        for run, written in self._open.items():
            length = len(run.text) or len(run.refusal)
            if length and length >= 2 * written.indexed:
                index_answer(connection, written.round_id, run)
                written.indexed = length


def insert_session(connection: sqlite3.Connection, writer: str) -> int:
    """A new session; its id."""
    values = (time.time(), __version__, writer)
    return _id(connection.execute("INSERT INTO sessions (began, app, writer) VALUES (?, ?, ?)", values))


def insert_round(connection: sqlite3.Connection, session: int, round_: Round) -> tuple[int, list[tuple[Run, int]]]:
    """A round that begins, and its runs; their ids."""
    prompt = storable(round_.prompt)
    values = (session, round_.date, prompt)
    round_id = _id(connection.execute("INSERT INTO rounds (session, date, prompt) VALUES (?, ?, ?)", values))
    connection.execute(
        "INSERT INTO search (rowid, prompt, answer_left, answer_right) VALUES (?, ?, '', '')", (round_id, prompt)
    )
    return round_id, [(run, _insert_run(connection, round_id, run)) for run in round_.runs.values()]


def end_run(connection: sqlite3.Connection, run_id: int, round_id: int, run: Run) -> None:
    """What is known of a run at its end."""
    timing = run.stamps.timing()
    reason = None if run.stop_reason is None else storable(run.stop_reason)
    figures = (_rounded(timing.first_token), _rounded(timing.end), run.cost_usd, run.events)
    connection.execute(
        "UPDATE runs SET state = ?, stop_reason = ?, first_token = ?, total = ?, cost_usd = ?, events = ? WHERE id = ?",
        (run.state, reason, *figures, run_id),
    )
    index_answer(connection, round_id, run)


def index_answer(connection: sqlite3.Connection, round_id: int, run: Run) -> None:
    """Let the answer be found, as far as it has come."""
    answer = storable("".join(run.text) or "".join(run.refusal))
    column = "answer_left" if run.side == "left" else "answer_right"
    connection.execute(f"UPDATE search SET {column} = ? WHERE rowid = ?", (answer, round_id))  # noqa: S608 - one of two


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


def _insert_run(connection: sqlite3.Connection, round_id: int, run: Run) -> int:
    settings = run.request.settings
    names = (storable(settings.endpoint.name), settings.endpoint.api, storable(settings.model))
    values = (round_id, run.side, *names, settings.simulated, json.dumps(_asked(settings)))
    return _id(
        connection.execute(
            "INSERT INTO runs (round, side, endpoint, api, model, simulated, settings) VALUES (?, ?, ?, ?, ?, ?, ?)",
            values,
        )
    )


def _asked(settings: SideSettings) -> dict[str, Any]:
    return {"system": settings.system, "max_tokens": settings.max_tokens, "params": dict(settings.params)}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


def _id(cursor: sqlite3.Cursor) -> int:
    assert cursor.lastrowid is not None  # noqa: S101 - of an INSERT
    return cursor.lastrowid
