"""The full-text index of the history: a row for the prompt of each round, and one for the answer of each run.

Notes are few and short. They are not in the index, but looked through in memory, so that no word of a note is left in
the file when it is removed.

A history that comes from version 1 has another index, with a row per round, until `diptych.store.moved_words` has moved
all of it; one of version 1 that can only be read has that alone. Searching takes what there is.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager

from diptych.store.storable import storable

OLD_WORDS = "search_1"
"""The index of version 1, in a history that was brought up to date and whose words are not all moved yet."""

LONGEST = 300_000
"""Characters of an answer that can be searched: indexing more at once would hold the write lock for too long."""

_WORDS_OF_ROUND = "SELECT rowid FROM {0} WHERE {0} MATCH ?"
_WORDS_OF_RUN = "SELECT runs.round FROM {0} JOIN runs ON runs.id = {0}.rowid WHERE {0} MATCH ?"

_QUERIES = {
    "prompt_words": _WORDS_OF_ROUND,
    "answer_words": _WORDS_OF_RUN,
    OLD_WORDS: _WORDS_OF_ROUND,
    "search": _WORDS_OF_ROUND,  # in version 1 itself
}
"""By the name of an index: how the rounds are found in which it has a word."""


def index_prompt(connection: sqlite3.Connection, round_id: int, prompt: str) -> None:
    """Index the prompt of a round, so that its words find the round."""
    connection.execute("INSERT INTO prompt_words (rowid, prompt) VALUES (?, ?)", (round_id, prompt))


def index_answer(connection: sqlite3.Connection, run_id: int, answer: str) -> None:
    """Index the answer of a run in place of what was indexed of it before."""
    connection.execute("INSERT OR REPLACE INTO answer_words (rowid, answer) VALUES (?, ?)", (run_id, answer))


def indexes(connection: sqlite3.Connection) -> list[str]:
    """Return the names of the indexes that the history has."""
    names = {str(name) for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    return [name for name in _QUERIES if name in names]


def remove_words(connection: sqlite3.Connection, names: Iterable[str], round_id: int) -> None:
    """Take the words of a round and its runs out of the indexes of these names."""
    for name in names:
        rows = "SELECT id FROM runs WHERE round = ?" if name == "answer_words" else "SELECT ?"
        connection.execute(f"DELETE FROM {name} WHERE rowid IN ({rows})", (round_id,))  # noqa: S608 - constants


def condition(connection: sqlite3.Connection, query: str) -> tuple[str, list[str]]:
    """Return the SQL condition for the rounds that have every word of a query, and its values.

    Of a word, the beginning is enough. A word may be in the prompt, in the note or in any answer of the round.
    """
    words = list(filter(_has_words, storable(query).replace("\0", "").split()))
    if not words:
        return "0", []
    names = indexes(connection)
    found = " UNION ALL ".join([*(_QUERIES[name].format(name) for name in names), "SELECT value FROM json_each(?)"])
    phrases = ['"{}" *'.format(word.replace('"', '""')) for word in words]
    values: list[str] = []
    for phrase, noted in zip(phrases, _noted_rounds(connection, phrases), strict=True):
        values += [phrase] * len(names) + [json.dumps(noted)]
    return " AND ".join([f"rounds.id IN ({found})"] * len(words)), values


def _noted_rounds(connection: sqlite3.Connection, phrases: Iterable[str]) -> Iterator[list[int]]:
    """Yield for each phrase the ids of the rounds that have it in their notes."""
    notes = connection.execute("SELECT round, CAST(text AS TEXT) FROM notes WHERE text <> ''")
    with _words_in_memory() as memory:
        memory.executemany("INSERT INTO typed (rowid, text) VALUES (?, ?)", notes)
        for phrase in phrases:
            found = memory.execute("SELECT rowid FROM typed WHERE typed MATCH ?", (phrase,))
            yield [round_id for (round_id,) in found]


def _has_words(typed: str) -> bool:
    """Whether the index sees a word in a text that was typed: not in punctuation alone."""
    with _words_in_memory() as memory:
        memory.execute("CREATE VIRTUAL TABLE words USING fts5vocab (typed, row)")
        memory.execute("INSERT INTO typed VALUES (?)", (typed,))
        return memory.execute("SELECT 1 FROM words").fetchone() is not None


@contextmanager
def _words_in_memory() -> Iterator[sqlite3.Connection]:
    """Make an empty index in memory, the table `typed`, that sees the same words as those of the history."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute('CREATE VIRTUAL TABLE typed USING fts5 (text, tokenize = "unicode61 remove_diacritics 2")')
        yield connection
