"""The rows of an experiment's answers in the history."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager

import msgspec

from diptych.codec.run_row import read_row, row_line
from diptych.core.experiment.answer_row import AnswerKey, AnswerRow
from diptych.core.experiment.plan import Plan
from diptych.store.hidden import SEEN_EXPERIMENT
from diptych.store.storable import storable

_PUT = f"""INSERT INTO answers (experiment, case_id, repeat, label, round, state, cost_usd, row)
    SELECT id, ?, ?, ?, ?, ?, ?, ? FROM experiments WHERE id = ? AND {SEEN_EXPERIMENT}
    ON CONFLICT (experiment, case_id, repeat, label) DO UPDATE
    SET round = excluded.round, state = excluded.state, cost_usd = excluded.cost_usd, row = excluded.row
    WHERE excluded.state <> 'stopped' OR answers.state = 'stopped'"""  # noqa: S608 - put together from constants
"""Where two programs ask for the same answer, the one that was stopped gives way."""

_OF_CASE = "SELECT CAST(row AS BLOB), round FROM answers WHERE experiment = ? AND case_id = ?"


def put_row(connection: sqlite3.Connection, round_id: int | None, row: AnswerRow) -> AnswerRow:
    """Keep the row of an answer in place of the one before; return it with the ID of its round.

    The row of an experiment that is not in this history, or not any more, is left out.
    """
    row = msgspec.structs.replace(row, round=round_id)
    connection.execute(_PUT, (*_key(row), round_id, row.state, row.cost_usd, row_line(row), row.experiment))
    return row


def merge_row(connection: sqlite3.Connection, row: AnswerRow) -> None:
    """Keep a row that comes from elsewhere, unless there is a complete answer already; that keeps or gets its round."""
    found = _complete_row(connection, row)
    if found is None:
        put_row(connection, row.round, row)
    elif row.round is not None and _is_same(found, row):
        query = "UPDATE answers SET round = ? WHERE experiment = ? AND case_id = ? AND repeat = ? AND label = ?"
        connection.execute(query, (row.round, row.experiment, *_key(row)))


def is_another(connection: sqlite3.Connection, experiment: int, row: AnswerRow) -> bool:
    """Whether an experiment has another complete answer in the place of a complete one."""
    row = msgspec.structs.replace(row, experiment=experiment)
    found = _complete_row(connection, row)
    return found is not None and row.state == "complete" and not _is_same(found, row)


def _complete_row(connection: sqlite3.Connection, row: AnswerRow) -> AnswerRow | None:
    """Return the row that is in the place of another, if that is the row of a complete answer."""
    query = f"{_OF_CASE} AND repeat = ? AND label = ? AND state = 'complete'"
    found = connection.execute(query, (row.experiment, *_key(row))).fetchone()
    try:
        return read_row(found[0]) if found else None
    except ValueError:
        return None


def _is_same(one: AnswerRow, other: AnswerRow) -> bool:
    """Whether two rows are those of one answer: they differ only in what a history gives them."""
    return msgspec.structs.replace(one, experiment=None, round=None) == msgspec.structs.replace(
        other, experiment=None, round=None
    )


def _key(row: AnswerRow) -> tuple[str, int, str]:
    return storable(row.case), row.repeat, storable(row.label)


def answer_states(connection: sqlite3.Connection, experiment: int) -> Iterator[tuple[AnswerKey, str]]:
    """Yield the key and the state of each answer that has a row, in no order."""
    query = "SELECT case_id, repeat, label, state FROM answers WHERE experiment = ?"
    for case, repeat, label, state in connection.execute(query, (experiment,)):
        yield (case, repeat, label), state


class StoredRows:
    """The rows of an experiment. Each iteration reads them anew, one after another, as they are at that moment.

    Each has the ID of its round in this history, None if the round is not there any more. `damaged` counts the rows of
    the last iteration that could not be read. An iteration raises `StoreError` where the history cannot be read.
    """

    def __init__(
        self, opened: Callable[[], AbstractContextManager[sqlite3.Connection]], experiment: int, plan: Plan
    ) -> None:
        self.damaged = 0
        self._opened = opened
        self._experiment = experiment
        self._plan = plan

    def __iter__(self) -> Iterator[AnswerRow]:
        """Yield the rows in the order in which they were asked: all cases before any is repeated."""
        keys = ((storable(case.id), repeat) for repeat in range(1, self._plan.repeats + 1) for case in self._plan.cases)
        return self._read(f"{_OF_CASE} AND repeat = ? ORDER BY label", keys)

    def by_case(self) -> Iterator[AnswerRow]:
        """Yield the rows case by case, in the order of the plan, each with all of its repeats."""
        return self._read(f"{_OF_CASE} ORDER BY repeat, label", ((storable(case.id),) for case in self._plan.cases))

    def _read(self, query: str, keys: Iterable[tuple[str | int, ...]]) -> Iterator[AnswerRow]:
        self.damaged = 0
        with self._opened() as connection:
            for key in keys:
                for text, round_id in connection.execute(query, (self._experiment, *key)):
                    try:
                        row = read_row(text)
                    except ValueError:
                        self.damaged += 1
                    else:
                        yield msgspec.structs.replace(row, experiment=self._experiment, round=round_id)
