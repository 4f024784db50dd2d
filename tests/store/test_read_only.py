"""A history that can be read but not written is listed, searched, opened; writing to it is refused in a sentence."""

import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from diptych.core.history_summary import HistoryFilter
from diptych.core.remarks import RoundNote
from diptych.store import read_only as reading
from diptych.store.database import connect
from diptych.store.errors import StoreError
from diptych.store.history import History
from diptych.store.history_writer import HistorySink
from diptych.store.recorder import Recorder
from tests.report.exports import whole_object
from tests.store.rounds import all_of, complete, keep, new_run, round_of, sent, streaming, writing
from tests.store.test_moved_words import check
from tests.store.versions import history_of_version_1

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="permissions are others there")

_NOBODY = 65_534


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that another user can reach, unlike those of pytest."""
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o755)  # noqa: S103 - that is what it is for
        yield Path(name)


@contextmanager
def readable_only(folder: Path) -> Iterator[None]:
    """Nothing in the folder can be written, nor added to it; where the tests run as root, by becoming another user."""
    kept = [folder, *folder.rglob("*")]
    modes = [each.stat().st_mode for each in kept]
    for each in kept:
        each.chmod(0o555 if each.is_dir() else 0o444)
    user = os.geteuid()
    if user == 0:
        os.seteuid(_NOBODY)
    try:
        yield
    finally:
        if user == 0:
            os.seteuid(0)
        for each, mode in zip(kept, modes, strict=True):
            each.chmod(mode)


def test_it_is_listed_searched_and_opened(folder: Path) -> None:
    original = round_of(complete(text="unmistakable"))
    history = keep(folder / "history.db", original)
    before = sorted(each.name for each in folder.iterdir())

    with readable_only(folder):
        assert [listed.id for listed in history.rounds(HistoryFilter("unmistakable"))] == [1]
        assert history.resolve("last") == 1
        assert all_of(history.open(1)) == whole_object(original)
        assert (list(history.models()), list(history.endpoints())) == (["some-model"], ["here"])
    assert sorted(each.name for each in folder.iterdir()) == before


def test_it_cannot_be_changed(folder: Path) -> None:
    history = keep(folder / "history.db", round_of(complete()))
    recording = history.open(1)
    recorder = Recorder(HistorySink(history.path))

    with readable_only(folder):
        for change in (lambda: history.delete(1), lambda: history.add(recording, round_of(complete()))):
            with pytest.raises(StoreError, match=r"^The history .* cannot be used: Permission denied\.$"):
                change()
        run = new_run(observer=recorder)
        recorder.round_began(1, round_of(run))
        sent(run)
        assert recorder.close() == (
            f"The history {history.path} cannot be used: Permission denied. 1 round is not recorded."
        )


def test_it_is_read_while_its_owner_writes(folder: Path) -> None:
    path = folder / "history.db"
    with writing(path, round_of(streaming())), readable_only(folder):
        assert [run.state for run in History(path).rounds(HistoryFilter())[0].runs] == ["streaming"]


def test_it_is_read_with_what_its_log_holds(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in the snapshot of a disk, or after a crash."""
    (folder / "live").mkdir()
    (folder / "copy").mkdir()
    with writing(folder / "live" / "history.db", round_of(complete(), prompt="in the log")):
        for name in ("history.db", "history.db-wal"):
            shutil.copy(folder / "live" / name, folder / "copy" / name)
    history = History(folder / "copy" / "history.db")
    copies = folder / "copies"
    copies.mkdir()
    copies.chmod(0o777)

    with readable_only(folder / "copy"), monkeypatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(copies))
        assert [listed.prompt for listed in history.rounds(HistoryFilter())] == ["in the log"]
        assert list(copies.iterdir()) == []
        patch.setattr(tempfile, "tempdir", str(folder / "copy"))
        with pytest.raises(StoreError, match=r"cannot be used: Permission denied\.$"):
            history.rounds(HistoryFilter())


def test_one_without_a_log(folder: Path) -> None:
    history = keep(folder / "history.db", round_of(complete()))
    with closing(sqlite3.connect(history.path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")

    with readable_only(folder):
        assert [listed.id for listed in history.rounds(HistoryFilter())] == [1]


@pytest.mark.parametrize("journal", ["WAL", "DELETE"])
def test_one_of_an_older_version(folder: Path, journal: str) -> None:
    path = history_of_version_1(folder / "history.db")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA journal_mode = {journal}")
    before = path.read_bytes()

    with readable_only(folder):
        check(path)
        assert History(path).note(1) == RoundNote()
        assert History(path).votes(1) == []
    assert path.read_bytes() == before


def test_one_of_an_older_version_that_is_brought_up_to_date_while_it_is_read(folder: Path) -> None:
    path = history_of_version_1(folder / "history.db")
    with closing(reading._connect(path, "mode=ro")) as connection:
        connect(path).close()
        assert connection.execute("SELECT DISTINCT label FROM runs").fetchall() == [("left",), ("right",)]


def test_an_empty_one(folder: Path) -> None:
    path = folder / "history.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA application_id = 1")

    with (
        readable_only(folder),
        pytest.raises(StoreError, match=r"it is empty, and can only be read\.$"),
    ):
        History(path).rounds(HistoryFilter())


def test_one_that_is_no_history(folder: Path) -> None:
    path = folder / "history.db"
    path.write_bytes(b"Dear diary" * 50)

    with readable_only(folder), pytest.raises(StoreError, match=r"cannot be used: it is damaged, or not a database\.$"):
        History(path).rounds(HistoryFilter())


def test_a_name_with_signs_that_addresses_have(folder: Path) -> None:
    history = keep(folder / "a ?b#c%20.db", round_of(complete()))

    with readable_only(folder):
        assert [listed.id for listed in history.rounds(HistoryFilter())] == [1]


def test_a_full_disk_does_not_keep_it_from_being_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    history = keep(folder / "history.db", round_of(complete()))

    def full(path: Path) -> sqlite3.Connection:
        connection = connect(path)
        connection.execute("PRAGMA max_page_count = 1")
        try:
            connection.execute("CREATE TABLE more AS SELECT zeroblob(100000)")
        finally:
            connection.close()
        return connection

    monkeypatch.setattr(reading, "connect", full)

    assert [listed.id for listed in history.rounds(HistoryFilter())] == [1]
