"""The rows of the table of an experiment: a case, and how each model answered it, as texts with their roles."""

from collections.abc import Iterator, Sequence

from rich.cells import cell_len, set_cell_size

from diptych.core.experiment.answer_row import AnswerRow
from diptych.core.experiment.row_figures import RowFigure
from diptych.core.text.sanitize import clean_line
from diptych.report.experiment.figure_values import value_text
from diptych.report.experiment.results import cell_figures
from diptych.report.run_status import mark
from diptych.tui.experiment.case_columns import CaseColumns
from diptych.tui.wrapping import cut, shorten

PASSED, NOT_PASSED, MISSING = "✔", "✗", "·"

ROLES = ("id", "prompt", "passed", "failed", "missing", "figure", "distinct", "votes")
"""The roles of pieces. A piece with the role "" has no style."""

_MOST_READ = 200
"""Characters of a prompt or an ID that are looked at."""

_LEAST_PROMPT = 8
_MOST_ID = 24
"""Cells of the IDs of cases behind which all prompts begin in one column."""

Piece = tuple[str, str]
"""A text and its role."""


def id_width(cases: Sequence[str]) -> int:
    """Return the cells of the IDs of these cases, behind which their prompts begin."""
    return min(max((cell_len(clean_line(case)) for case in cases), default=0), _MOST_ID)


def case_cells(case: str, prompt: str, width: int, id_width: int) -> Iterator[Piece]:
    """Yield the ID of a case and the beginning of its prompt, as far as there is room."""
    shown = clean_line(" ".join(prompt[:_MOST_READ].split()))
    if not shown or width < 2 * _LEAST_PROMPT:
        name = shorten(clean_line(case[:_MOST_READ]), width)
        yield " " + set_cell_size(name, width), "id"
        return
    id_width = min(id_width, width // 2)
    name = set_cell_size(shorten(clean_line(case[:_MOST_READ]), id_width), id_width)
    room = width - id_width - 2
    yield f" {name}  ", "id"
    yield set_cell_size(cut(shown, room), room), "prompt"


def model_cells(answers: Sequence[AnswerRow], figure: RowFigure, wins: int, columns: CaseColumns) -> Iterator[Piece]:
    """Yield how a model answered a case: what passed, the figure, how many answers differ, and how many votes it won.

    Together they fill the column of the model.
    """
    if not answers:
        yield set_cell_size(MISSING, columns.model), "missing"
        return
    pieces = [*_answer_pieces(answers, figure, wins, columns)]
    yield from pieces
    used = sum(cell_len(text) for text, _ in pieces)
    yield " " * max(columns.model - used, 0), ""


def _answer_pieces(answers: Sequence[AnswerRow], figure: RowFigure, wins: int, columns: CaseColumns) -> Iterator[Piece]:
    figures = cell_figures(answers, figure)
    share = f"{figures.passed}/{figures.count}".rjust(columns.passed)
    passed = share if columns.passed > 1 else _sign(answers[0])
    yield passed, "passed" if figures.passed == figures.count else "failed"
    text = shorten(value_text(figure, figures.median), columns.figure + 1)
    yield text.rjust(columns.figure + 1), "figure"
    if columns.distinct:
        distinct = f"×{figures.distinct}" if figures.distinct > 1 else ""
        yield f" {distinct:<{columns.distinct}}", "distinct"
    if columns.votes:
        yield " " + (f"▲{wins}" if wins else "").ljust(columns.votes), "votes"


def _sign(row: AnswerRow) -> str:
    """Return a sign for how an answer ended: the sign of its state, or whether it passed its checks."""
    if row.state != "complete":
        return mark(row.state)
    return PASSED if row.has_passed else NOT_PASSED
