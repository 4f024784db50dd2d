"""Parse the rows and alignments of GitHub's tables (https://github.github.com/gfm/#tables-extension-)."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from diptych.markdown.formulas import Formulas
from diptych.markdown.leaves import Alignment

_DELIMITERS = re.compile(r"(?:[|:]|-(?![ \t]))[-|: \t]+")
_DELIMITER = re.compile(r":?-+:?")
_PIPE = re.compile(r"(?<!\\)\|")


class Cell(NamedTuple):
    """The text of a cell, and its index in the line."""

    text: str
    place: int


def alignments(line: str) -> tuple[Alignment, ...] | None:
    """Return the alignment of each column, "" for the default. None if this is not the line below a table's header."""
    if not _DELIMITERS.fullmatch(line):
        return None
    cells = [cell.strip() for cell in line.split("|")]
    found: list[Alignment] = []
    for index, cell in enumerate(cells):
        if not cell and index in (0, len(cells) - 1):
            continue
        if not _DELIMITER.fullmatch(cell):
            return None
        left, right = cell.startswith(":"), cell.endswith(":")
        found.append("center" if left and right else "right" if right else "left" if left else "")
    return tuple(found)


def split_row(line: str, columns: int) -> list[tuple[str, int]]:
    """Return the cells of a row, each with its index in the line. Escaped pipes in them stay escaped.

    A pipe in a formula separates cells, as it does in code, unless there would be more cells than columns.
    """
    pipes = [match.start() for match in _PIPE.finditer(line)]
    found = _split(line, pipes)
    if len(found) > columns:
        formulas = [(start, formula.end) for start, formula in Formulas(line).spans() if not formula.closer]
        outside = [pipe for pipe in pipes if not any(start < pipe < end for start, end in formulas)]
        return _split(line, outside)
    return found


def _split(line: str, pipes: Iterable[int]) -> list[tuple[str, int]]:
    cells = []
    start = 0
    for pipe in pipes:
        cells.append((line[start:pipe], start))
        start = pipe + 1
    cells.append((line[start:], start))
    if not cells[0][0]:
        cells.pop(0)
    if cells and not cells[-1][0]:
        cells.pop()
    return [(cell.strip(), index + len(cell) - len(cell.lstrip())) for cell, index in cells]


def cells(line: str, columns: int) -> list[Cell]:
    """Return the cells of a row, one for each column. Missing cells are empty, and extra ones are left out."""
    found = [Cell(_unescaped(text), index) for text, index in split_row(line, columns)[:columns]]
    return found + [Cell("", len(line))] * (columns - len(found))


def _unescaped(cell: str) -> str:
    """Return the text of a cell with its pipes unescaped, except in formulas, where `\\|` may be a LaTeX command."""
    if "\\|" not in cell:
        return cell
    parts, at = [], 0
    for start, formula in Formulas(cell).spans():
        parts += [cell[at:start].replace("\\|", "|"), cell[start : formula.end]]
        at = formula.end
    return "".join([*parts, cell[at:].replace("\\|", "|")])
