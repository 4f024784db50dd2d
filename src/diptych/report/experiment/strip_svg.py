"""A strip plot as SVG: every value of a figure as a mark, one lane per model on a shared axis."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from diptych.core.experiment.row_figures import RowFigure
from diptych.core.request import Label
from diptych.core.statistics.spread import Spread
from diptych.report.experiment.figure_scale import figure_scale
from diptych.report.html.escape import words
from diptych.report.html.scale import Scale

WIDTH = 800
_LEFT, _RIGHT, _TOP, _BOTTOM = 12, 20, 8, 40
_LANE = 56
_MARK = 8
"""Half of the height of a mark. That of the median is twice as high."""

Lane = tuple[Spread, AbstractSet[float]]
"""How the values of a model are spread, and at which coordinates they lie."""


def figure_axis(spreads: Sequence[Spread]) -> Scale:
    """Return the axis that values from 0 to the largest one share."""
    return Scale(max(spread.max for spread in spreads), _LEFT, WIDTH - _RIGHT)


def strip_svg(figure: RowFigure, lanes: Mapping[Label, Lane], accents: Mapping[Label, str], axis: Scale) -> str:
    """Return the plot. Values at the same coordinate share a mark."""
    height = _TOP + _LANE * len(lanes) + _BOTTOM
    scale = figure_scale(figure, max(spread.median for spread, _ in lanes.values()))
    drawn = "\n".join(
        _lane(label, lane, accents[label], axis, _TOP + _LANE * number)
        for number, (label, lane) in enumerate(lanes.items())
    )
    ticks: list[str] = []
    bottom = _TOP + _LANE * len(lanes)
    for value in axis.ticks():
        x = axis.place(value)
        ticks.append(f'<line class="grid" x1="{x}" y1="{_TOP}" x2="{x}" y2="{bottom}"/>')
        ticks.append(f'<text x="{x}" y="{bottom + 6}" dy="0.9em" text-anchor="middle">{value * scale.factor:g}</text>')
    unit = f'<text x="{WIDTH - _RIGHT}" y="{bottom + 34}" text-anchor="end">{figure.title}, {words(scale.unit)}</text>'
    told = "; ".join(
        f"{label}: {spread.n} values from {spread.min:g} to {spread.max:g}" for label, (spread, _) in lanes.items()
    )
    return (
        f'<svg class="chart strip" viewBox="0 0 {WIDTH} {height}" role="img">\n'
        f"<title>{figure.title}</title>\n<desc>{words(told)}</desc>\n"
        f"{''.join(ticks)}{unit}\n{drawn}\n</svg>"
    )


def _lane(label: Label, lane: Lane, accent: str, axis: Scale, top: float) -> str:
    spread, places = lane
    middle = top + _LANE - _MARK * 2
    marks = " ".join(f"M{x} {middle - _MARK}v{2 * _MARK}" for x in sorted(places))
    median = axis.place(spread.median)
    interval = ""
    if spread.interval:
        low, high = map(axis.place, spread.interval)
        y = middle - _MARK - 4
        interval = f'<path class="interval" d="M{low} {y}H{high}M{low} {y - 3}v6M{high} {y - 3}v6"/>'
    return (
        f'<g class="{accent}"><text class="lane" x="{_LEFT}" y="{top + 12}">{words(label)}</text>'
        f'<path class="values" d="{marks}"/>{interval}'
        f'<path class="median" d="M{median} {middle - 2 * _MARK}v{4 * _MARK}"/></g>'
    )
