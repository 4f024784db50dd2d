"""Connections to the history, which turn whatever goes wrong into a `StoreError`."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from diptych.store.database import connect, sentences
from diptych.store.errors import StoreError
from diptych.store.hidden import remove_left_behind
from diptych.store.read_only import opened_to_read
from diptych.store.round_rows import insert_session
from diptych.store.schema import UnusableError
from diptych.store.transactions import transaction
from diptych.store.writer_lock import WriterLock


class HistoryConnections:
    """Opens the history at a path, once for each block that uses it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def exists(self) -> bool:
        """Whether there is a history yet."""
        with sentences(self._path):
            return self._path.exists()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Open the history to read it, even where it cannot be written."""
        with self._checked(), opened_to_read(self._path) as connection:
            yield connection

    @contextmanager
    def writing(self, *, create: bool = False) -> Iterator[sqlite3.Connection]:
        """Open the history to write; with `create`, begin one where there is none yet."""
        with self._checked(create=create), closing(connect(self._path)) as connection:
            remove_left_behind(connection, self._path)
            yield connection

    @contextmanager
    def hidden_session(self, *, create: bool = False) -> Iterator[tuple[sqlite3.Connection, int]]:
        """Open the history to write, with a session for rounds that are hidden, as they are not seen yet or no longer.

        Where something fails, these rounds are removed.
        """
        with self.writing(create=create) as connection:
            lock = WriterLock.take(self._path)
            try:
                with transaction(connection):
                    session = insert_session(connection, lock.name, "")
                yield connection, session
            except BaseException:
                lock.release()
                with suppress(sqlite3.Error):  # the next Diptych that writes tries it again
                    connection.execute("PRAGMA busy_timeout = 0")
                    remove_left_behind(connection, self._path)
                raise
            lock.release()

    @contextmanager
    def _checked(self, *, create: bool = False) -> Iterator[None]:
        with sentences(self._path):
            if not create and not self._path.exists():
                raise StoreError(f"There is no history at {self._path} yet: it begins with the first prompt.")
            try:
                yield
            except (TypeError, ValueError, ArithmeticError, LookupError):
                raise UnusableError("it is damaged") from None  # what a damaged one holds may be of any type
