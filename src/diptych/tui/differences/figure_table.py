"""The figures of two runs as rows: first what is said in words, then a table of numbers."""

from collections.abc import Iterator, Sequence

from rich.cells import cell_len

from diptych.core.text.sanitize import clean_line
from diptych.differences.compared_figures import ComparedFigure
from diptych.report.figure_differences import delta_text, ratio_text, value_text
from diptych.tui.differences.row_parts import MARGIN, SIDES, figure_row, named_texts, wrapped
from diptych.tui.markdown.layout.rows import Row, Span

_LONGEST = 2_000
"""Characters of a figure in words that are shown."""
_MOST_ROWS = 3


def figure_table(figures: Sequence[ComparedFigure], names: Sequence[str], width: int) -> Iterator[Row]:
    """Yield the rows for a width in cells; `names` are those of both runs."""
    for figure in figures:
        if figure.kind == "words":
            yield from _words(figure, names, width)
    yield ()
    yield figure_row("", [*zip(names, SIDES, strict=True), ("Δ", "muted"), ("ratio", "muted")], width)
    for figure in figures:
        if figure.kind != "words":
            role = "text" if figure.differs else "muted"
            cells = [
                (value_text(figure, figure.left), role),
                (value_text(figure, figure.right), role),
                (delta_text(figure), "delta" if figure.delta else "muted"),
                (ratio_text(figure), role),
            ]
            yield figure_row(figure.name, cells, width)


def _words(figure: ComparedFigure, names: Sequence[str], width: int) -> Iterator[Row]:
    indent = 18 if width >= 72 else 2
    if indent < 18:
        yield Span(" " * MARGIN, "text"), Span(figure.name, "name")
    texts = [clean_line(value_text(figure, value)[:_LONGEST]) for value in (figure.left, figure.right)]
    shown = ("both",) if texts[0] == texts[1] else names
    room = width - 2 * MARGIN - indent - max(map(cell_len, shown)) - 1
    rows = [wrapped(text, room, "text" if len(shown) > 1 else "muted", _MOST_ROWS) for text in texts]
    if len(shown) == 1:
        lines: list[Row] = [
            (Span(" " * MARGIN, "text"), Span(" " * indent, "text"), Span("both ", "muted"), rows[0][0])
        ]
    else:
        lines = list(named_texts(names, rows, indent))
    for number, row in enumerate(lines):
        if number == 0 and indent == 18:
            margin, _, *rest = row
            yield margin, Span(f"{figure.name:<{indent}}", "name"), *rest
        else:
            yield row
