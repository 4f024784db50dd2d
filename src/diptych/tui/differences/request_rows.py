"""What differs in two requests, as rows: part by part, each value behind the name of its run."""

from collections.abc import Iterator, Sequence

from rich.cells import cell_len

from diptych.core.text.sanitize import clean_line
from diptych.core.wording.counted import counted
from diptych.differences.requests import RequestDifference, RequestSection
from diptych.tui.differences.row_parts import MARGIN, heading, named_texts, wrapped
from diptych.tui.markdown.layout.rows import Row, Span
from diptych.tui.wrapping import shorten

_MOST_DIFFERENCES = 400
"""Differences of one part that are listed."""

_MOST_ROWS = 5
"""Rows of one value."""

_KEPT_EQUAL = 40
"""Characters of an equal beginning that are kept before the place where two long values differ."""

_INDENT = 4


def request_rows(sections: Sequence[RequestSection], names: Sequence[str], width: int) -> Iterator[Row]:
    """Yield the rows for a width in cells; `names` are those of both runs."""
    for number, section in enumerate(sections):
        if number:
            yield ()
        differences = section.differences
        said = section.remark or (counted(len(differences), "difference") if differences else "the same")
        yield *heading(section.title), Span(f" · {said}", "muted")
        for difference in differences[:_MOST_DIFFERENCES]:
            yield from _difference(difference, names, width)
        if len(differences) > _MOST_DIFFERENCES:
            more = len(differences) - _MOST_DIFFERENCES
            yield Span(" " * (MARGIN + 2), "text"), Span(f"… and {more:,} more", "muted")


def _difference(difference: RequestDifference, names: Sequence[str], width: int) -> Iterator[Row]:
    path = shorten(clean_line(difference.path[:500]), max(width - 2 * MARGIN - 2, 8))
    yield Span(" " * (MARGIN + 2), "text"), Span(path, "name")
    room = width - 2 * MARGIN - _INDENT - max(map(cell_len, names)) - 1
    values = _from_first_difference(difference.left, difference.right)
    texts = [
        [Span("not there", "muted")] if value is None else wrapped(value, room, "text", _MOST_ROWS) for value in values
    ]
    yield from named_texts(names, texts, _INDENT)


def _from_first_difference(left: str | None, right: str | None) -> tuple[str | None, str | None]:
    """Return both values without most of a long equal beginning."""
    if left is None or right is None:
        return left, right
    pairs = enumerate(zip(left, right, strict=False))
    equal = next((at for at, (mine, theirs) in pairs if mine != theirs), min(len(left), len(right)))
    if equal <= 2 * _KEPT_EQUAL:
        return left, right
    start = equal - _KEPT_EQUAL
    return f"…{left[start:]}", f"…{right[start:]}"
