"""An experiment of the history while parts that were asked elsewhere are merged into it."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from diptych.core.experiment.answer_row import AnswerRow
from diptych.core.recording import Recording
from diptych.core.round import Round
from diptych.store.database import connect, sentences
from diptych.store.hidden import remove_left_behind
from diptych.store.recorded_rounds import insert_recorded, merging_session
from diptych.store.stored_rows import is_another, merge_row
from diptych.store.transactions import transaction

_CACHE = 64_000
"""KiB of the database that stay in memory: the rows of one case lie far apart in time, and together in an index."""


class MergedExperiment:
    """Puts rows and rounds into an experiment, some in each transaction. Rows have to name the experiment."""

    def __init__(self, connection: sqlite3.Connection, number: int) -> None:
        self._connection = connection
        self._number = number

    def other_answer(self, rows: Iterable[AnswerRow]) -> AnswerRow | None:
        """Return a row of a complete answer in whose place the experiment has another complete one."""
        return next((row for row in rows if is_another(self._connection, self._number, row)), None)

    def add_rows(self, rows: Iterable[AnswerRow]) -> None:
        """Keep rows, except for those of answers that are there and complete."""
        with transaction(self._connection):
            for row in rows:
                merge_row(self._connection, row)

    def add_rounds(self, rounds: Sequence[tuple[Recording, Round]]) -> list[int]:
        """Put in recordings with what they fold to; return their IDs in the history.

        A round that is there already, by its case, its repeat and its date, is not put in again.
        """
        with transaction(self._connection):
            session = merging_session(self._connection, self._number)
            return [insert_recorded(self._connection, session, self._number, *each) for each in rounds]


@contextmanager
def merged_experiment(path: Path, number: int) -> Iterator[MergedExperiment]:
    """Open the history at a path to merge into an experiment. Raises `StoreError`."""
    with sentences(path), closing(connect(path)) as connection:
        connection.execute(f"PRAGMA cache_size = -{_CACHE}")
        remove_left_behind(connection, path)
        yield MergedExperiment(connection, number)
