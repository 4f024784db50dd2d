"""Rows of a name and a few figures, which all parts of the screen of differences use."""

from collections.abc import Iterator, Sequence

from rich.cells import cell_len, set_cell_size

from diptych.core.text.sanitize import clean
from diptych.core.wording.counted import counted
from diptych.tui.markdown.layout.rows import Row, Span
from diptych.tui.wrapping import Wrapping, shorten

MARGIN = 1
"""Cells at the left of every row."""

_WIDEST_TABLE = 88
"""Cells of a table at most: in a wider one, figures stand too far from their names."""

SIDES = ("left", "right")
"""The roles of the first and the second run: their colours."""


def heading(text: str) -> Row:
    """Return a row with a heading."""
    return (_margin(), Span(text, "heading"))


def sentence(text: str, width: int, role: str = "muted") -> Iterator[Row]:
    """Yield the rows of a sentence."""
    wrapping = Wrapping(max(width - 2 * MARGIN, 2), text)
    for index in range(wrapping.height):
        yield _margin(), Span(wrapping.shown(index), role)


def figure_row(name: str, cells: Sequence[tuple[str, str]], width: int, *, sign: Span | None = None) -> Row:
    """Return a row with a name and right-aligned cells, each a text and its role. A `sign` stands before the name."""
    column = column_width(width)
    width = min(width, _WIDEST_TABLE)
    room = width - MARGIN - column * len(cells) - (cell_len(sign.text) + 1 if sign else 0)
    spans = [_margin()]
    if sign:
        spans += [sign, Span(" ", "text")]
    spans.append(Span(set_cell_size(shorten(name, max(room, 1)), max(room, 1)), "name"))
    spans += [Span(shorten(text, column - 1).rjust(column), role) for text, role in cells]
    return spans


def column_width(width: int) -> int:
    """Return the cells of a column of figures."""
    return 14 if width >= 100 else 11


def named_texts(names: Sequence[str], texts: Sequence[Sequence[Span]], indent: int) -> Iterator[Row]:
    """Yield rows in which each text stands behind the name of its run; the texts are laid out in rows already."""
    label = max(map(cell_len, names)) + 1
    for name, role, rows in zip(names, SIDES, texts, strict=True):
        for number, span in enumerate(rows):
            shown = name if number == 0 else ""
            yield _margin(), Span(" " * indent, "text"), Span(set_cell_size(shown, label), role), span


def wrapped(text: str, width: int, role: str, most_rows: int) -> list[Span]:
    """Return the rows of a foreign text, each a span; where there are more than `most_rows`, the last one says so."""
    wrapping = Wrapping(max(width, 8), clean(text[: most_rows * max(width, 8) * 2]))
    rows = [Span(wrapping.shown(index), role) for index in range(min(wrapping.height, most_rows))]
    shown = sum(len(wrapping.rows[index]) for index in range(len(rows)))
    if shown < len(text.rstrip()) and wrapping.height >= most_rows:
        hidden = len(text) - shown + len(wrapping.rows[len(rows) - 1])
        rows[-1] = Span(f"… {counted(hidden, 'more character')}", "muted")
    return rows or [Span("(empty)", "muted")]


def _margin() -> Span:
    return Span(" " * MARGIN, "text")
