"""Reads prompt sets in CSV: the first row names the columns, which are variables of a template.

The columns `id`, `prompt`, `checks` and `attach` are themselves. Python's csv module decides about quotes.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any

from diptych.core.json_text import parse_finite_json
from diptych.core.text.excerpt import excerpt
from diptych.core.wording.counted import counted
from diptych.plans.entry import Entry
from diptych.plans.set_lines import LONGEST_LINE
from diptych.plans.set_problems import LineError, SetProblems

_OWN_COLUMNS = ("id", "prompt", "checks", "attach")
_DELIMITERS = (",", ";", "\t")
_SEPARATOR_LINE = re.compile(r'sep=([^\w\s"]|\t)\r?\n?', re.IGNORECASE)
"""A first line with which spreadsheets say what separates the cells."""

_QUOTED = re.compile(r'"[^"]*"')
_LONGEST_NAME = 60


def csv_entries(
    lines: Iterable[tuple[int, str]], problems: SetProblems, *, needs_prompt: bool = False
) -> Iterator[Entry]:
    """Yield the entry of each row that is not blank; what is wrong with a row is added to the problems.

    `needs_prompt` says that there is no template, so that there must be a column of prompts.
    """
    texts = _Texts(lines)
    with _long_cells():
        try:
            reader, header = _opened(texts)
            if needs_prompt and "prompt" not in header:
                raise LineError("there is no column prompt, and no template that makes prompts")
        except LineError as error:
            problems.add(str(error), texts.last)
            return
        while True:
            line = texts.last + 1
            try:
                row = next(reader, None)
            except csv.Error as error:
                problems.add(_csv_problem(error), line)
                return  # behind a wrong quote, nothing is where it seems to be
            if row is None:
                return
            if any(map(str.strip, row)):
                with problems.of_line(line):
                    yield _entry(line, _by_column(header, row))


class _Texts:
    """The texts of numbered lines. `last` is the number of the line that was read last."""

    def __init__(self, lines: Iterable[tuple[int, str]]) -> None:
        self._lines = iter(lines)
        self.last = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        self.last, text = next(self._lines)
        return text


def _opened(texts: _Texts) -> tuple[Iterator[list[str]], list[str]]:
    """Return a reader of the rows after the first, and the names of the columns. Raises `LineError`."""
    first = next(texts, "")
    separator = _SEPARATOR_LINE.fullmatch(first)
    if separator:
        first = next(texts, "")
    delimiter = separator[1] if separator else _delimiter(first)
    reader = csv.reader(chain([first], texts), delimiter=delimiter, strict=True)
    try:
        names = [name.strip() for name in next(reader, ())]
    except csv.Error as error:
        raise LineError(_csv_problem(error)) from None
    while names and not names[-1]:  # columns that a spreadsheet exports although they are empty
        names.pop()
    known: set[str] = set()
    for number, name in enumerate(names, 1):
        if not name:
            raise LineError(f"the column {number} has no name")
        if name in known:
            raise LineError(f"two columns have the name {excerpt(name, _LONGEST_NAME)}")
        known.add(name)
    return reader, names


def _csv_problem(error: csv.Error) -> str:
    return "a quote is not closed" if "unexpected end" in str(error) else f"this is not CSV ({error})"


def _by_column(header: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """Return the cells of a row by the names of their columns. Raises `LineError`."""
    if len(cells) < len(header) or any(cells[len(header) :]):
        raise LineError(
            f"this row has {counted(len(cells), 'cell')}, and the first row names {counted(len(header), 'column')}"
        )
    return dict(zip(header, (cell.replace("\r\n", "\n").replace("\r", "\n") for cell in cells), strict=False))


def _entry(line: int, row: dict[str, str]) -> Entry:
    """Return the entry of a row. Raises `LineError`."""
    own = {name: row.pop(name, "") for name in _OWN_COLUMNS}
    attach = own["attach"].strip()
    return Entry(
        line,
        own["id"] or None,
        own["prompt"] or None,
        variables=row,
        attach=(attach,) if attach else (),
        checks=_checks(own["checks"]),
    )


def _checks(cell: str) -> Any:
    if not cell.strip():
        return None
    try:
        return parse_finite_json(cell)
    except ValueError as error:
        raise LineError(f'checks: this is not JSON such as {{"contains": "Paris"}} ({error})') from None


def _delimiter(header: str) -> str:
    """Return what separates the names of the columns: what they have most of, outside of quotes."""
    bare = _QUOTED.sub("", header)
    return max(_DELIMITERS, key=bare.count)


@contextmanager
def _long_cells() -> Iterator[None]:
    """Allow cells to be as long as lines may be. The limit belongs to the whole process."""
    before = csv.field_size_limit(LONGEST_LINE)
    try:
        yield
    finally:
        csv.field_size_limit(before)
