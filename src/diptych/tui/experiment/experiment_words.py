"""What the screen of an experiment says in words: above each strip, about the selected answer, and about the table."""

from collections.abc import Iterable, Sequence

from rich.cells import cell_len

from diptych.core.experiment.answer_row import AnswerKey, AnswerRow
from diptych.core.experiment.row_figures import RowFigure
from diptych.core.experiment.summary import FigureDifference, ModelSummary
from diptych.core.request import Label
from diptych.core.text.sanitize import clean_line
from diptych.core.wording.counted import counted
from diptych.report.experiment.case_order import CaseFilter, CaseOrder
from diptych.report.experiment.difference_words import difference_words
from diptych.report.experiment.figure_scale import figure_scale
from diptych.report.experiment.figure_values import value_text
from diptych.report.run_status import mark
from diptych.tui.experiment.case_choice import CaseChoice
from diptych.tui.experiment.experiment_reading import ShownExperiment
from diptych.tui.experiment.strip import MEDIAN, Piece
from diptych.tui.wrapping import shorten

_MOST_NAME = 40
_MOST_DETAIL = 120


def strip_title(label: Label, model: ModelSummary | None, figure: RowFigure, width: int) -> Sequence[Piece]:
    """Return what stands above a strip: the model, and as much of its figures as there is room for."""
    name = shorten(clean_line(label), max(min(_MOST_NAME, width // 2), 1))
    pieces: list[Piece] = [(name, "name")]
    room = width - cell_len(name)
    for words, role in _figures(model, figure) if model else ():
        if cell_len(words) + 3 > room:
            continue
        pieces += [(" · ", "muted"), (words, role)]
        room -= cell_len(words) + 3
    return pieces


def _figures(model: ModelSummary, figure: RowFigure) -> Sequence[Piece]:
    """Return the figures of a model, the most important ones first."""
    known = model.figures[figure.name]
    pieces: list[Piece] = []
    if known is not None:
        scale = figure_scale(figure, known.median, (known.p25, known.p75))
        interval = f" ({scale.span(known.interval)})" if known.interval else ""
        pieces.append((f"{MEDIAN} {scale.amount(known.median)}{interval}", "figure"))
    failed = model.n - model.complete
    if failed:
        pieces.append((f"{failed:,} not complete", "failed"))
    if model.checks.of:
        pieces.append((f"{model.checks.count:,} of {model.checks.of:,} passed", "figure"))
    if known is not None:
        scale = figure_scale(figure, known.median, (known.p25, known.p75))
        pieces.append((f"n {known.n:,}", "muted"))
        pieces.append((f"range {scale.span((known.min, known.max))}", "muted"))
        if known.p95 is not None:
            pieces.append((f"p95 {scale.number(known.p95)}", "muted"))
        pieces.append((f"quartiles {scale.span((known.p25, known.p75))}", "muted"))
    return pieces


def compared_words(differences: Iterable[FigureDifference], figure: RowFigure, label: Label | None) -> Sequence[str]:
    """Return how a figure of one model differs from that of each other model, as sentences."""
    return [
        f"{clean_line(found.second)} compared with {clean_line(found.first)}: {difference_words(found)}"
        for found in differences
        if found.figure is figure and label in (found.first, found.second)
    ]


def selected_words(key: AnswerKey | None, row: AnswerRow | None, figure: RowFigure, highest_repeat: int) -> str:
    """Return what is said about the selected answer: which it is, its figure, how it ended, and its checks."""
    if key is None:
        return ""
    case, repeat, label = key
    words = [clean_line(case), clean_line(label)]
    if highest_repeat > 1:
        words.append(f"repeat {repeat}")
    if row is None:
        return " · ".join([*words, "no answer yet"])
    words.append(f"{figure.title} {value_text(figure, figure.value(row))}")
    words.append(f"{mark(row.state)} {row.state}" + (f" ({clean_line(row.stop_reason)})" if row.stop_reason else ""))
    if row.unread:
        words.append(f"{counted(row.unread, 'event')} not read")
    if row.checks:
        failed = [check for check in row.checks if not check.passed]
        words.append(f"{len(row.checks) - len(failed)} of {counted(len(row.checks), 'check')}")
        words += [
            clean_line(f"✗ {check.check}" + (f": {check.detail}" if check.detail else ""))[:_MOST_DETAIL]
            for check in failed
        ]
    if row.error and isinstance(message := row.error.get("message"), str):
        words.append(clean_line(message[:_MOST_DETAIL]))
    return " · ".join(words)


def state_words(shown: ShownExperiment) -> str:
    """Return how far an experiment has come, and how many answers are not as they should be."""
    results = shown.results
    words = [f"x{shown.number}"]
    if shown.is_whole:
        words.append(counted(results.count, "answer"))
    else:
        words.append(f"{results.count:,} of {counted(shown.planned, 'answer')}")
    if shown.is_running:
        words.append("still running")
    for number, what in ((results.incomplete, "not complete"), (results.not_passed, "not passed")):
        if number:
            words.append(f"{number:,} {what}")
    if shown.damaged:
        words.append(f"{counted(shown.damaged, 'row')} not readable")
    return " · ".join(words)


_ORDERS: dict[CaseOrder, str] = {
    "plan": "as asked",
    "fewest passed": "fewest passed first",
    "highest": "highest {figure} of {label} first",
    "lowest": "lowest {figure} of {label} first",
    "largest difference": "largest difference in {figure} first",
}
_FILTERS: dict[CaseFilter, str] = {
    "all": "",
    "failed": "failed only",
    "different": "different only",
    "slow": "slow only",
}


def table_words(choice: CaseChoice, shown: int, cases: int, figure: RowFigure, label: Label | None) -> str:
    """Return which cases the table shows, `shown` of all `cases`, and in which order."""
    count = counted(cases, "case") if shown == cases else f"{shown:,} of {counted(cases, 'case')}"
    ordered = _ORDERS[choice.order].format(figure=figure.title, label=clean_line(label or ""))
    found = f"with “{clean_line(choice.query)}”" if choice.query.strip() else ""
    return " · ".join(filter(None, (count, _FILTERS[choice.only], found, ordered)))


def axis_words(figure: RowFigure, *, is_log: bool, values_per_dot: int) -> str:
    """Return what the strips show: the figure, the axis, and for how many answers a dot stands."""
    words = [figure.title]
    if is_log:
        words.append("log axis")
    if values_per_dot > 1:
        words.append(f"a dot is up to {values_per_dot:,} answers")
    return " · ".join(words)
