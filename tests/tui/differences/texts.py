"""Rows as plain text, for the tests of what is laid out."""

from collections.abc import Iterable

from rich.cells import cell_len

from diptych.tui.markdown.layout.rows import Row


def texts(rows: Iterable[Row]) -> list[str]:
    """Return the text of each row, without white space at its end."""
    return ["".join(span.text for span in row).rstrip() for row in rows]


def widest(rows: Iterable[Row]) -> int:
    """Return the cells of the widest row."""
    return max(cell_len("".join(span.text for span in row)) for row in rows)
