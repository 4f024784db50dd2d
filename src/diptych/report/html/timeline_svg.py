"""A timeline of the phases of each side: bars on one axis, and sentences below them."""

from collections.abc import Mapping

from diptych.core.naming import side_name
from diptych.core.request import Label
from diptych.differences.phases import PHASE_KINDS, PhaseKind, RunPhases
from diptych.report.html.escape import words
from diptych.report.html.scale import Scale
from diptych.report.phase_differences import phase_name, phases_text

_WIDTH = 800
_LEFT, _RIGHT, _TOP, _BOTTOM = 12, 20, 4, 40
_LANE, _BAR = 50, 18
_NARROWEST = 0.5
"""The width of the narrowest bar that is drawn. Thinking and answers may alternate thousands of times."""


def timeline(runs: Mapping[Label, RunPhases], accents: Mapping[Label, str]) -> str:
    """Return the bars as an SVG element with its legend and its words; "" if nothing was sent."""
    sent = {label: phases for label, phases in runs.items() if phases.end > phases.start}
    if not sent:
        return ""
    told = [words(f"{side_name(label)}: {phases_text(phases)}") for label, phases in sent.items()]
    sentences = "".join(f'<p class="note">{each}</p>\n' for each in told)
    return f'<div class="chart-box">\n{_svg(sent, accents, " ".join(told))}\n</div>\n{_legend(sent)}{sentences}'


def _svg(runs: Mapping[Label, RunPhases], colours: Mapping[Label, str], told: str) -> str:
    start, end = min(run.start for run in runs.values()), max(run.end for run in runs.values())
    x = Scale(end - start, _LEFT, _WIDTH - _RIGHT)
    bottom = _TOP + _LANE * len(runs)
    parts: list[str] = []
    for value in x.ticks():
        at = x.place(value)
        parts.append(f'<line class="grid" x1="{at}" y1="{_TOP}" x2="{at}" y2="{bottom}"/>')
        parts.append(f'<text class="axis" x="{at}" y="{bottom + 4}" dy="0.9em" text-anchor="middle">{value:g}</text>')
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    axis = "seconds since the first attempt" if start < 0 else "seconds since the request was sent"
    parts.append(f'<text class="axis" x="{middle}" y="{bottom + 34}" text-anchor="middle">{axis}</text>')
    for number, (label, run) in enumerate(runs.items()):
        top = _TOP + _LANE * number
        parts.append(f'<g class="{colours[label]}"><text class="lane" x="{_LEFT}" y="{top + 16}">')
        parts.append(f"{words(side_name(label))}</text>{_bars(run, start, x, top + _LANE - _BAR - 6)}</g>")
    return (
        f'<svg class="chart timeline" viewBox="0 0 {_WIDTH} {bottom + _BOTTOM}" role="img"'
        f' aria-labelledby="timeline-title timeline-words">\n<title id="timeline-title">Timeline</title>\n'
        f'<desc id="timeline-words">{told}</desc>\n{"".join(parts)}\n</svg>'
    )


def _bars(run: RunPhases, start: float, x: Scale, top: float) -> str:
    """Return one path for each kind of phase."""
    drawn: dict[PhaseKind, list[str]] = {}
    for phase in run.phases:
        left, right = x.place(phase.start - start), x.place(phase.end - start)
        if right - left >= _NARROWEST:
            drawn.setdefault(phase.kind, []).append(f"M{left} {top}H{right}v{_BAR}H{left}z")
    return "".join(f'<path class="{phase_class(kind)}" d="{"".join(steps)}"/>' for kind, steps in drawn.items())


def _legend(runs: Mapping[Label, RunPhases]) -> str:
    seen = {phase.kind for run in runs.values() for phase in run.phases}
    shown = (
        f'<span><i class="key {phase_class(kind)}"></i> {phase_name(kind)}</span>'
        for kind in PHASE_KINDS
        if kind in seen
    )
    return f'<p class="legend">{" ".join(shown)}</p>\n'


def phase_class(kind: PhaseKind) -> str:
    """Return the CSS class that gives a kind of phase its colour."""
    return f"phase-{kind.replace(' ', '-')}"
