"""Where an experiment is recorded, and what is there of it already: in the history, in a folder, or nowhere."""

import time
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from diptych import __version__
from diptych.codec.plan_object import limits_object, plan_digest, plan_object
from diptych.core.experiment.answered import Answered
from diptych.engine.checks.answer_checker import ChecksCancelledError
from diptych.headless.experiment.kept_rows import KeptRows
from diptych.replay.folding import fold
from diptych.store.experiment_spending import MostOfAnswer
from diptych.store.history_writer import HistorySink
from diptych.store.shards.found_answers import FoundAnswers
from diptych.store.shards.shard_sink import ShardSink
from diptych.store.sink import Nowhere

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from diptych.core.experiment.answer_row import AnswerRow
    from diptych.core.experiment.plan import Limits, Plan
    from diptych.core.recording import Recording
    from diptych.core.request import Label
    from diptych.engine.experiment.row_maker import RowMaker
    from diptych.store.experiments import StoredExperiment
    from diptych.store.history import History
    from diptych.store.shards.shard_folder import ShardFolder
    from diptych.store.sink import Sink


class ExperimentRecords(Protocol):
    """Where the rounds and rows of one experiment are kept. Methods raise `StoreError` where that fails."""

    @property
    def number(self) -> int | None:
        """The number of the experiment in the history, None if it is not there."""

    @property
    def how_to_resume(self) -> str:
        """A sentence that says how to ask for what is missing; "" if that is not possible."""

    @property
    def kept(self) -> KeptRows | None:
        """What the rows are added to as they come, None if the recorder keeps them."""

    def sink(self) -> "Sink":
        """Return what a recorder writes into."""

    def answered(self, *, retry_failed: bool = False) -> Answered:
        """Return the answers that are there; with `retry_failed`, without those that failed or were cut."""

    def spent(self, most: MostOfAnswer) -> Decimal:
        """Return what it has cost at most, in US dollars."""

    def without_rows(self) -> "Iterable[tuple[Recording, Sequence[Label]]]":
        """Return the recordings with answers which ended but have no row, with the labels of these answers."""

    def add_rows(self, rows: "Iterable[AnswerRow]") -> None:
        """Keep the rows of such answers."""

    def rows(self) -> "Iterable[AnswerRow]":
        """Return the rows of all answers."""


@dataclass(frozen=True, slots=True)
class InHistory:
    """An experiment in the history."""

    history: "History"
    stored: "StoredExperiment"
    kept: None = None

    @property
    def number(self) -> int:
        """Its number."""
        return self.stored.number

    @property
    def how_to_resume(self) -> str:
        """A sentence with the command."""
        return f"Ask for the rest with `diptych run --resume x{self.number}`."

    def sink(self) -> "Sink":
        """Return what writes into the history."""
        return HistorySink(self.history.path)

    def answered(self, *, retry_failed: bool = False) -> Answered:
        """Return the answers that are there."""
        return self.history.answered(self.stored, retry_failed=retry_failed)

    def spent(self, most: MostOfAnswer) -> Decimal:
        """Return what it has cost at most."""
        return self.history.spent(self.stored, most)

    def without_rows(self) -> "Iterable[tuple[Recording, Sequence[Label]]]":
        """Return the recordings with answers that have no row."""
        return self.history.without_rows(self.stored)

    def add_rows(self, rows: "Iterable[AnswerRow]") -> None:
        """Keep rows of rounds that are in the history."""
        self.history.add_rows(rows)

    def rows(self) -> "Iterable[AnswerRow]":
        """Return all rows, read anew each time."""
        return self.history.rows(self.stored)


class InFolder:
    """A part of an experiment in a folder. Only one process can write there."""

    number = None
    kept = None
    how_to_resume = "Run the same command again to ask for the rest."

    def __init__(self, folder: "ShardFolder") -> None:
        self._folder = folder

    def sink(self) -> "Sink":
        """Return what writes into the folder."""
        return self._sink

    @cached_property
    def _sink(self) -> ShardSink:
        return ShardSink(self._folder)

    def answered(self, *, retry_failed: bool = False) -> Answered:
        """Return the answers that are there."""
        return self._folder.answered(retry_failed=retry_failed)

    def spent(self, most: MostOfAnswer) -> Decimal:
        """Return what it has cost at most."""
        return self._folder.spent(most)

    def without_rows(self) -> "Iterable[tuple[Recording, Sequence[Label]]]":
        """Return the recordings with answers that have no row."""
        return self._folder.without_rows()

    def add_rows(self, rows: "Iterable[AnswerRow]") -> None:
        """Append rows of rounds that are in the folder."""
        self._sink.add_rows(rows)

    def rows(self) -> "Iterable[AnswerRow]":
        """Return the rows that no later row replaces."""
        return _FolderRows(self._folder)


@dataclass(frozen=True, slots=True)
class _FolderRows:
    """The rows of a folder, read anew each time."""

    folder: "ShardFolder"

    def __iter__(self) -> "Iterator[AnswerRow]":
        return (row for _, row in FoundAnswers([self.folder]).rows(self.folder))


@dataclass(frozen=True, slots=True)
class Unrecorded:
    """An experiment that is not recorded: its rows are gone with the process."""

    plan: "Plan"
    kept: KeptRows = field(default_factory=KeptRows)
    number: None = None
    how_to_resume: str = ""

    def sink(self) -> "Sink":
        """Return a sink that writes nothing."""
        return Nowhere()

    def answered(self, *, retry_failed: bool = False) -> Answered:
        """Return no answers: none was asked for before."""
        del retry_failed
        return Answered(self.plan)

    def spent(self, most: MostOfAnswer) -> Decimal:
        """Return 0: nothing was asked yet."""
        del most
        return Decimal(0)

    def without_rows(self) -> "Iterable[tuple[Recording, Sequence[Label]]]":
        """Return nothing."""
        return ()

    def add_rows(self, rows: "Iterable[AnswerRow]") -> None:
        """Keep rows until the end."""
        for row in rows:
            self.kept.add(row)

    def rows(self) -> "Iterable[AnswerRow]":
        """Return the rows that have come."""
        return self.kept


def begin_in_history(history: "History", plan: "Plan", limits: "Limits") -> InHistory:
    """Put a new experiment into the history. Raises `StoreError`."""
    whole = {
        "plan": plan_object(plan),
        "digest": plan_digest(plan),
        "limits": limits_object(limits),
        "app": __version__,
    }
    return InHistory(history, history.experiment(f"x{history.add_experiment(whole, time.time())}"))


def recovered_rows(records: ExperimentRecords, row_maker: "RowMaker") -> "Sequence[AnswerRow]":
    """Give rows to answers that have ended but have none, as their process was killed before that; return them."""
    rows = list(_recovered(records, row_maker))
    if rows:
        records.add_rows(rows)
    return rows


def _recovered(records: ExperimentRecords, row_maker: "RowMaker") -> "Iterator[AnswerRow]":
    for recording, labels in records.without_rows():
        round_ = fold(recording)
        for label in labels:
            with suppress(ChecksCancelledError):
                yield row_maker.row_now(round_, round_.runs[label])
