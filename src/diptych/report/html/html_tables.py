"""Tables of web pages. Each has headings for screen readers, and can be scrolled if it is too wide for the page."""

from collections.abc import Iterable

from diptych.report.html.escape import words

TABLE_END = "</tbody>\n</table></div>\n"

EMPTY_HEAD = "<td></td>"
"""The corner of a table whose rows have headings."""


def scrolling(label: str) -> str:
    """Return the beginning of a `<div>` that may be wider than the screen, and can be scrolled with the keyboard."""
    return f'<div class="scroll" role="group" aria-label="{words(label)}" tabindex="0">'


def table_start(label: str, heads: str, css: str = "figures") -> str:
    """Return the beginning of a table, up to the first row of its body. `heads` are its cells, as HTML."""
    return f'{scrolling(label)}<table class="{css}">\n<thead><tr>{heads}</tr></thead>\n<tbody>\n'


def head_cell(text: str, css: str = "") -> str:
    """Return the heading of a column; an empty cell if it has none."""
    if not text:
        return EMPTY_HEAD
    return f'<th scope="col"{_class(css)}>{words(text)}</th>'


def table_row(first: str, cells: Iterable[str], css: str = "") -> str:
    """Return a row. The first cell is its heading, and all are foreign text."""
    others = "".join(f"<td>{words(cell)}</td>" for cell in cells)
    return f'<tr{_class(css)}><th scope="row">{words(first)}</th>{others}</tr>\n'


def table(label: str, heads: Iterable[str], rows: Iterable[tuple[str, ...]], css: str = "figures") -> str:
    """Return a whole table of foreign texts. The first cell of each row is its heading."""
    body = "".join(table_row(first, cells) for first, *cells in rows)
    return f"{table_start(label, ''.join(map(head_cell, heads)), css)}{body}{TABLE_END}"


def _class(css: str) -> str:
    return f' class="{css}"' if css else ""
