"""Opens the history database, and turns what goes wrong with it into sentences."""

import errno
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from diptych.core.wording.open_files import why_none_opens
from diptych.store.errors import BusyError, StoreError, UnstorableError
from diptych.store.moved_words import moving
from diptych.store.private import create_file, make_folder
from diptych.store.schema import OldWriterError, UnusableError, migrate

_BUSY_SECONDS = 5.0
"""How long to wait while another Diptych writes."""

_LOCKED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL)

_making = threading.Lock()
"""Held while a file is made, so that no connection of this process is open before its descriptor is closed."""

_SHORTEST = 100
"""Bytes of the header that every database begins with."""


@contextmanager
def sentences(path: Path) -> Iterator[None]:
    """Raise whatever goes wrong with the database at `path` as a `StoreError` with one sentence."""
    try:
        yield
    except OldWriterError as error:
        raise BusyError(_sentence(path, str(error))) from None
    except UnusableError as error:
        raise StoreError(_sentence(path, str(error))) from None
    except sqlite3.Error as error:
        raise _kind(error)(_sentence(path, _what(error))) from None
    except UnicodeDecodeError:  # SQLite's own message quotes what is damaged
        raise StoreError(_sentence(path, "it is damaged")) from None
    except OSError as error:
        raise StoreError(_sentence(path, why_none_opens(error) or error.strerror or str(error))) from None


def connect(path: Path, busy_seconds: float | None = None) -> sqlite3.Connection:
    """Return a connection to the history at `path`, which is made where there is none, for its owner alone.

    It begins no transaction by itself. It waits `busy_seconds` for a lock that another holds, by default several.
    Raises `sqlite3.Error`, `OSError` and `UnusableError`: see `sentences`.
    """
    make_folder(path.parent)
    _make_file(path)
    refuse_too_short(path)
    timeout = _BUSY_SECONDS if busy_seconds is None else busy_seconds
    connection = sqlite3.connect(path, timeout=timeout, isolation_level=None, check_same_thread=False)
    try:
        was_older = migrate(connection, path)  # first of all: what is not a history stays as it is, byte for byte
        keep_log(connection)
        connection.execute("PRAGMA synchronous = NORMAL")  # a power failure may cost the last moments
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")  # no text of what was deleted stays in the file
        if was_older and (work := moving(connection)):
            _ = work.do_next() and work.do_next()  # of a small history, that is all
    except BaseException:
        connection.close()
        raise
    return connection


def _make_file(path: Path) -> None:
    """Make an empty file where there is none, before SQLite does, so that only its owner can read it from the start.

    SQLite's own files beside it get the same mode. Nobody but SQLite may open a history that is there: closing any
    descriptor of a file ends all locks that the process holds on it (POSIX), those of its other connections included.
    Another Diptych would then take itself for the last, and remove the log into which this one still writes.
    """
    with _making:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        with suppress(FileExistsError):
            os.close(create_file(path.resolve()))
        if not os.access(path, os.R_OK | os.W_OK, effective_ids=os.access in os.supports_effective_ids):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def refuse_too_short(path: Path) -> None:
    """Raise `UnusableError` for a file of a few bytes, which SQLite would take for an empty database."""
    if 0 < path.stat().st_size < _SHORTEST:
        raise UnusableError("it is damaged, or not a database")


def keep_log(connection: sqlite3.Connection) -> None:
    """Switch to a write-ahead log, so that others can read while one writes. The database keeps this setting."""
    try:
        connection.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as error:
        if primary_code(error) != sqlite3.SQLITE_BUSY:
            raise
        # Another Diptych opens the new history at the same moment and sets it. Until then everything works without it.


def empty_log(connection: sqlite3.Connection) -> None:
    """Remove deleted texts from the log as well. What others still read of it stays until they are done."""
    connection.execute("PRAGMA busy_timeout = 0")
    for mode in ("PASSIVE", "TRUNCATE"):  # the first holds no lock, and leaves little to the second
        connection.execute(f"PRAGMA wal_checkpoint({mode})").fetchall()


def primary_code(error: sqlite3.Error) -> int | None:
    """Return SQLite's result code without its details; None for an error that Python's module raises itself."""
    code = getattr(error, "sqlite_errorcode", None)
    return code & 0xFF if isinstance(code, int) else None


def _sentence(path: Path, what: str) -> str:
    return f"The history {path} cannot be used: {what}."


def _kind(error: sqlite3.Error) -> type[StoreError]:
    if primary_code(error) in _LOCKED:
        return BusyError
    if isinstance(error, sqlite3.DataError | sqlite3.IntegrityError | sqlite3.InterfaceError):
        return UnstorableError
    return StoreError


def _what(error: sqlite3.Error) -> str:
    primary = primary_code(error)
    if primary == sqlite3.SQLITE_CANTOPEN:
        return _why_unopened()
    known = {
        sqlite3.SQLITE_FULL: "the disk is full",
        sqlite3.SQLITE_READONLY: "it can only be read",
        sqlite3.SQLITE_NOTADB: "it is damaged, or not a database",
        sqlite3.SQLITE_CORRUPT: "it is damaged",
        **dict.fromkeys(_LOCKED, "another program keeps it locked"),
        sqlite3.SQLITE_IOERR: "the disk cannot be read or written",
    }
    return known.get(primary, str(error)) if primary is not None else str(error)


def _why_unopened() -> str:
    """Return why SQLite could not open a file. It does not say so itself; perhaps no file can be opened now."""
    try:
        os.close(os.open(os.devnull, os.O_RDONLY))
    except OSError as error:
        return why_none_opens(error) or "it cannot be opened"
    return "it cannot be opened"
