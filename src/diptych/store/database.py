"""Opens the history database, and turns what goes wrong with it into sentences."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from diptych.store.private import make_folder
from diptych.store.problem import StoreError
from diptych.store.schema import UnusableError, migrate

_BUSY_SECONDS = 5.0
"""How long to wait while another Diptych writes."""

_SHORTEST = 100
"""Bytes of the header that every database begins with."""


@contextmanager
def sentences(path: Path) -> Iterator[None]:
    """Raise whatever goes wrong with the database at `path` as a `StoreError` with one sentence."""
    try:
        yield
    except UnusableError as error:
        raise StoreError(f"The history {path} cannot be used: {error}.") from None
    except sqlite3.Error as error:
        raise StoreError(f"The history {path} cannot be used: {_what(error)}.") from None
    except UnicodeDecodeError:  # SQLite's own message quotes what is damaged
        raise StoreError(f"The history {path} cannot be used: it is damaged.") from None
    except OSError as error:
        raise StoreError(f"The history {path} cannot be used: {error.strerror or error}.") from None


def connect(path: Path) -> sqlite3.Connection:
    """A connection to the history at `path`, which is made where there is none, for its owner alone.

    Its transactions are begun by hand. Raises `sqlite3.Error`, `OSError` and `UnusableError`: see `sentences`.
    """
    make_folder(path.parent)
    # Before SQLite makes it, so that nobody else may read it from the first byte on; SQLite's own files follow suit.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    if 0 < path.stat().st_size < _SHORTEST:  # SQLite would take a file of a byte or so for an empty one
        raise UnusableError("it is damaged, or no database")
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        migrate(connection)  # first of all: what is no history stays as it is, byte for byte
        keep_log(connection)
        connection.execute("PRAGMA synchronous = NORMAL")  # of what is lost when the power goes, the last moments
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")  # no text of what was deleted stays in the file
    except BaseException:
        connection.close()
        raise
    return connection


def keep_log(connection: sqlite3.Connection) -> None:
    """Let reading and writing go on beside each other, which a history that was made once is marked for."""
    try:
        connection.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as error:
        if _code(error) != sqlite3.SQLITE_BUSY:
            raise
        # Another Diptych, which opens the new history at the same moment, is at it; all works without, too.


def _code(error: sqlite3.Error) -> int | None:
    code = getattr(error, "sqlite_errorcode", None)
    return code & 0xFF if isinstance(code, int) else None


def _what(error: sqlite3.Error) -> str:
    primary = _code(error)
    known = {
        sqlite3.SQLITE_FULL: "the disk is full",
        sqlite3.SQLITE_READONLY: "it can only be read",
        sqlite3.SQLITE_NOTADB: "it is damaged, or no database",
        sqlite3.SQLITE_CORRUPT: "it is damaged",
        sqlite3.SQLITE_BUSY: "another program keeps it locked",
        sqlite3.SQLITE_CANTOPEN: "it cannot be opened",
        sqlite3.SQLITE_IOERR: "the disk cannot be read or written",
    }
    return known.get(primary, str(error)) if primary is not None else str(error)
