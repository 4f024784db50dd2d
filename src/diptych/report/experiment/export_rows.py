"""The rows of an experiment as CSV, as JSON Lines, and as one JSON object together with what they come to."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from diptych.codec.plan_object import plan_object
from diptych.codec.run_row import row_line
from diptych.core.experiment.answer_row import AnswerRow
from diptych.core.json_text import to_json
from diptych.core.text.sanitize import sendable
from diptych.report.experiment.exported import ExportedExperiment
from diptych.report.experiment.judge_object import verdict_members
from diptych.report.experiment.summary_object import summary_object

COLUMNS = AnswerRow.__struct_fields__
"""The columns of a row, in the order of `run --rows`."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What makes a formula of a cell in a spreadsheet: https://owasp.org/www-community/attacks/CSV_Injection."""


def csv_rows(rows: Iterable[AnswerRow]) -> Iterator[str]:
    """Yield rows as lines of CSV, below their names. Members that are objects or lists are JSON.

    A text that a spreadsheet would take for a formula has an apostrophe before it.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([_cell(value) for value in msgspec.to_builtins(row).values()])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def json_lines(rows: Iterable[AnswerRow]) -> Iterator[str]:
    """Yield rows as `run --rows` prints them."""
    return (f"{row_line(row)}\n" for row in rows)


def json_object(exported: ExportedExperiment) -> Iterator[str]:
    """Yield the object of `run --json`, with the digest of the plan, and the rows as its last member."""
    whole = summary_object(exported.number, plan_object(exported.plan), exported.summary)
    whole |= verdict_members(exported.judges, exported.votes)
    yield f'{to_json(whole | {"digest": exported.digest})[:-1]}, "rows": ['
    separator = "\n"
    for row in exported.rows:
        yield f"{separator}{row_line(row)}"
        separator = ",\n"
    yield "\n]}\n"


def _cell(value: Any) -> Any:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            text = sendable(value)
            return f"'{text}" if text.startswith(_FORMULA) else text
        case dict() | list() | tuple():
            return to_json(value)
        case _:
            return value
