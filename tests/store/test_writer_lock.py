"""Whether a writer lives is known from its lock, which no death leaves behind."""

import os
import subprocess
import sys
from pathlib import Path

from diptych.store.writer_lock import WriterLock, is_alive

_TAKE = """
import sys
from pathlib import Path
from diptych.store.writer_lock import WriterLock
lock = WriterLock.take(Path(sys.argv[1]))
print(lock.name, flush=True)
sys.stdin.read()
"""


def folder_of(database: Path) -> Path:
    return database.with_name(f"{database.name}-writers")


def test_a_writer_lives_until_it_lets_go(tmp_path: Path) -> None:
    database = tmp_path / "history.db"
    one, two = WriterLock.take(database), WriterLock.take(database)

    assert is_alive(database, one.name)
    one.release()
    assert not is_alive(database, one.name)
    assert is_alive(database, two.name)
    two.release()
    assert list(folder_of(database).iterdir()) == []


def test_a_writer_is_dead_as_soon_as_it_was_killed(tmp_path: Path) -> None:
    database = tmp_path / "history.db"
    command = [sys.executable, "-c", _TAKE, str(database)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        name = process.stdout.readline().strip()
        assert is_alive(database, name)
        process.kill()
        process.wait()

    assert not is_alive(database, name)


def test_names_that_name_no_writer(tmp_path: Path) -> None:
    database = tmp_path / "history.db"
    lock = WriterLock.take(database)

    assert [is_alive(database, name) for name in ("", ".", "..", "/", "/etc/passwd", "nobody")] == [False] * 6
    assert is_alive(database, f"../elsewhere/{lock.name}"), "only the name counts, wherever it points"
    lock.release()


def test_what_the_dead_left_behind_is_removed_after_a_while(tmp_path: Path) -> None:
    database = tmp_path / "history.db"
    alive = WriterLock.take(database)
    folder = folder_of(database)
    (folder / "old").touch()
    (folder / "young").touch()
    (folder / "gone").symlink_to(folder / "removed by another who sweeps")
    for name in ("old", alive.name):
        os.utime(folder / name, (0, 0))

    lock = WriterLock.take(database)

    assert {path.name for path in folder.iterdir()} == {alive.name, lock.name, "young", "gone"}
    for each in (alive, lock):
        each.release()
