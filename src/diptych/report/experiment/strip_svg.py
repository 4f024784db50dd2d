"""A strip plot as SVG: every value of a figure as a mark, one lane per model on a shared axis."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from diptych.core.experiment.row_figures import RowFigure
from diptych.core.request import Label
from diptych.core.statistics.spread import Spread
from diptych.report.experiment.figure_scale import FigureScale, figure_scale
from diptych.report.html.escape import words
from diptych.report.html.scale import Scale

WIDTH = 800
_LEFT, _RIGHT, _TOP, _BOTTOM = 12, 20, 8, 40
_LANE = 56
_MARK = 8
"""Half of the height of a mark. That of the median is twice as high."""


@dataclass(frozen=True, slots=True)
class Lane:
    """How the values of a model are spread, and at which coordinates they lie."""

    spread: Spread
    places: AbstractSet[float]


@dataclass(frozen=True, slots=True)
class LinkedMark:
    """A value that links to its round: its coordinate, the `id` of the round's element, and what it says in words."""

    place: float
    anchor: str
    title: str


def figure_axis(spreads: Sequence[Spread]) -> Scale:
    """Return the axis that values from 0 to the largest one share."""
    return Scale(max(spread.max for spread in spreads), _LEFT, WIDTH - _RIGHT)


def strip_svg(figure: RowFigure, lanes: Mapping[Label, Lane], accents: Mapping[Label, str], axis: Scale) -> str:
    """Return the plot. Values at the same coordinate share a mark."""
    height = _TOP + _LANE * len(lanes) + _BOTTOM
    scale = figure_scale(figure, max(lane.spread.median for lane in lanes.values()))
    drawn = "\n".join(
        _lane(label, lane, accents[label], axis, number) for number, (label, lane) in enumerate(lanes.items())
    )
    ticks: list[str] = []
    bottom = _TOP + _LANE * len(lanes)
    for value in axis.ticks():
        x = axis.place(value)
        ticks.append(f'<line class="grid" x1="{x}" y1="{_TOP}" x2="{x}" y2="{bottom}"/>')
        ticks.append(f'<text x="{x}" y="{bottom + 6}" dy="0.9em" text-anchor="middle">{value * scale.factor:g}</text>')
    unit = f'<text x="{WIDTH - _RIGHT}" y="{bottom + 34}" text-anchor="end">{figure.title}, {words(scale.unit)}</text>'
    told = "; ".join(_told(label, lane.spread, scale) for label, lane in lanes.items())
    return (
        f'<svg class="chart strip" viewBox="0 0 {WIDTH} {height}" role="img">\n'
        f"<title>{figure.title}</title>\n<desc>{words(told)}</desc>\n"
        f"{''.join(ticks)}{unit}\n{drawn}\n</svg>"
    )


def _told(label: Label, spread: Spread, scale: FigureScale) -> str:
    known = f"{spread.n:,} values from {scale.number(spread.min)} to {scale.amount(spread.max)}"
    interval = f", 95 % interval {scale.span(spread.interval)}" if spread.interval else ""
    return f"{label}: {known}, median {scale.amount(spread.median)}{interval}"


def strip_links_svg(marks: Mapping[Label, Sequence[LinkedMark]], accents: Mapping[Label, str]) -> str:
    """Return the layer above the plot of `strip_svg`: marks that link to their rounds.

    It is for the mouse alone. The keyboard and screen readers find the same rounds in the table of cases.
    """
    height = _TOP + _LANE * len(marks) + _BOTTOM
    drawn = "".join(
        f'<g class="{accents[label]}">{"".join(_link(mark, _middle(number)) for mark in of_label)}</g>'
        for number, (label, of_label) in enumerate(marks.items())
    )
    return f'<svg class="chart strip links" viewBox="0 0 {WIDTH} {height}" aria-hidden="true">{drawn}</svg>\n'


def _link(mark: LinkedMark, middle: float) -> str:
    path = f'<path d="M{mark.place} {middle - _MARK}v{2 * _MARK}"/>'
    return f'<a href="#{mark.anchor}" tabindex="-1"><title>{words(mark.title)}</title>{path}</a>'


def _middle(number: int) -> float:
    """Return the coordinate of the middle of the marks of a lane."""
    return _TOP + _LANE * number + _LANE - _MARK * 2


def _lane(label: Label, lane: Lane, accent: str, axis: Scale, number: int) -> str:
    spread, middle = lane.spread, _middle(number)
    marks = " ".join(f"M{x} {middle - _MARK}v{2 * _MARK}" for x in sorted(lane.places))
    median = axis.place(spread.median)
    interval = ""
    if spread.interval:
        low, high = map(axis.place, spread.interval)
        y = middle - _MARK - 4
        interval = f'<path class="interval" d="M{low} {y}H{high}M{low} {y - 3}v6M{high} {y - 3}v6"/>'
    return (
        f'<g class="{accent}"><text class="lane" x="{_LEFT}" y="{_TOP + _LANE * number + 12}">{words(label)}</text>'
        f'<path class="values" d="{marks}"/>{interval}'
        f'<path class="median" d="M{median} {middle - 2 * _MARK}v{4 * _MARK}"/></g>'
    )
