"""Moves the full-text index of version 1 into that of version 2, in short transactions that can stop after any.

Each transaction moves the words of some rounds, so that at any moment the words of a round are in one of both, and a
search that takes both finds them. When all are moved, the old index is emptied and dropped.
"""

import sqlite3

from diptych.store.transactions import ShortTransactions
from diptych.store.word_search import OLD_WORDS, index_answer, index_prompt, indexes

_CHARACTERS = 100
"""Characters that count as one unit of work."""

_SECONDS = 0.02
"""How long a transaction may take on average. FTS5 merges what was written when it likes, which takes some longer."""

_NO_SEGMENTS = bytes(7)
"""The structure record of an index without content: a cookie of four bytes, and no levels, segments and writes."""


def moving(connection: sqlite3.Connection) -> ShortTransactions | None:
    """Return the work that is left, None where nothing is."""
    if OLD_WORDS not in indexes(connection):
        return None
    return ShortTransactions(connection, _Moving(connection).step, 500, _SECONDS)


class _Moving:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def step(self, count: int) -> bool:
        """Do some of the work; return whether more is left."""
        if OLD_WORDS not in indexes(self._connection):
            return False  # another Diptych was faster
        if self._move(count) or self._empty(count):
            return True
        self._connection.execute(f"DROP TABLE {OLD_WORDS}")
        return False

    def _move(self, count: int) -> bool:
        """Move the words of one round, and of more while they are few; return whether there were any."""
        rows = self._connection.execute(f"SELECT rowid, * FROM {OLD_WORDS} ORDER BY rowid")  # noqa: S608 - a constant
        moved: list[int] = []
        left_over = count * _CHARACTERS
        for round_id, *texts in rows:
            prompt, left, right = (text if isinstance(text, str) else "" for text in texts)
            self._index(round_id, prompt, {"left": left, "right": right})
            moved.append(round_id)
            left_over -= len(prompt) + len(left) + len(right)
            if left_over <= 0:
                break
        rows.close()
        for round_id in moved:
            self._connection.execute(f"DELETE FROM {OLD_WORDS} WHERE rowid = ?", (round_id,))  # noqa: S608 - a constant
        return bool(moved)

    def _empty(self, count: int) -> bool:
        """Delete some of what the index keeps of moved words; return whether more may be left.

        FTS5 only marks deleted words, and removes them as it merges: all at once in the end, or when the table is
        dropped, which would take long. So the index is told that it has no segments, and what they were stored in is
        deleted from its table row by row, in another transaction than words are moved (https://sqlite.org/fts5.html#the_data_table_format).
        """
        data = f"{OLD_WORDS}_data"
        self._connection.execute(f"UPDATE {data} SET block = ? WHERE id = 10", (_NO_SEGMENTS,))  # noqa: S608 - a constant
        some = f"SELECT id FROM {data} WHERE id > 10 LIMIT ?"  # noqa: S608 - a constant
        return self._connection.execute(f"DELETE FROM {data} WHERE id IN ({some})", (count,)).rowcount == count  # noqa: S608

    def _index(self, round_id: int, prompt: str, answers: dict[str, str]) -> None:
        if not self._connection.execute("SELECT 1 FROM rounds WHERE id = ?", (round_id,)).fetchone():
            return
        index_prompt(self._connection, round_id, prompt)
        query = "SELECT id, label FROM runs WHERE round = ?"
        for run_id, label in self._connection.execute(query, (round_id,)).fetchall():
            if answer := answers.get(label):
                index_answer(self._connection, run_id, answer)
