"""What differs between two runs besides their answers, as plain text: their figures and their requests."""

from collections.abc import Iterable, Iterator

from diptych.core.text.excerpt import excerpt
from diptych.core.text.sanitize import clean_line
from diptych.differences.compared_figures import ComparedFigure
from diptych.differences.requests import RequestDifference, RequestSection
from diptych.report.columns import aligned
from diptych.report.differences_text import Paint, with_marks
from diptych.report.figure_differences import delta_text, ratio_text, value_text

_LONGEST = 200
"""Characters of a value of a request, and of a figure in words, that are shown."""


def figure_lines(figures: Iterable[ComparedFigure], left: str, right: str) -> list[str]:
    """Return the figures of two runs as a table, whose columns have the runs' names."""
    rows: list[tuple[str, ...]] = [("", clean_line(left), clean_line(right), "Δ", "ratio")]
    for figure in figures:
        values = (clean_line(value_text(figure, value)[:_LONGEST]) for value in (figure.left, figure.right))
        changes = ("", "") if figure.kind == "words" else (delta_text(figure), ratio_text(figure))
        rows.append((figure.name, *values, *changes))
    return aligned(rows)


def request_lines(sections: Iterable[RequestSection], paint: Paint = with_marks) -> Iterator[str]:
    """Yield what differs in the requests of two runs: the path of each value, and what it is in each of them."""
    for section in sections:
        for difference in section.differences:
            path = " · ".join(filter(None, (section.title, clean_line(difference.path))))
            yield f"~ {path}: {_changed(difference, paint)}"


def _changed(difference: RequestDifference, paint: Paint) -> str:
    left = "" if difference.left is None else paint("removed", excerpt(difference.left, _LONGEST))
    right = "" if difference.right is None else paint("added", excerpt(difference.right, _LONGEST))
    return left + right
