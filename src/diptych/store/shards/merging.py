"""Puts the answers of several folders into the history, as one experiment."""

from collections.abc import Callable, Container, Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import TypeVar

import msgspec

from diptych import __version__
from diptych.codec.plan_object import limits_object, plan_object
from diptych.core.recording import Recording
from diptych.core.round import Round
from diptych.store.errors import StoreError
from diptych.store.history import History
from diptych.store.shards.found_answers import FoundAnswers, answer_name
from diptych.store.shards.merged_experiment import MergedExperiment, merged_experiment
from diptych.store.shards.shard_folder import ShardFolder

_Each = TypeVar("_Each")

_ROWS_AT_ONCE = 1_000
"""Rows of one transaction. Other programs can write between two of them."""

_LINES_AT_ONCE = 3_000
"""Lines of the recordings of one transaction, or those of a single round."""


def begin_merged(history: History, found: FoundAnswers) -> int:
    """Put in an experiment with the plan of these folders; return its number."""
    first = found.folders[0]
    plan = {"plan": plan_object(first.plan), "digest": first.digest, "limits": limits_object(first.limits)}
    began = [row.began for folder in found.folders for row in islice(folder.rows(), 1) if row.began]
    return history.add_experiment(plan | {"app": __version__, "merged": True}, _seconds(min(began, default="")))


def refuse_other_answers(history: History, number: int, found: FoundAnswers) -> None:
    """Raise `StoreError` if an experiment has another complete answer in the place of one that was found."""
    with merged_experiment(history.path, number) as target:
        for folder in found.folders:
            for rows in _batches(found.rows(folder), _ROWS_AT_ONCE):
                if other := target.other_answer(row for _, row in rows):
                    line = next(line for line, row in rows if row is other)
                    raise StoreError(
                        f"{folder.rows_file}, line {line}, has {answer_name(other)}, of which x{number} has another "
                        "one. Nothing was merged: use --into new to make another experiment."
                    )


def merge(
    history: History,
    number: int,
    found: FoundAnswers,
    fold: Callable[[Recording], Round] | None,
    done: Callable[[int], object] = lambda count: None,
) -> None:
    """Put the rows of all folders into an experiment, and their rounds before them, unless `fold` is None.

    `fold` returns the round of a recording. `done` is told how many rows were put in each time. What is in the
    experiment already is left as it is, so that a merge that was broken off can be repeated as a whole. Raises
    `StoreError`.
    """
    with merged_experiment(history.path, number) as target:
        for folder in found.folders:
            ids = _merge_rounds(target, found, folder, fold) if fold else {}
            for rows in _batches(found.rows(folder), _ROWS_AT_ONCE):
                target.add_rows(
                    msgspec.structs.replace(row, experiment=number, round=ids.get(row.round)) for _, row in rows
                )
                done(len(rows))


def _merge_rounds(
    target: MergedExperiment, found: FoundAnswers, folder: ShardFolder, fold: Callable[[Recording], Round]
) -> dict[int | None, int | None]:
    """Put in the rounds of a folder that have rows; return their IDs in the history by their numbers in the folder."""
    ids: dict[int | None, int | None] = {row.round: None for _, row in found.rows(folder) if row.round is not None}
    for batch in _round_batches(folder, ids.keys()):
        known = target.add_rounds([(recording, fold(recording)) for recording in batch])
        ids.update(zip((recording.number for recording in batch), known, strict=True))
    return ids


def _round_batches(folder: ShardFolder, wanted: Container[int | None]) -> Iterator[list[Recording]]:
    """Yield the recordings of these rounds, some at a time, so that only few of them are in memory."""
    batch: list[Recording] = []
    lines = 0
    for recording in folder.recordings():
        if recording.number in wanted:
            batch.append(recording)
            lines += sum(len(run.lines) for run in recording.runs)
        if lines >= _LINES_AT_ONCE:
            yield batch
            batch, lines = [], 0
    if batch:
        yield batch


def _batches(values: Iterable[_Each], size: int) -> Iterator[list[_Each]]:
    iterator = iter(values)
    while batch := list(islice(iterator, size)):
        yield batch


def _seconds(date: str) -> float | None:
    """Return a date as seconds since 1970; None where it is not a date."""
    try:
        return datetime.fromisoformat(date).timestamp()
    except ValueError:
        return None
