"""An older history becomes one of today, whole or not at all, and never under the hands of an older Diptych."""

import errno
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from importlib.resources import files
from pathlib import Path

import pytest

from diptych.core.body_pieces import NO_REST
from diptych.core.history_summary import HistoryFilter
from diptych.core.remarks import RoundNote, Vote
from diptych.store import schema
from diptych.store.database import connect
from diptych.store.errors import BusyError, StoreError
from diptych.store.history import History
from diptych.store.history_writer import HistorySink
from diptych.store.remark_rows import get_votes
from diptych.store.writer_lock import WriterLock
from tests.store.experiments import asked, plan_of
from tests.store.rounds import DATE, all_of, complete, items, keep, round_of
from tests.store.versions import (
    EXPECTED,
    EXPECTED_2,
    EXPECTED_3,
    EXPECTED_4,
    LIVE_WRITER,
    history_of_version_1,
    history_of_version_2,
    history_of_version_3,
    history_of_version_4,
    without_sentences,
)


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


OLD = pytest.mark.parametrize(
    "old", [history_of_version_1, history_of_version_2, history_of_version_3, history_of_version_4]
)


@OLD
def test_an_older_history_gets_the_tables_of_a_new_one(tmp_path: Path, old: Callable[[Path], Path]) -> None:
    path, new = old(tmp_path / "old.db"), tmp_path / "new.db"

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


@pytest.mark.parametrize("old", [0, 1, 2, 3, 4])
def test_two_who_open_a_history_at_once_migrate_it_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: int
) -> None:
    path = tmp_path / "history.db"
    if old == 1:
        history_of_version_1(path)
    if old == 2:
        history_of_version_2(path)
    if old == 3:
        history_of_version_3(path)
    if old == 4:
        history_of_version_4(path)
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


def test_votes_of_version_3_are_about_all_answers(tmp_path: Path) -> None:
    path = history_of_version_2(tmp_path / "history.db")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(files("diptych.store").joinpath("version_3.sql").read_text("utf-8"))
        connection.execute("UPDATE votes SET blind = 1")
        connection.execute("PRAGMA user_version = 3")
    with closing(sqlite3.connect(path)) as connection:
        schema.show_as_newest(connection)
        shown = get_votes(connection, 1)

    votes = [Vote("better", DATE + 60, "right", blind=True), Vote("tie", DATE + 61, voter="openai:judge", blind=True)]
    assert [list(shown), list(History(path).votes(1))] == [votes, votes]
    connect(path).close()
    assert (version(path), list(History(path).votes(1))) == (schema.VERSION, votes)


@pytest.mark.parametrize("is_read_only", [False, True])
def test_what_version_2_held_is_still_there(
    tmp_path: Path, is_read_only: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = history_of_version_2(tmp_path / "history.db")
    if is_read_only:
        monkeypatch.setattr("diptych.store.read_only.connect", not_to_be_written)
    history = History(path)

    for listed in history.rounds(HistoryFilter()):
        recording = history.open(listed.id)
        assert without_sentences(all_of(recording)) == without_sentences(EXPECTED_2[str(listed.id)])
        assert (recording.continues, recording.blind) == (None, None)
    assert [history.note(id) for id in (1, 2, 3)] == [  # noqa: A001
        *(RoundNote("worth reading", starred=True), RoundNote(), RoundNote("Häßlich")),
    ]
    assert [list(history.votes(id)) for id in (1, 2, 3)] == [  # noqa: A001
        [Vote("better", DATE + 60, "right"), Vote("tie", DATE + 61, voter="openai:judge")],
        [Vote("neither", DATE + 62)],
        [],
    ]
    assert version(path) == (2 if is_read_only else schema.VERSION)


@pytest.mark.parametrize("is_read_only", [False, True])
def test_what_version_3_held_is_still_there(
    tmp_path: Path, is_read_only: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = history_of_version_3(tmp_path / "history.db")
    if is_read_only:
        monkeypatch.setattr("diptych.store.read_only.connect", not_to_be_written)
    history = History(path)

    for id in range(1, 6):  # noqa: A001
        assert without_sentences(all_of(history.open(id))) == without_sentences(EXPECTED_3[str(id)])
    assert [listed.id for listed in history.rounds(HistoryFilter())] == [4, 3, 2, 1]
    assert [listed.id for listed in history.rounds(HistoryFilter(experiment=1))] == [5]
    assert [listed.is_hidden for listed in history.rounds(HistoryFilter())] == [False, True, False, False]
    assert list(history.conversation(2)) == [1, 2]
    assert history.open(2).continues == "left"
    assert history.note(1) == RoundNote("worth reading", starred=True)
    takes = {"left": 1, "right": 1}
    assert [list(history.votes(id)) for id in (1, 2, 4)] == [  # noqa: A001
        [],
        [Vote("better", DATE + 60, "right", takes=takes)],
        [Vote("neither", DATE + 61, blind=True, takes=takes)],
    ]
    assert version(path) == (3 if is_read_only else schema.VERSION)


@pytest.mark.parametrize("is_read_only", [False, True])
def test_what_version_4_held_is_still_there(
    tmp_path: Path, is_read_only: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = history_of_version_4(tmp_path / "history.db")
    if is_read_only:
        monkeypatch.setattr("diptych.store.read_only.connect", not_to_be_written)
    history = History(path)

    for id in range(1, 4):  # noqa: A001
        assert without_sentences(all_of(history.open(id))) == without_sentences(EXPECTED_4[str(id)])
    assert [listed.id for listed in history.rounds(HistoryFilter())] == [2, 1]
    assert [listed.id for listed in history.rounds(HistoryFilter(experiment=1))] == [3]
    assert history.note(1) == RoundNote("worth reading", starred=True)
    assert list(history.votes(1)) == [Vote("better", DATE + 60, "right")]
    assert version(path) == (4 if is_read_only else schema.VERSION)


@OLD
@pytest.mark.parametrize("is_read_only", [False, True])
def test_an_older_history_does_not_know_the_bytes(
    tmp_path: Path, old: Callable[[Path], Path], is_read_only: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = old(tmp_path / "history.db")
    if is_read_only:
        monkeypatch.setattr("diptych.store.read_only.connect", not_to_be_written)

    recording = History(path).open(1)

    assert [(run.keeps_bytes, run.rest) for run in recording.runs] == [(False, NO_REST)] * len(recording.runs)


@OLD
@pytest.mark.parametrize("is_read_only", [False, True])
def test_an_older_history_has_experiments_without_rows(
    tmp_path: Path, old: Callable[[Path], Path], is_read_only: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = old(tmp_path / "history.db")
    if is_read_only:
        monkeypatch.setattr("diptych.store.read_only.connect", not_to_be_written)
    history = History(path)

    known = history.experiments()
    assert [(each.number, each.date, each.answers, each.done) for each in known] == [(1, DATE, 0, 0)] * len(known)
    for each in known:
        with pytest.raises(StoreError, match=r"^Experiment x1 is damaged: it has a plan without models\.$"):
            history.experiment(f"x{each.number}")


def not_to_be_written(path: Path) -> sqlite3.Connection:
    raise PermissionError(errno.EACCES, "Permission denied", path)


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


def test_a_diptych_of_version_4_goes_on_writing_a_run_whose_bytes_are_not_known(tmp_path: Path) -> None:
    path = history_of_version_4(tmp_path / "history.db")
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        old.execute("SELECT * FROM rounds").fetchall()
        keep(path, round_of(complete()))
        old.execute(
            """INSERT INTO runs (round, label, take, counts, endpoint, api, model, simulated, settings)
            VALUES (4, 'left', 2, 1, 'here', 'openai-chat', 'm', 0, '{}')"""
        )
        run = old.execute("SELECT max(id) FROM runs").fetchone()[0]
        old.execute("INSERT INTO lines (run, at, seq, name, data) VALUES (?, 1, 1, 'chunk', x'7b7d')", (run,))
        old.execute("UPDATE runs SET state = 'complete' WHERE id = ?", (run,))

    assert [(run.take, run.keeps_bytes) for run in History(path).open(4).runs] == [(1, True), (2, False)]


def test_a_diptych_of_version_3_goes_on_writing_until_it_opens_the_history_again(tmp_path: Path) -> None:
    path = history_of_version_3(tmp_path / "history.db")
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        old.execute("SELECT * FROM rounds").fetchall()
        asked(path, plan_of("a"))
        old.execute(
            """INSERT INTO rounds (session, date, prompt, experiment, case_id, repeat, follows, continues, blind)
            VALUES (1, 1.0, 'old', NULL, NULL, NULL, 2, NULL, NULL)"""
        )
        old.execute(
            """INSERT INTO runs (round, label, take, counts, endpoint, api, model, simulated, settings)
            VALUES (7, 'left', 1, 1, 'here', 'openai-chat', 'm', 0, '{}')"""
        )
        old.execute(
            """INSERT OR REPLACE INTO votes (round, voter, date, verdict, label, blind, takes)
            VALUES (7, '', 1.0, 'tie', NULL, 0, '{}')"""
        )

    assert History(path).open(7).votes == (Vote("tie", 1.0),)
    assert list(History(path).conversation(7)) == [1, 2, 7]


def test_a_diptych_of_version_2_goes_on_writing_until_it_opens_the_history_again(tmp_path: Path) -> None:
    path = history_of_version_2(tmp_path / "history.db")
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        old.execute("SELECT * FROM rounds").fetchall()
        keep(path, round_of(complete()))
        old.execute(
            """INSERT INTO rounds (session, date, prompt, experiment, case_id, repeat)
            VALUES (1, 1.0, 'old', NULL, NULL, NULL)"""
        )
        old.execute(
            """INSERT INTO runs (round, label, take, counts, endpoint, api, model, simulated, settings)
            VALUES (5, 'left', 1, 1, 'here', 'openai-chat', 'm', 0, '{}')"""
        )
        old.execute(
            "INSERT OR REPLACE INTO votes (round, voter, date, verdict, label) VALUES (5, '', 1.0, 'tie', NULL)"
        )

    assert History(path).open(5).votes == (Vote("tie", 1.0),)
    assert len(History(path).rounds(HistoryFilter())) == 5


def test_a_round_is_read_from_before_its_migration_to_its_end(tmp_path: Path) -> None:
    path = history_of_version_1(tmp_path / "history.db")
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        old.execute("BEGIN")
        before = old.execute("SELECT side FROM runs").fetchall()
        migrated = threading.Thread(target=lambda: connect(path).close())
        migrated.start()
        migrated.join(120)

        assert version(path) == schema.VERSION
        assert old.execute("SELECT side FROM runs").fetchall() == before
