"""The figures of an experiment on its page: each as a strip plot, whose marks link to their rounds, and as a table."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from diptych.core.experiment.answer_row import AnswerRow
from diptych.core.experiment.row_figures import FIGURES, FigureName, RowFigure, counts_for_figures
from diptych.core.request import Label
from diptych.core.statistics.spread import Spread
from diptych.report.experiment.exported import ExportedExperiment
from diptych.report.experiment.figure_scale import figure_scale
from diptych.report.experiment.figure_values import value_text
from diptych.report.experiment.html.round_links import RoundLinks
from diptych.report.experiment.strip_svg import Lane, LinkedMark, figure_axis, strip_links_svg, strip_svg
from diptych.report.html.html_tables import table
from diptych.report.html.scale import Scale

MOST_LINKS = 100
"""The most marks of a model that link to their rounds. Of more answers, the smallest and the largest values do."""

_HEADS = ("", "n", "median", "95 % interval", "quartiles", "p95", "range")


def figure_sections(exported: ExportedExperiment, accents: Mapping[Label, str], links: RoundLinks) -> Iterator[str]:
    """Yield a plot and a table for each figure that is known."""
    known: dict[FigureName, dict[Label, Spread]] = {}
    for figure in FIGURES:
        spreads = {label: model.figures[figure.name] for label, model in exported.summary.models.items()}
        found = {label: spread for label, spread in spreads.items() if spread}
        if found:
            known[figure.name] = found
    axes = {name: figure_axis(list(spreads.values())) for name, spreads in known.items()}
    values = _values(exported, axes)
    for figure in FIGURES:
        if figure.name not in known:
            continue
        found, axis = known[figure.name], axes[figure.name]
        lanes = {label: Lane(spread, values[figure.name, label].places) for label, spread in found.items()}
        marks = {label: list(values[figure.name, label].marks(figure, axis, links)) for label in found}
        yield f'<section>\n<h2>{figure.title.capitalize()}</h2>\n<div class="chart-box plot">\n'
        yield f"{strip_svg(figure, lanes, accents, axis)}\n{strip_links_svg(marks, accents)}</div>\n"
        rows = [_spread_row(figure, label, spread) for label, spread in found.items()]
        yield table(figure.title.capitalize(), _HEADS, rows)
        yield "</section>\n"


@dataclass(slots=True)
class _Values:
    """The values of a figure and a model: where they lie on the axis, and the answers at both ends of them."""

    places: set[float] = field(default_factory=set)
    ends: list[tuple[float, str, int]] = field(default_factory=list)

    def add(self, value: float, place: float, row: AnswerRow) -> None:
        """Add the value of a row."""
        self.places.add(place)
        self.ends.append((value, row.case, row.repeat))
        if len(self.ends) > 4 * MOST_LINKS:
            self._drop_middle()

    def marks(self, figure: RowFigure, axis: Scale, links: RoundLinks) -> Iterator[LinkedMark]:
        """Yield the marks that link to their rounds, one for each place."""
        if len(self.ends) > MOST_LINKS:
            self._drop_middle()
        taken: set[float] = set()
        for value, case, repeat in self.ends:
            anchor, place = links.anchor(case, repeat), axis.place(value)
            if anchor and place not in taken:
                taken.add(place)
                yield LinkedMark(place, anchor, f"{case}, repeat {repeat}: {value_text(figure, value)}")

    def _drop_middle(self) -> None:
        self.ends.sort()
        self.ends = self.ends[: MOST_LINKS // 2] + self.ends[-MOST_LINKS // 2 :]


def _values(exported: ExportedExperiment, axes: Mapping[FigureName, Scale]) -> dict[tuple[FigureName, Label], _Values]:
    """Return the values of each figure and model. Their number is limited by the places on an axis."""
    values = {(name, label): _Values() for name in axes for label in exported.summary.models}
    for row in exported.rows:
        if counts_for_figures(row):
            for figure in FIGURES:
                value = figure.value(row) if figure.name in axes else None
                if value is not None and (found := values.get((figure.name, row.label))) is not None:
                    found.add(value, axes[figure.name].place(value), row)
    return values


def _spread_row(figure: RowFigure, label: Label, spread: Spread) -> tuple[str, ...]:
    scale = figure_scale(figure, spread.median, (spread.p25, spread.p75))
    return (
        label,
        f"{spread.n:,}",
        scale.amount(spread.median),
        scale.span(spread.interval),
        scale.span((spread.p25, spread.p75)),
        scale.number(spread.p95),
        scale.span((spread.min, spread.max)),
    )
