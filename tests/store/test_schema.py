"""Every older history becomes one of today, whole or not at all."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from diptych.core.history_summary import HistoryFilter
from diptych.store import schema
from diptych.store.database import connect
from diptych.store.errors import StoreError
from diptych.store.history import History
from tests.store.rounds import all_of, complete, keep, round_of


def tables(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        number: int = connection.execute("PRAGMA user_version").fetchone()[0]
        return number


@pytest.mark.parametrize("old", range(len(schema.MIGRATIONS) + 1))
def test_every_older_version_becomes_the_newest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: int) -> None:
    path, new = tmp_path / "old.db", tmp_path / "new.db"
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:old])
        connect(path).close()
    assert version(path) == old

    connect(path).close()
    connect(new).close()

    assert (version(path), tables(path)) == (len(schema.MIGRATIONS), tables(new))


def test_what_was_recorded_survives_a_new_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = round_of(complete())
    history = keep(tmp_path / "history.db", original)
    before = all_of(history.open(1))
    script = tmp_path / "next.sql"
    script.write_text("-- stars; for those who want them\nALTER TABLE rounds ADD COLUMN stars INTEGER;\n")
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, str(script)))

    assert all_of(history.open(1)) == before
    assert version(history.path) == len(schema.MIGRATIONS)
    with closing(sqlite3.connect(history.path)) as connection:
        assert connection.execute("SELECT stars FROM rounds").fetchall() == [(None,)]


def test_a_migration_that_fails_leaves_the_old_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    history = keep(tmp_path / "history.db", round_of(complete()))
    before = tables(history.path)
    script = tmp_path / "next.sql"
    script.write_text("CREATE TABLE stars (id INTEGER);\nDROP TABLE planets;\n")
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, str(script)))
        with pytest.raises(StoreError, match="no such table: planets"):
            history.open(1)

    assert (version(history.path), tables(history.path)) == (len(schema.MIGRATIONS), before)
    assert len(history.rounds(HistoryFilter())) == 1


def test_two_who_open_a_new_history_at_once_migrate_it_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "history.db"
    asked = schema._version

    def version_asked_before_another_was_faster(connection: sqlite3.Connection) -> int:
        monkeypatch.setattr(schema, "_version", asked)
        number = asked(connection)
        connect(path).close()
        return number

    monkeypatch.setattr(schema, "_version", version_asked_before_another_was_faster)
    connect(path).close()

    assert version(path) == len(schema.MIGRATIONS)


def test_a_history_of_a_newer_diptych_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    connect(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 999")
    before = path.read_bytes()

    with pytest.raises(StoreError, match=r"was written by a newer Diptych: update this one\.$"):
        History(path).rounds(HistoryFilter())
    assert path.read_bytes() == before
