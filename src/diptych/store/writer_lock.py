"""File locks that end with their process: they tell whether the one that writes a run is still alive."""

import errno
import os
import sys
import time
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Self

_YOUNG = 60.0
"""Seconds for which the file of a lock may exist before its process holds the lock."""


class WriterLock:
    """Held by a process for as long as it writes; `name` is stored with what it writes."""

    def __init__(self, folder: Path, name: str, descriptor: int) -> None:
        self.name = name
        self._path = folder / name
        self._descriptor = descriptor

    @classmethod
    def take(cls, database: Path) -> Self:
        """Take a lock under a new name, in a folder beside the database. Raises `OSError`."""
        folder = _folder(database)
        folder.mkdir(mode=0o700, exist_ok=True)
        _sweep(folder)
        name = uuid.uuid4().hex
        return cls(folder, name, _create(folder / name))

    def keep(self) -> None:
        """Take the lock again under the same name if its file was removed. Raises `OSError`."""
        if not self._path.exists():
            self._path.parent.mkdir(mode=0o700, exist_ok=True)
            before, self._descriptor = self._descriptor, _create(self._path)
            os.close(before)

    def release(self) -> None:
        """Release the lock: the process does not write any more."""
        os.close(self._descriptor)
        self._path.unlink(missing_ok=True)


def try_lock(descriptor: int) -> bool:
    """Lock an open file for as long as it is open; return False if another process holds its lock.

    Some network disks know no locks. A file there is taken for free.
    """
    try:
        _lock_at_once(descriptor)
    except OSError as error:
        return error.errno not in (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK)
    return True


def is_alive(database: Path, name: str) -> bool:
    """Whether the writer of that name still lives."""
    return _is_held(_folder(database) / Path(name).name)


def _create(path: Path) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    _lock(descriptor)
    return descriptor


def _sweep(folder: Path) -> None:
    """Remove the files of writers that were killed."""
    for path in folder.iterdir():
        with suppress(FileNotFoundError):  # another Diptych may remove it at the same moment
            if time.time() - path.stat().st_mtime > _YOUNG and not _is_held(path):
                path.unlink()


def _is_held(path: Path) -> bool:
    try:
        descriptor = os.open(path, _TO_ASK)
    except OSError:
        return False
    try:
        return _is_locked(descriptor)
    finally:
        os.close(descriptor)


def _folder(database: Path) -> Path:
    return database.with_name(f"{database.name}-writers")


if sys.platform == "win32":
    import msvcrt

    _TO_ASK = os.O_RDWR

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

    _lock_at_once = _lock

    def _is_locked(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return True
        return False
else:
    import fcntl

    _TO_ASK = os.O_RDONLY  # a history that can only be read may have writers as well

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)

    def _lock_at_once(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _is_locked(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)  # shared: two who ask do not fool each other
        except OSError:
            return True
        return False
