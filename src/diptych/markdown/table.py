"""The source of GitHub's tables (https://github.github.com/gfm/#tables-extension-): their rows and alignments."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from diptych.markdown.formulas import Formulas
from diptych.markdown.leaves import Alignment

_DELIMITERS = re.compile(r"(?:[|:]|-(?![ \t]))[-|: \t]+")
_DELIMITER = re.compile(r":?-+:?")
_PIPE = re.compile(r"(?<!\\)\|")


class Cell(NamedTuple):
    """The text of a cell, and where in its line it stands."""

    text: str
    place: int


def alignments(line: str) -> tuple[Alignment, ...] | None:
    """The alignment of each column, "" where none is asked for, if the line is one between a header and its rows."""
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
    """The cells of a row, each with its index in the line; escaped pipes in them are still escaped.

    A pipe in a formula separates cells, as it does in code, but not where that makes more cells than there are columns.
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
    """The cells of a row of a table that has so many columns: what is missing is empty, what is too much left out."""
    found = [Cell(_unescaped(text), index) for text, index in split_row(line, columns)[:columns]]
    return found + [Cell("", len(line))] * (columns - len(found))


def _unescaped(cell: str) -> str:
    """The text of a cell with its pipes as they are; in a formula, `\\|` may be a sign of the formula, and stays."""
    if "\\|" not in cell:
        return cell
    parts, at = [], 0
    for start, formula in Formulas(cell).spans():
        parts += [cell[at:start].replace("\\|", "|"), cell[start : formula.end]]
        at = formula.end
    return "".join([*parts, cell[at:].replace("\\|", "|")])
