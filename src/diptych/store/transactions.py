"""Transactions on the history database, kept short where much is to be written, so that nobody waits long."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_HELD_SECONDS = 0.04
"""How long one transaction of many may hold the write lock."""

_FREE_SECONDS = 0.03
"""How long the lock is left to others after each. SQLite asks for a busy lock every 25 ms or more often at first, so
a waiting program finds it free within the first or second pause."""

_LEAST = 10
_MOST = 50_000


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Hold the write lock; what is written here is kept as a whole, or not at all where something fails."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # SQLite itself has rolled back after some errors
            connection.execute("ROLLBACK")
        raise


class ShortTransactions:
    """Work that is done in many short transactions.

    `step` does an amount of work, and returns False once all is done. The amount begins with `size` and follows the
    time that a step takes, so that the next one takes about `seconds`.
    """

    def __init__(
        self, connection: sqlite3.Connection, step: Callable[[int], bool], size: int, seconds: float = _HELD_SECONDS
    ) -> None:
        self._connection = connection
        self._step = step
        self._size = size
        self._seconds = seconds

    def do_next(self) -> bool:
        """Do the next step in its own transaction; return whether more is left."""
        amount = min(max(self._size, _LEAST), _MOST)
        with transaction(self._connection):
            began = time.perf_counter()
            goes_on = self._step(amount)
        took = time.perf_counter() - began  # with the commit, in which the full-text index is written
        self._size = int(amount * min(self._seconds / max(took, 1e-6), 2))
        return goes_on


def in_short_transactions(connection: sqlite3.Connection, step: Callable[[int], bool], size: int) -> None:
    """Do all of some work in short transactions, with a pause after each."""
    work = ShortTransactions(connection, step, size)
    while work.do_next():
        time.sleep(_FREE_SECONDS)
