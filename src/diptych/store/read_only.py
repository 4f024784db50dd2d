"""Opens the history to read it, even where it cannot be written: in somebody else's folder, or on a read-only disk."""

import errno
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from diptych.store.database import connect, primary_code, refuse_too_short
from diptych.store.schema import OldWriterError, show_as_newest

_NOT_WRITABLE = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT})
_NOT_WRITABLE_CODES = frozenset(
    {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PERM}
)
"""Errors of opening a history to write it, after which it may still be readable."""


@contextmanager
def opened_to_read(path: Path) -> Iterator[sqlite3.Connection]:
    """Open an existing history; the connection can write if that is allowed.

    It sees the history as it is at one moment. A history of an older version is brought up to date, or shown as one of
    the newest where it cannot be changed.

    Raises `sqlite3.Error`, `OSError` and `UnusableError`: see `diptych.store.database.sentences`.
    """
    with ExitStack() as stack:
        try:
            connection = connect(path)
        except (OSError, sqlite3.Error) as error:
            if not _may_be_readable(error):
                raise
            connection = _read_only(path, error, stack)
        except OldWriterError:
            connection = _connect(path, "mode=ro")
        stack.callback(connection.close)
        if not connection.in_transaction:
            connection.execute("BEGIN")
        yield connection


def _may_be_readable(error: OSError | sqlite3.Error) -> bool:
    if isinstance(error, sqlite3.Error):
        return primary_code(error) in _NOT_WRITABLE_CODES
    return error.errno in _NOT_WRITABLE


def _read_only(path: Path, reason: Exception, stack: ExitStack) -> sqlite3.Connection:
    """Return a connection that cannot write. Raises `reason` where that is not possible.

    SQLite needs files beside the database for its log, and makes them where they are missing. Where it cannot, a
    database without a log is read as one that nobody changes, and one with a log from a copy.
    """
    with suppress(sqlite3.OperationalError):
        return _connect(path, "mode=ro")
    try:
        if not _log_bytes(path):
            return _connect(path, "immutable=1")
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="diptych-")))
        for name in (path.name, _log(path).name):
            shutil.copyfile(path.with_name(name), folder / name)
        return _connect(folder / path.name, "mode=rw")
    except (OSError, sqlite3.OperationalError):
        raise reason from None


def _connect(path: Path, how: str) -> sqlite3.Connection:
    refuse_too_short(path)
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True, isolation_level=None)
    try:
        connection.execute("PRAGMA temp_store = MEMORY")  # the disk may be full, or not writable
        connection.execute("BEGIN")  # the version that is found here must not change before the history is read
        show_as_newest(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _log(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def _log_bytes(path: Path) -> int:
    try:
        return os.stat(_log(path)).st_size
    except FileNotFoundError:
        return 0
