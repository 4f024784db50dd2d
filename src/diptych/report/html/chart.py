"""A chart of how the answers grew: characters over the seconds since the round began, both sides on one clock."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nlargest
from operator import itemgetter
from typing import assert_never

from diptych.core.metrics.arrivals import text_over_time
from diptych.core.metrics.stalls import stalls
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.report.html.escape import words
from diptych.report.html.scale import Scale, thinned

POINTS = 400
"""Points of a curve at most; no screen shows more."""
SILENCES = 100
"""Silences of a side that are shaded at most, the longest; more would be no chart."""

_WIDTH, _HEIGHT = 800, 350
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 20, 48, 70
"""The margins around the plot."""

_Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Curve:
    """A side's curve: seconds since the round began, and characters by then."""

    run: Run
    points: Sequence[_Point]
    end: float
    silences: Sequence[tuple[float, float]]

    @property
    def characters(self) -> float:
        """All that came."""
        return self.points[-1][1]

    def height_at(self, at: float) -> float:
        """The characters that had come at a moment, with any that came at it."""
        return self.points[bisect_right(self.points, at, key=itemgetter(0)) - 1][1]


def chart(round_: Round) -> str:
    """The chart as an SVG element, or a sentence where there is nothing to draw."""
    curves = [curve for run in round_.runs.values() if (curve := _curve(run))]
    if not curves:
        return "<p>No text came, so there is no curve to draw.</p>"
    x = Scale(max(curve.end for curve in curves), _LEFT, _WIDTH - _RIGHT)
    y = Scale(max(curve.characters for curve in curves), _HEIGHT - _BOTTOM, _TOP)
    drawn = "\n".join(_drawn(curve, curves, x, y) for curve in curves)
    told = " ".join(_told(curve) for curve in curves)
    return (
        f'<svg class="chart" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-labelledby="chart-title chart-words">\n'
        '<title id="chart-title">Text over time</title>\n'
        f'<desc id="chart-words">{words(told)}</desc>\n{_axes(x, y)}\n{drawn}\n</svg>'
    )


def _curve(run: Run) -> _Curve | None:
    points = [(max(0.0, at - run.began), float(characters)) for at, characters in text_over_time(run)]
    if not points:
        return None
    end = points[-1][0] if run.stamps.end is None else max(points[-1][0], run.stamps.end - run.began)
    silences = [(stall.start - run.began, stall.end - run.began) for stall in stalls(run)]
    return _Curve(run, points, end, silences)


def _axes(x: Scale, y: Scale) -> str:
    bottom, middle = _HEIGHT - _BOTTOM, (_LEFT + _WIDTH - _RIGHT) / 2
    parts = ['<text class="axis" x="8" y="20">characters</text>']
    for value in y.ticks():
        at = y.place(value)
        parts.append(f'<line class="grid" x1="{_LEFT}" y1="{at}" x2="{_WIDTH - _RIGHT}" y2="{at}"/>')
        parts.append(
            f'<text class="axis" x="{_LEFT - 8}" y="{at}" dy="0.35em" text-anchor="end">{_short(value)}</text>'
        )
    for value in x.ticks():
        at = x.place(value)
        parts.append(f'<line class="grid" x1="{at}" y1="{bottom}" x2="{at}" y2="{bottom + 5}"/>')
        parts.append(f'<text class="axis" x="{at}" y="{bottom + 8}" dy="0.9em" text-anchor="middle">{value:g}</text>')
    label = "seconds since the round began"
    parts.append(f'<text class="axis" x="{middle}" y="{_HEIGHT - 6}" text-anchor="middle">{label}</text>')
    return "\n".join(parts)


def _drawn(curve: _Curve, curves: Sequence[_Curve], x: Scale, y: Scale) -> str:
    side, bottom = curve.run.label, y.place(0.0)
    silences = nlargest(SILENCES, curve.silences, key=lambda silence: silence[1] - silence[0])
    parts = [_silence(curve, start, end, x, y) for start, end in silences]
    first, top = x.place(curve.points[0][0]), y.place(curve.characters)
    steps = " ".join(f"H{x.place(at)} V{y.place(height)}" for at, height in thinned(curve.points, POINTS))
    end = x.place(curve.end)
    parts.append(f'<path class="line" d="M{first} {bottom} {steps} H{end}"/>')
    parts.append(f'<circle class="first" cx="{first}" cy="{bottom}" r="5"/>')
    parts.append(_end_mark(curve, end, top))
    beneath = any(_is_close(curve, other, x, y) for other in curves)
    parts.append(f'<text class="name" x="{end}" y="{top}" dy="{"1.5em" if beneath else "-0.7em"}">{side}</text>')
    return f'<g class="{side}">\n{"".join(parts)}\n</g>'


def _is_close(curve: _Curve, other: _Curve, x: Scale, y: Scale) -> bool:
    """Whether a curve ends so shortly beneath another that its name would hide the other's."""
    lower = (curve.characters, curve.run.label) < (other.characters, other.run.label)
    return (
        lower
        and abs(x.place(curve.end) - x.place(other.end)) < 90
        and y.place(curve.characters) - y.place(other.characters) < 40
    )


def _silence(curve: _Curve, start: float, end: float, x: Scale, y: Scale) -> str:
    left, right, top = x.place(start), x.place(end), y.place(curve.height_at(start))
    title = f"{curve.run.label}: silent for {end - start:.2f} s"
    return (
        f'<rect class="silence" x="{left}" y="{top}" width="{round(right - left, 1)}"'
        f' height="{round(y.place(0.0) - top, 1)}"><title>{title}</title></rect>'
    )


def _end_mark(curve: _Curve, x: float, y: float) -> str:
    match curve.run.state:
        case "complete":
            return f'<rect class="end" x="{round(x - 4, 1)}" y="{round(y - 4, 1)}" width="8" height="8"/>'
        case "waiting" | "streaming":
            return ""
        case "cut" | "stopped" | "failed":
            cross = f"M{x - 5:.1f} {y - 5:.1f} l10 10 m0 -10 l-10 10"
            return f'<path class="broken" d="{cross}"/>'
        case _:
            assert_never(curve.run.state)


def _told(curve: _Curve) -> str:
    silences = f" It fell silent {_times(len(curve.silences))} in mid-answer." if curve.silences else ""
    return (
        f"{curve.run.label}: from {curve.points[0][0]:.2f} to {curve.points[-1][0]:.2f} seconds after the round began,"
        f" {int(curve.characters):,} characters came.{silences}"
    )


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _short(value: float) -> str:
    """A count with at most a few digits.

    >>> _short(1500.0)
    '1.5k'
    """
    if value < 1_000:
        return f"{value:g}"
    return f"{value / 1_000:g}k" if value < 1_000_000 else f"{value / 1_000_000:g}M"
