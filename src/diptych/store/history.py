"""The history as commands and screens use it: listed, searched, opened, deleted, added to."""

import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from itertools import chain, groupby, islice
from pathlib import Path
from typing import Any, get_args

from diptych import __version__
from diptych.codec.reading import load_object, read_cost, read_note, read_settings
from diptych.core.gc_policy import no_collections
from diptych.core.history_summary import HistoryFilter, ListedRound, ListedRun
from diptych.core.recording import RecordedEvent, RecordedLine, RecordedRun, Recording
from diptych.core.round import Round
from diptych.core.run import Run, State
from diptych.store.database import connect, sentences
from diptych.store.errors import StoreError
from diptych.store.hidden import SEEN, insert_hidden_session, remove, remove_left_behind
from diptych.store.history_writer import end_run, index_answers, insert_round, insert_rows, line_row, storable
from diptych.store.read_only import opened_to_read
from diptych.store.schema import UnusableError
from diptych.store.transactions import in_short_transactions, transaction
from diptych.store.writer_lock import WriterLock, is_alive

_REFERENCE = re.compile(r"(?P<id>\d{1,18})|last(~(?P<back>\d{1,18}))?")

_STATES = frozenset(get_args(State))

_LATEST = 2.0**35
"""Seconds that no time or date is beyond."""

_LISTED = """
SELECT rounds.id, CAST(rounds.session AS INTEGER), CAST(rounds.prompt AS TEXT),
  coalesce(CAST(rounds.date AS REAL), 0.0),
  runs.side, CAST(runs.endpoint AS TEXT), CAST(runs.api AS TEXT), CAST(runs.model AS TEXT), runs.simulated = 1,
  {state}, CAST(runs.stop_reason AS TEXT),
  CASE WHEN abs(runs.first_token) < 1e9 THEN CAST(runs.first_token AS REAL) END,
  CASE WHEN abs(runs.total) < 1e9 THEN CAST(runs.total AS REAL) END,
  runs.cost_usd, coalesce(CAST(runs.events AS INTEGER), 0)
FROM (SELECT * FROM rounds{where} ORDER BY id DESC LIMIT ?) AS rounds JOIN runs ON runs.round = rounds.id
ORDER BY rounds.id DESC, runs.id
"""
"""Casts, since in a damaged database a column may hold anything."""


def is_reference(text: str) -> bool:
    """Whether that is written as an ID is, and so names no file."""
    return _REFERENCE.fullmatch(text) is not None


class History:
    """The history database at a path. Every method raises `StoreError` where it cannot be read or written."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def rounds(self, filter: HistoryFilter, limit: int | None = None) -> Sequence[ListedRound]:  # noqa: A002
        """The rounds that a filter lets through, newest first, no more than `limit`."""
        with sentences(self.path):
            if not self.path.exists():
                return []
        with self._reading() as connection:
            state = _state_column(self._living_writers(connection))
            where, values = _where(filter, state)
            query = _LISTED.format(state=state, where=where)
            rows = connection.execute(query, (*values, -1 if limit is None else limit)).fetchall()
            return [_listed(list(group)) for _, group in groupby(rows, key=lambda row: row[0])]

    def resolve(self, reference: str) -> int:
        """The id of the round that `12`, `last` or `last~1` names."""
        match = _REFERENCE.fullmatch(reference)
        if match is None:
            raise StoreError(f"{reference!r} is no ID: write a number, last, or last~1 for the one before.")
        with self._reading() as connection:
            query = f"SELECT id FROM rounds WHERE {SEEN}"  # noqa: S608 - put together from constants
            if match["id"]:
                row = connection.execute(f"{query} AND id = ?", (int(match["id"]),)).fetchone()
            else:
                back = int(match["back"] or 0)
                row = connection.execute(f"{query} ORDER BY id DESC LIMIT 1 OFFSET ?", (back,)).fetchone()
        if row is None:
            raise StoreError(f"There is no round {reference} in the history.")
        round_id: int = row[0]
        return round_id

    def open(self, id: int) -> Recording:  # noqa: A002 - the word users know
        """A round, as it was recorded."""
        with no_collections(), self._reading() as connection:
            connection.execute("BEGIN")  # all of it as it is at one moment
            row = connection.execute(
                "SELECT rounds.prompt, rounds.date, sessions.writer FROM rounds"  # noqa: S608 - put together from constants
                f" JOIN sessions ON sessions.id = rounds.session WHERE rounds.id = ? AND {SEEN}",
                (id,),
            ).fetchone()
            if row is None:
                raise StoreError(f"There is no round {id} in the history.")
            prompt, date, writer = row
            _require(isinstance(prompt, str) and _is_date(date))
            columns = "id, side, endpoint, api, model, simulated, settings, state, cost_usd"
            runs = connection.execute(f"SELECT {columns} FROM runs WHERE round = ? ORDER BY id", (id,)).fetchall()  # noqa: S608
            is_live = is_alive(self.path, writer)
            recorded: list[RecordedRun] = []
            try:
                for run in runs:
                    _require(isinstance(run[1], str))
                    recorded.append(_run(connection, run, is_live=is_live))
            except ValueError as error:
                raise StoreError(f"Round {id} is damaged: a line of it {error}.") from None
            _require(bool(recorded))
        return Recording(prompt, date, recorded)

    def delete(self, *ids: int) -> None:
        """Remove rounds for good, in short transactions; all of them stay if one is still being answered."""
        with self._writing() as connection, self._hidden_session(connection) as session:
            with transaction(connection):
                for id in ids:  # noqa: A001 - the word users know
                    self._refuse_answering(connection, id)
                    connection.execute("UPDATE rounds SET session = ? WHERE id = ?", (session, id))
            remove(connection, session)
            # The log has had the texts as well. What others still read of it stays until they are done.
            connection.execute("PRAGMA busy_timeout = 0")
            for mode in (
                "PASSIVE",
                "TRUNCATE",
            ):  # the first keeps no lock, and leaves the second nothing to do for long
                connection.execute(f"PRAGMA wal_checkpoint({mode})").fetchall()

    def add(self, recording: Recording, round_: Round) -> int:
        """Put in a round that was recorded elsewhere, `round_` being what it folds to; its id here.

        Nobody sees it before it is whole.
        """
        with self._writing(create=True) as connection, self._hidden_session(connection) as session:
            with transaction(connection):
                round_id, runs = insert_round(connection, session, round_)
            _insert_lines(connection, runs)
            with transaction(connection):
                ended = {(recorded.label, recorded.take) for recorded in recording.runs if recorded.ended}
                for run, run_id in runs:
                    if (run.label, run.take) in ended:
                        end_run(connection, run_id, run)
                index_answers(connection, round_id, round_)
            with transaction(connection):
                connection.execute("UPDATE sessions SET app = ?, writer = '' WHERE id = ?", (__version__, session))
        return round_id

    def endpoints(self) -> Sequence[str]:
        """Every endpoint that was asked."""
        return self._distinct("endpoint")

    def models(self) -> Sequence[str]:
        """Every model that was asked."""
        return self._distinct("model")

    def _distinct(self, column: str) -> Sequence[str]:
        with self._reading() as connection:
            query = f"SELECT DISTINCT {column} FROM runs ORDER BY 1"  # noqa: S608 - one of ours
            return [str(row[0]) for row in connection.execute(query)]

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._checked(), opened_to_read(self.path) as connection:
            yield connection

    @contextmanager
    def _writing(self, *, create: bool = False) -> Iterator[sqlite3.Connection]:
        with self._checked(create=create), closing(connect(self.path)) as connection:
            remove_left_behind(connection, self.path)
            yield connection

    @contextmanager
    def _checked(self, *, create: bool = False) -> Iterator[None]:
        with sentences(self.path):
            if not create and not self.path.exists():
                raise StoreError(f"There is no history at {self.path} yet: it begins with the first prompt.")
            try:
                yield
            except (TypeError, ValueError, ArithmeticError, LookupError):
                raise UnusableError("it is damaged") from None  # see `_require`

    @contextmanager
    def _hidden_session(self, connection: sqlite3.Connection) -> Iterator[int]:
        """A session for rounds that nobody is to see yet, or any more; where something fails, they are removed."""
        lock = WriterLock.take(self.path)
        try:
            with transaction(connection):
                session = insert_hidden_session(connection, lock.name)
            yield session
        except BaseException:
            lock.release()
            with suppress(sqlite3.Error):  # whoever comes next tries it again
                connection.execute("PRAGMA busy_timeout = 0")
                remove_left_behind(connection, self.path)
            raise
        lock.release()

    def _refuse_answering(self, connection: sqlite3.Connection, id: int) -> None:  # noqa: A002 - the word users know
        query = """SELECT sessions.writer FROM sessions JOIN rounds ON rounds.session = sessions.id
            JOIN runs ON runs.round = rounds.id WHERE rounds.id = ? AND runs.state IS NULL"""
        if any(is_alive(self.path, writer) for (writer,) in connection.execute(query, (id,)).fetchall()):
            raise StoreError(f"Round {id} is still being answered: delete it when it has ended.")

    def _living_writers(self, connection: sqlite3.Connection) -> list[str]:
        """The writers of runs without an end that still live."""
        query = """SELECT DISTINCT sessions.writer FROM runs JOIN rounds ON rounds.id = runs.round
            JOIN sessions ON sessions.id = rounds.session WHERE runs.state IS NULL"""
        return [name for (name,) in connection.execute(query) if is_alive(self.path, name)]


def _listed(rows: Sequence[Sequence[Any]]) -> ListedRound:
    """A round from its rows, one a side."""
    round_id, session, prompt, date = rows[0][:4]
    _require(_is_date(date))
    return ListedRound(round_id, session, prompt, date, tuple(map(_listed_run, rows)))


def _listed_run(row: Sequence[Any]) -> ListedRun:
    _, _, _, _, side, endpoint, api, model, simulated, state, reason, first_token, total, cost, events = row
    _require(isinstance(side, str) and state in _STATES)
    amount = None if cost is None else read_cost({"cost_usd": cost})
    return ListedRun(side, endpoint, api, model, simulated == 1, state, reason, first_token, total, amount, events)


def _run(connection: sqlite3.Connection, row: tuple[Any, ...], *, is_live: bool) -> RecordedRun:
    run_id, label, endpoint, api, model, simulated, settings, state, cost = row
    asked = load_object(settings) | {"endpoint": endpoint, "api": api, "model": model, "simulated": bool(simulated)}
    query = "SELECT at, seq, name, data, dropped, late FROM lines WHERE run = ? ORDER BY id"
    lines = [_line(line) for line in connection.execute(query, (run_id,))]
    ended = state is not None
    return RecordedRun(label, read_settings(asked), lines, ended, is_live and not ended, read_cost({"cost_usd": cost}))


def _line(row: Sequence[Any]) -> RecordedLine:
    at, seq, name, data, dropped, late = row
    if dropped is late is None and type(at) is type(seq) is int and type(name) is str and type(data) is bytes:
        _require(0 <= at < _LATEST * 1_000_000)
        return RecordedEvent(at / 1e6, name, data)  # as nearly all are
    numbers = (at, dropped or 0, late or 0)
    _require(isinstance(name, str) and isinstance(data, bytes) and all(isinstance(each, int) for each in numbers))
    seconds = at / 1e6
    _require(abs(seconds) < _LATEST)
    if seq is not None:
        return RecordedEvent(seconds, name, data, dropped or 0, (late or 0) / 1e6)
    return read_note(load_object(data) | {"note": name}, seconds)


def _require(holds: bool) -> None:
    """What stands in a damaged database may be of any type."""
    if not holds:
        raise UnusableError("it is damaged")


def _is_date(value: object) -> bool:
    return value is None or (isinstance(value, float) and 0 <= value < _LATEST)


def _insert_lines(connection: sqlite3.Connection, runs: Iterable[tuple[Run, int]]) -> None:
    rows = chain.from_iterable((line_row(run_id, run, line) for line in run.lines) for run, run_id in runs)

    def step(count: int) -> bool:
        some = list(islice(rows, count))
        insert_rows(connection, some)
        return len(some) == count

    in_short_transactions(connection, step, 1_000)


def _state_column(living: Sequence[str]) -> str:
    """A run without an end streams for as long as its writer lives; after that it was cut."""
    names = ", ".join(f"'{name}'" for name in living if name.isalnum())
    session = "SELECT writer FROM sessions WHERE sessions.id = rounds.session"
    return f"coalesce(runs.state, CASE WHEN ({session}) IN ({names}) THEN 'streaming' ELSE 'cut' END)"


def _where(filter: HistoryFilter, state: str) -> tuple[str, list[str]]:  # noqa: A002
    conditions = [SEEN]
    values: list[str] = []
    if filter.query.strip():
        conditions.append("rounds.id IN (SELECT rowid FROM search WHERE search MATCH ?)")
        values.append(_match(storable(filter.query)))
    run_conditions: list[str] = []
    for column, value in (("runs.model", filter.model), ("runs.endpoint", filter.endpoint)):
        if value:
            run_conditions.append(f"instr(lower({column}), lower(?))")
            values.append(storable(value))
    if filter.state:
        run_conditions.append(f"{state} = lower(?)")
        values.append(storable(filter.state))
    if run_conditions:
        of_round = " AND ".join(("runs.round = rounds.id", *run_conditions))
        conditions.append(f"EXISTS (SELECT 1 FROM runs WHERE {of_round})")  # noqa: S608 - all ours
    return f" WHERE {' AND '.join(conditions)}", values


def _match(query: str) -> str:
    """What FTS5 looks for: every word that was typed, the beginning of one being enough."""
    return " ".join('"{}" *'.format(word.replace('"', '""').replace("\0", "")) for word in query.split())
