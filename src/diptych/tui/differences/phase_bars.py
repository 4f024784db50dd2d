"""The phases of two runs as rows: a bar for each run on one time axis, and a table of seconds."""

from collections.abc import Iterator, Sequence

from rich.cells import set_cell_size

from diptych.differences.phases import PHASE_KINDS, PhaseKind, RunPhases, compared_phases
from diptych.report.figure_differences import seconds_delta
from diptych.report.figures import seconds
from diptych.report.phase_differences import TOTAL, phase_name, total_delta, why_slower_text
from diptych.tui.differences.row_parts import MARGIN, SIDES, figure_row, sentence
from diptych.tui.markdown.layout.rows import Row, Span
from diptych.tui.wrapping import shorten

_SIGNS: dict[PhaseKind, str] = {
    "failed attempt": "×",
    "wait": "∙",
    "connect": "┄",
    "headers": "░",
    "first token": "▒",
    "thinking": "▓",
    "tool input": "▞",
    "answer": "█",
    "server work": "≡",
    "silence": "╌",
    "tail": "▁",
    "so far": "⋯",
    "unknown": "?",
}
"""A sign for each kind, so that the phases can be told apart without colours."""

_NO_TIMES = "It is not known what the time was spent on: the recordings were made of captures without times."

_LONGEST_NAME = 16
_TICK_CELLS = 12
"""Cells between two ticks of the axis, at least."""


def phase_bars(phases: Sequence[RunPhases], names: Sequence[str], width: int) -> Iterator[Row]:
    """Yield the rows for a width in cells; `names` are those of both runs."""
    left, right = phases
    start, end = min(left.start, right.start), max(left.end, right.end)
    shown = [shorten(name, _LONGEST_NAME) for name in names]
    gutter = MARGIN + max(*map(len, shown), len("seconds")) + 2
    cells = max(width - gutter - MARGIN, 8)
    if end <= start:
        is_known = left.knows_end and right.knows_end
        yield from sentence("Nothing has been sent yet." if is_known else _NO_TIMES, width)
        return
    for run, name, role in zip(phases, shown, SIDES, strict=True):
        label = Span(set_cell_size(f"{' ' * MARGIN}{name}", gutter), role)
        bar = [*_bar(run, start, end, cells)]
        yield label, *bar
        yield Span(" " * gutter, "text"), *bar
        yield ()
    yield from _axis(start, end, gutter, cells)
    yield ()
    yield from _table(left, right, shown, width)
    why = why_slower_text(left, right, *names)
    if why:
        yield from sentence(why, width, "text")


def _bar(run: RunPhases, start: float, end: float, cells: int) -> Iterator[Span]:
    """Yield the bar of a run in spans of one kind each. A cell shows the phase that takes most of its time."""
    step = (end - start) / cells
    kinds: list[PhaseKind | None] = []
    index = 0
    for cell in range(cells):
        begin, stop = start + cell * step, start + (cell + 1) * step
        while index < len(run.phases) and run.phases[index].end <= begin:
            index += 1
        best, most = None, 0.0
        for phase in run.phases[index:]:
            if phase.start >= stop:
                break
            overlap = min(phase.end, stop) - max(phase.start, begin)
            if overlap > most:
                best, most = phase.kind, overlap
        kinds.append(best)
    begin = 0
    for cell in range(1, cells + 1):
        if cell == cells or kinds[cell] != kinds[begin]:
            kind = kinds[begin]
            yield Span((_SIGNS[kind] if kind else " ") * (cell - begin), _role(kind) if kind else "text")
            begin = cell


def _axis(start: float, end: float, gutter: int, cells: int) -> Iterator[Row]:
    step = _tick_step((end - start) * _TICK_CELLS / cells)
    marks, labels = [" "] * cells, [" "] * (cells + 12)
    tick = -(-start // step) * step
    while tick <= end:
        at = min(int((tick - start) / (end - start) * cells), cells - 1)
        marks[at] = "┴"
        text = "t0" if abs(tick) < step / 2 else f"{tick:g}"
        if at + len(text) <= cells:
            labels[at : at + len(text)] = text
        tick = round(tick / step + 1) * step
    line = "".join("─" if mark == " " else mark for mark in marks)
    yield Span(set_cell_size(f"{' ' * MARGIN}seconds", gutter), "muted"), Span(line, "muted")
    yield Span(" " * gutter, "text"), Span("".join(labels).rstrip(), "muted")


def _tick_step(least: float) -> float:
    """Return a round step that is not smaller than `least`."""
    power = 1e-3
    while True:
        for factor in (1, 2, 5):
            if factor * power >= least:
                return factor * power
        power *= 10


def _table(left: RunPhases, right: RunPhases, names: Sequence[str], width: int) -> Iterator[Row]:
    yield figure_row("", [*zip(names, SIDES, strict=True), ("Δ", "muted")], width)
    for phase in compared_phases(left, right):
        delta = phase.delta if left.is_final and right.is_final else None
        cells = [
            (seconds(phase.left), "text" if phase.left else "muted"),
            (seconds(phase.right), "text" if phase.right else "muted"),
            (seconds_delta(delta), "delta" if delta and abs(delta) >= 0.005 else "muted"),
        ]
        yield figure_row(phase_name(phase.kind), cells, width, sign=Span(_SIGNS[phase.kind] * 2, _role(phase.kind)))
    delta = total_delta(left, right) if left.is_final and right.is_final else None
    totals = [(seconds(left.total), "heading"), (seconds(right.total), "heading"), (seconds_delta(delta), "delta")]
    yield figure_row(TOTAL, totals, width, sign=Span("  ", "text"))
    yield ()


def _role(kind: PhaseKind) -> str:
    return f"phase-{kind.replace(' ', '-')}"


PHASE_ROLES = tuple(_role(kind) for kind in PHASE_KINDS)
"""The roles that the bars have beside those of all rows."""
