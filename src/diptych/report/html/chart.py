"""A chart of how the answers grew: characters over the seconds since the round began, all sides on one clock."""

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import nlargest
from typing import assert_never

from diptych.core.metrics.arrivals import text_over_time
from diptych.core.metrics.stalls import stalls
from diptych.core.naming import side_name
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.report.html.accents import accents
from diptych.report.html.escape import words
from diptych.report.html.scale import Scale, thinned

POINTS = 400
"""The most points of a curve. No screen shows more."""
SILENCES = 100
"""The most silences of a side that are shaded, the longest ones. More would hide the curve."""

_NO_TEXT = "No text came, so there is no curve to draw."
_NO_TIMES = "It is not known when the text came, so there is no curve to draw."

_WIDTH, _HEIGHT = 800, 350
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 20, 48, 70
"""The margins around the plot."""

_NAME_WIDTH, _NAME_HEIGHT = 90, 26
"""The room that a curve's name takes at its end, in the large letters of a small screen."""
_LETTER = 9
"""The room that a letter of a long name takes."""
_ABOVE, _BELOW = 9, 20
"""How far above, or below, the end of its curve a name stands."""
_APART = 40
"""How far below another name's foot a curve must end for its own name to fit between them."""


@dataclass(frozen=True, slots=True)
class _Curve:
    """A side's curve: for each arrival, the seconds since the round began and the characters that had come by then."""

    run: Run
    seconds: Sequence[float]
    heights: Sequence[float]
    end: float
    silences: Sequence[tuple[float, float]]

    @property
    def name(self) -> str:
        """What the side is called."""
        return side_name(self.run.label)

    @property
    def characters(self) -> float:
        """All characters that came."""
        return self.heights[-1]

    def height_at(self, at: float) -> float:
        """Return the characters that had come by a moment, including those that came at that moment."""
        return self.heights[bisect_right(self.seconds, at) - 1]


def chart(round_: Round) -> str:
    """Return the chart as an SVG element, or a sentence where there is nothing to draw."""
    curves = [curve for run in round_.runs.values() if (curve := _curve(run))]
    if not curves:
        is_timed = not any("events" in run.stamps.unknown for run in round_.runs.values())
        return f"<p>{_NO_TEXT if is_timed else _NO_TIMES}</p>"
    x = Scale(max(curve.end for curve in curves), _LEFT, _WIDTH - _RIGHT)
    y = Scale(max(curve.characters for curve in curves), _HEIGHT - _BOTTOM, _TOP)
    names = dict(_name_places(curves, x, y))
    drawn = "\n".join(_drawn(curve, accents(round_)[curve.run.label], names[curve.run], x, y) for curve in curves)
    told = " ".join(map(_told, curves))
    return (
        f'<svg class="chart" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-labelledby="chart-title chart-words">\n'
        '<title id="chart-title">Text over time</title>\n'
        f'<desc id="chart-words">{words(told)}</desc>\n{_axes(x, y)}\n{drawn}\n</svg>'
    )


def _curve(run: Run) -> _Curve | None:
    """Return the curve of a run; None if no text came, or if it is not known when it came."""
    if "events" in run.stamps.unknown:
        return None
    seconds, heights = array("d"), array("d")  # of millions of arrivals, these take a tenth of the room of objects
    for at, characters in text_over_time(run):
        seconds.append(max(0.0, at - run.began))
        heights.append(characters)
    if not seconds:
        return None
    end = seconds[-1] if run.stamps.end is None else max(seconds[-1], run.stamps.end - run.began)
    silences = [(stall.start - run.began, stall.end - run.began) for stall in stalls(run)]
    return _Curve(run, seconds, heights, end, silences)


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


def _drawn(curve: _Curve, accent: str, name_y: float, x: Scale, y: Scale) -> str:
    bottom = y.place(0.0)
    silences = nlargest(SILENCES, curve.silences, key=lambda silence: silence[1] - silence[0])
    parts = [_silence(curve, start, end, x, y) for start, end in silences]
    first, top = x.place(curve.seconds[0]), y.place(curve.characters)
    points = thinned(curve.seconds, curve.heights, POINTS)
    steps = " ".join(f"H{x.place(at)} V{y.place(height)}" for at, height in points)
    end = x.place(curve.end)
    parts.append(f'<path class="line" d="M{first} {bottom} {steps} H{end}"/>')
    parts.append(f'<circle class="first" cx="{first}" cy="{bottom}" r="5"/>')
    parts.append(_end_mark(curve, end, top))
    parts.append(f'<text class="name" x="{end}" y="{name_y}">{words(curve.name)}</text>')
    return f'<g class="{accent}">\n{"".join(parts)}\n</g>'


def _name_places(curves: Sequence[_Curve], x: Scale, y: Scale) -> Iterator[tuple[Run, float]]:
    """Yield the height at which each curve's name stands: above its end, or below where another name is in the way."""
    taken: list[tuple[float, float]] = []
    for curve in sorted(curves, key=lambda curve: -curve.characters):
        end, top = x.place(curve.end), y.place(curve.characters)
        room = max(_NAME_WIDTH, _LETTER * len(curve.name))
        near = [height for at, height in taken if abs(at - end) < room]
        name_y = top - _ABOVE
        if near and name_y < max(near) + _APART:
            name_y = max(top + _BELOW, max(near) + _NAME_HEIGHT)
        taken.append((end, name_y))
        yield curve.run, round(name_y, 1)


def _silence(curve: _Curve, start: float, end: float, x: Scale, y: Scale) -> str:
    left, right, top = x.place(start), x.place(end), y.place(curve.height_at(start))
    title = f"{words(curve.name)}: silent for {end - start:.2f} s"
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
        f"{curve.name}: from {curve.seconds[0]:.2f} to {curve.seconds[-1]:.2f} seconds after the round began,"
        f" {int(curve.characters):,} characters came.{silences}"
    )


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _short(value: float) -> str:
    """Return a count in few digits.

    >>> _short(1500.0)
    '1.5k'
    """
    if value < 1_000:
        return f"{value:g}"
    return f"{value / 1_000:g}k" if value < 1_000_000 else f"{value / 1_000_000:g}M"
