"""What is kept is its owner's alone from the first byte on, whatever the umask."""

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from diptych.store.database import connect
from diptych.store.private import create_file, make_folder
from diptych.store.recording_files import RecordingFile
from diptych.store.writer_lock import WriterLock

if sys.platform == "win32":
    pytest.skip("Windows has no such modes", allow_module_level=True)


@pytest.fixture(autouse=True)
def _open_to_all() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    return {str(path.relative_to(folder)): stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*")}


def test_folders_that_are_made_and_those_that_were_there(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir(mode=0o755)

    make_folder(tmp_path / "old" / "new" / "newer")
    make_folder(tmp_path / "old" / "new" / "newer")

    assert modes(tmp_path) == {"old": 0o755, "old/new": 0o700, "old/new/newer": 0o700}


def test_a_file_is_new_and_private(tmp_path: Path) -> None:
    os.close(create_file(tmp_path / "file"))

    assert modes(tmp_path) == {"file": 0o600}
    with pytest.raises(FileExistsError):
        create_file(tmp_path / "file")


def test_a_history_and_all_that_belongs_to_it(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "history.db"
    connection = connect(path)
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("CREATE TABLE more (text)")
    connection.execute("COMMIT")
    lock = WriterLock.take(path)

    found = modes(tmp_path)
    lock.release()
    connection.close()

    assert {name.removesuffix(lock.name) for name in found} == {
        *("a", "a/b", "a/b/history.db", "a/b/history.db-wal", "a/b/history.db-shm"),
        *("a/b/history.db-writers", "a/b/history.db-writers/"),
    }
    assert {mode for name, mode in found.items() if (tmp_path / name).is_file() or lock.name in name} == {0o600}
    assert {found["a"], found["a/b"], found["a/b/history.db-writers"]} == {0o700}


def test_a_recording(tmp_path: Path) -> None:
    RecordingFile(tmp_path / "round.jsonl").close()

    assert modes(tmp_path) == {"round.jsonl": 0o600}
