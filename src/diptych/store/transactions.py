"""Transactions on the history database, kept short where much is to be written, so that they hold nobody up."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_HELD_SECONDS = 0.04
"""How long one transaction of many may hold the write lock."""

_FREE_SECONDS = 0.03
"""How long the lock is left to others after each. SQLite asks for a busy lock every 25 ms or more often at first, so
whoever waits finds it free within the first or second pause."""

_LEAST = 10
_MOST = 50_000


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Hold the write lock; what was written meanwhile is kept as a whole, or not at all where something fails."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # SQLite itself has rolled back after some errors
            connection.execute("ROLLBACK")
        raise


def in_short_transactions(connection: sqlite3.Connection, step: Callable[[int], bool], size: int) -> None:
    """Call `step` with an amount of work until it returns False for "all is done", each time in its own transaction.

    The amount begins with `size` and follows the time that a step takes.
    """
    while True:
        size = min(max(size, _LEAST), _MOST)
        with transaction(connection):
            began = time.perf_counter()
            goes_on = step(size)
        took = time.perf_counter() - began  # with the commit, in which the full-text index is written
        if not goes_on:
            return
        time.sleep(_FREE_SECONDS)
        size = int(size * min(_HELD_SECONDS / max(took, 1e-6), 2))
