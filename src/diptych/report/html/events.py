"""A side's event list as an HTML table."""

from html import escape

from diptych.core.event import Event, Line
from diptych.core.run import Run
from diptych.core.wording.describe import describe
from diptych.report.figures import UNKNOWN
from diptych.report.html.escape import words

ROWS = 5_000
"""Lines of a side that are shown at most: a browser lays out no more than some ten thousand rows with ease."""


def event_list(run: Run) -> str:
    """The lines of a run, folded away: number, time since t0, time since the line before, name and detail."""
    count = len(run.lines)
    shown = run.lines[:ROWS]
    rows = "\n".join(_row(run, line, line if index == 0 else shown[index - 1]) for index, line in enumerate(shown))
    excluded = count - len(shown)
    note = f"<p>{_excluded(excluded)}</p>\n" if excluded else ""
    return (
        f'<details class="events {run.label}">\n<summary>{run.label}: {_lines(count)}</summary>\n'
        '<div class="scroll"><table>\n<thead><tr><th class="to-right" scope="col">#</th>'
        '<th class="to-right" scope="col">at</th><th class="to-right" scope="col">Δ</th>'
        '<th scope="col">event</th><th scope="col">detail</th></tr></thead>\n'
        f"<tbody>\n{rows}\n</tbody>\n</table></div>\n{note}</details>"
    )


def _row(run: Run, line: Line, before: Line) -> str:
    number, late = (str(line.seq), "≤" if line.late else "") if isinstance(line, Event) else ("", "")
    since_t0 = run.stamps.since_t0(line.at)
    at = UNKNOWN if since_t0 is None else f"{late}{since_t0:.3f}"
    gap = "" if line is before else f"{line.at - before.at:+.3f}"
    described = describe(line)
    return (
        f'<tr class="is-{described.kind}"><td>{number}</td><td>{escape(at)}</td><td>{gap}</td>'
        f"<td>{words(described.name)}</td><td>{words(described.detail)}</td></tr>"
    )


def _lines(count: int) -> str:
    return "1 line" if count == 1 else f"{count:,} lines"


def _excluded(count: int) -> str:
    return f"{_lines(count)} more {'is' if count == 1 else 'are'} left out here; a recording has all of them."
