"""The experiments of a history: begun, listed, read, added to, judged and deleted."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from diptych.core.experiment.answer_row import AnswerRow
from diptych.core.experiment.answered import Answered
from diptych.core.experiment.judging.judgement import Judgement, VotedPair
from diptych.core.gc_policy import no_collections
from diptych.core.history_summary import ListedExperiment
from diptych.core.json_text import to_json
from diptych.core.recording import Recording
from diptych.core.request import Label
from diptych.store.database import empty_log
from diptych.store.errors import StoreError
from diptych.store.experiment_spending import MostOfAnswer, read_spent
from diptych.store.experiments import (
    StoredExperiment,
    answers_without_rows,
    experiment_number,
    experiment_writers,
    list_experiments,
    merged_number,
    read_answered,
    read_experiment,
)
from diptych.store.hidden import hide_experiment, remove, remove_experiments
from diptych.store.history_connections import HistoryConnections
from diptych.store.judgement_rows import Judge, put_judgement, read_judgements, read_judges, read_voted_pairs
from diptych.store.round_reading import read_round
from diptych.store.round_rows import inserted_id
from diptych.store.stored_rows import StoredRows, put_row
from diptych.store.transactions import transaction
from diptych.store.writer_lock import is_alive


class HistoryOfExperiments:
    """The experiments of the history database at a path. Every method raises `StoreError` if it cannot be used."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connections = HistoryConnections(path)

    def add_experiment(self, plan: Mapping[str, Any], date: float | None = None) -> int:
        """Put in an experiment; return its number. `plan` has the members `plan`, `digest`, `limits` and `app`."""
        with self._connections.writing(create=True) as connection, transaction(connection):
            values = (date, to_json(dict(plan)))
            return inserted_id(connection.execute("INSERT INTO experiments (date, plan) VALUES (?, ?)", values))

    def experiments(self) -> Sequence[ListedExperiment]:
        """Return all experiments, the newest first."""
        if not self._connections.exists():
            return []
        with self._connections.reading() as connection:
            return list_experiments(connection)

    def experiment(self, reference: str) -> StoredExperiment:
        """Return the experiment that `x3`, `xlast` or `xlast~1` names."""
        with no_collections(), self._connections.reading() as connection:
            return read_experiment(connection, experiment_number(connection, reference))

    def rows(self, experiment: StoredExperiment) -> StoredRows:
        """Return the rows of an experiment, to be iterated over."""
        return StoredRows(self._connections.reading, experiment.number, experiment.plan)

    def answered(self, experiment: StoredExperiment, *, retry_failed: bool = False) -> Answered:
        """Return the answers that are there; with `retry_failed`, without those that failed or were cut."""
        with self._connections.reading() as connection:
            return read_answered(connection, experiment, retry_failed=retry_failed)

    def spent(self, experiment: StoredExperiment, most: MostOfAnswer) -> Decimal:
        """Return what an experiment has cost at most, in US dollars; see `read_spent`."""
        with self._connections.reading() as connection:
            return read_spent(connection, experiment.number, most)

    def without_rows(self, experiment: StoredExperiment) -> Sequence[tuple[Recording, Sequence[Label]]]:
        """Return the rounds that have answers which ended but have no row, with the labels of these answers.

        Their program was killed before the answers were checked.
        """
        with no_collections(), self._connections.reading() as connection:
            rounds: dict[int, list[Label]] = {}
            for round_id, label in answers_without_rows(connection, experiment.number):
                rounds.setdefault(round_id, []).append(label)
            alive = partial(is_alive, self.path)
            return [(read_round(connection, round_id, alive), labels) for round_id, labels in rounds.items()]

    def is_being_asked(self, number: int) -> bool:
        """Whether another process that still runs has recorded rounds of an experiment."""
        with self._connections.reading() as connection:
            return any(is_alive(self.path, writer) for writer in experiment_writers(connection, number))

    def add_rows(self, rows: Iterable[AnswerRow]) -> None:
        """Keep rows whose rounds are in the history, in place of those before."""
        with self._connections.writing() as connection, transaction(connection):
            for row in rows:
                put_row(connection, row.round, row)

    def merged_experiment(self, digest: str) -> int | None:
        """Return the number of the newest experiment with this plan that was merged; None if there is none."""
        if not self._connections.exists():
            return None
        with self._connections.reading() as connection:
            return merged_number(connection, digest)

    def delete_experiment(self, number: int) -> None:
        """Remove an experiment with its rows and its rounds for good; all of it stays if it is still being asked."""
        with self._connections.hidden_session() as (connection, session):
            with transaction(connection):
                self._refuse_asking(connection, number)
                hide_experiment(connection, number, session)
            remove_experiments(connection)
            remove(connection, session)
            empty_log(connection)

    def put_judgements(self, experiment: int, judgements: Iterable[Judgement]) -> None:
        """Keep what a judge said about an experiment in place of what it said before of the same answers."""
        with self._connections.writing() as connection, transaction(connection):
            for judgement in judgements:
                put_judgement(connection, experiment, judgement)

    def judges(self, experiment: int) -> Sequence[Judge]:
        """Return the judges that were asked about an experiment, in alphabetical order."""
        with self._connections.reading() as connection:
            return read_judges(connection, experiment)

    def judgements(self, experiment: int, judge: Judge) -> Iterator[Judgement]:
        """Yield what a judge said about an experiment, by case and repeat, while they are read."""
        with self._connections.reading() as connection:
            yield from read_judgements(connection, experiment, judge)

    def voted_pairs(self, experiment: int) -> Sequence[VotedPair]:
        """Return the user's votes on pairs of answers of an experiment."""
        with self._connections.reading() as connection:
            return list(read_voted_pairs(connection, experiment))

    def _refuse_asking(self, connection: sqlite3.Connection, number: int) -> None:
        if any(is_alive(self.path, writer) for writer in experiment_writers(connection, number)):
            raise StoreError(f"Experiment x{number} is still being asked: delete it when that has ended.")
