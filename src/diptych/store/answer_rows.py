"""The rows of an experiment's answers in the history."""

import sqlite3

import msgspec

from diptych.codec.run_row import row_line
from diptych.core.experiment.answer_row import AnswerRow
from diptych.store.storable import storable


def put_row(connection: sqlite3.Connection, round_id: int, row: AnswerRow) -> AnswerRow:
    """Keep the row of an answer in place of the one before; return it with the ID of its round.

    The row of an experiment that is not in this history, or not any more, is left out.
    """
    row = msgspec.structs.replace(row, round=round_id)
    connection.execute(
        """INSERT OR REPLACE INTO answers (experiment, case_id, repeat, label, round, row)
        SELECT id, ?, ?, ?, ?, ? FROM experiments WHERE id = ?""",
        (storable(row.case), row.repeat, storable(row.label), round_id, row_line(row), row.experiment),
    )
    return row
