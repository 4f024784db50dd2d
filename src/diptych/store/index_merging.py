"""Takes the words of deleted rows out of a full-text index, where they are only marked as deleted at first."""

import sqlite3

_MOST_PAGES = 200
"""Pages that are merged at once: how long a page takes varies too much to foresee more."""


class IndexMerging:
    """Merges all of an index, which `optimize` would do in one transaction.

    A negative number of pages begins that, positive ones go on; it is done when nothing changes any more
    (https://sqlite.org/fts5.html#the_merge_command).
    """

    def __init__(self, connection: sqlite3.Connection, index: str) -> None:
        self._connection = connection
        self._index = index
        self._sign = -1

    def step(self, pages: int) -> bool:
        """Merge at most this number of pages; return whether there may be more."""
        before = self._connection.total_changes
        command = f"INSERT INTO {self._index} ({self._index}, rank) VALUES ('merge', ?)"  # noqa: S608 - the index is a constant
        self._connection.execute(command, (self._sign * min(pages, _MOST_PAGES),))
        self._sign = 1
        return self._connection.total_changes - before > 1
