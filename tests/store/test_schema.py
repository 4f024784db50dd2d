"""An older history becomes one of today, whole or not at all, and never under the hands of an older Diptych."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from diptych.core.history_summary import HistoryFilter
from diptych.store import schema
from diptych.store.database import connect
from diptych.store.errors import BusyError, StoreError
from diptych.store.history import History
from diptych.store.history_writer import HistorySink
from diptych.store.writer_lock import WriterLock
from tests.store.rounds import complete, items, keep, round_of
from tests.store.versions import EXPECTED, LIVE_WRITER, history_of_version_1


def columns(path: Path) -> dict[str, set[str]]:
    """Every table and view with the names of its columns; those of the old full-text index aside."""
    with closing(sqlite3.connect(path)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type <> 'index'")]
        return {
            name: {column for _, column, *_ in connection.execute(f"PRAGMA table_info({name})")}
            for name in names
            if not name.startswith("search_1")
        }


def indexes(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        return {sql for (sql,) in connection.execute(query)}


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        number: int = connection.execute("PRAGMA user_version").fetchone()[0]
        return number


def test_a_history_of_version_1_gets_the_tables_of_a_new_one(tmp_path: Path) -> None:
    path, new = history_of_version_1(tmp_path / "old.db"), tmp_path / "new.db"

    connect(path).close()
    connect(new).close()

    assert version(path) == version(new) == schema.VERSION
    assert columns(path) == columns(new)
    assert indexes(path) == indexes(new)


def test_a_migration_that_fails_leaves_the_old_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = history_of_version_1(tmp_path / "history.db")
    before = columns(path)
    read = schema._read
    with monkeypatch.context() as patch:
        patch.setattr(schema, "_read", lambda script: read(script) + "DROP TABLE planets;\n")
        with pytest.raises(StoreError, match="no such table: planets"):
            History(path).open(1)

    assert (version(path), columns(path)) == (1, before)
    assert len(History(path).rounds(HistoryFilter())) == len(EXPECTED["listed"])


@pytest.mark.parametrize("old", [0, 1])
def test_two_who_open_a_history_at_once_migrate_it_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: int
) -> None:
    path = tmp_path / "history.db"
    if old:
        history_of_version_1(path)
    asked = schema._version

    def version_asked_before_another_was_faster(connection: sqlite3.Connection) -> int:
        monkeypatch.setattr(schema, "_version", asked)
        number = asked(connection)
        connect(path).close()
        return number

    monkeypatch.setattr(schema, "_version", version_asked_before_another_was_faster)
    connect(path).close()

    assert version(path) == schema.VERSION


def test_a_history_of_a_newer_diptych_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    connect(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 999")
    before = path.read_bytes()

    with pytest.raises(StoreError, match=r"was written by a newer Diptych: update this one\.$"):
        History(path).rounds(HistoryFilter())
    assert path.read_bytes() == before


@pytest.mark.parametrize("number", [0, -1])
def test_a_history_whose_version_cannot_be(tmp_path: Path, number: int) -> None:
    path = tmp_path / "history.db"
    connect(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {number}")

    with pytest.raises(StoreError, match=r"cannot be used: it is damaged\.$"):
        History(path).rounds(HistoryFilter())


# An older Diptych that has it open


def living(path: Path, name: str) -> WriterLock:
    """A writer of that name who lives."""
    lock = WriterLock.take(path)
    (path.parent / f"{path.name}-writers" / lock.name).rename(path.parent / f"{path.name}-writers" / name)
    lock._path = lock._path.with_name(name)
    return lock


@pytest.mark.parametrize("name", [LIVE_WRITER, "0" * 32], ids=["answering", "deleting"])
def test_it_stays_as_it_is_while_an_older_diptych_is_in_the_middle_of_something(tmp_path: Path, name: str) -> None:
    path = history_of_version_1(tmp_path / "history.db")
    lock = living(path, name)
    sink = HistorySink(path)
    round_ = round_of(complete())

    with pytest.raises(BusyError, match=r"an older Diptych is still writing into it; it can be used as soon as"):
        sink.write(items(round_))
    assert [listed.id for listed in History(path).rounds(HistoryFilter())] == [8, 7, 6, 4, 3, 2, 1]
    streams = History(path).rounds(HistoryFilter(state="streaming"))
    assert [listed.id for listed in streams] == ([8] if name == LIVE_WRITER else [])
    assert History(path).open(8).run("left").is_live == (name == LIVE_WRITER)
    assert version(path) == 1

    lock.release()
    sink.write(items(round_))
    sink.close()
    assert version(path) == schema.VERSION


def test_an_older_diptych_that_has_it_open_can_write_nothing_wrong(tmp_path: Path) -> None:
    path = history_of_version_1(tmp_path / "history.db")
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        old.execute("SELECT * FROM search").fetchall()
        keep(path, round_of(complete()))

        for statement in (
            "INSERT INTO search (rowid, prompt, answer_left, answer_right) VALUES (99, '', '', '')",
            "UPDATE search SET answer_left = '' WHERE rowid = 1",
            "DELETE FROM search WHERE rowid = 1",
            "INSERT INTO runs (round, side, endpoint, api, model, simulated, settings) VALUES (1, 1, 1, 1, 1, 1, 1)",
        ):
            with pytest.raises(sqlite3.OperationalError, match=r"no such table: search|has no column named side"):
                old.execute(statement)


def test_a_round_is_read_from_before_its_migration_to_its_end(tmp_path: Path) -> None:
    path = history_of_version_1(tmp_path / "history.db")
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        old.execute("BEGIN")
        before = old.execute("SELECT side FROM runs").fetchall()
        migrated = threading.Thread(target=lambda: connect(path).close())
        migrated.start()
        migrated.join(20)

        assert version(path) == schema.VERSION
        assert old.execute("SELECT side FROM runs").fetchall() == before
