"""A side's event list as an HTML table."""

from collections.abc import Iterator
from html import escape
from itertools import islice

from diptych.core.event import Event, Line, time_is_known
from diptych.core.naming import side_name
from diptych.core.run import Run
from diptych.core.wording.counted import counted
from diptych.core.wording.describe import describe
from diptych.report.figures import UNKNOWN
from diptych.report.html.escape import words
from diptych.report.html.html_tables import scrolling

ROWS = 5_000
"""The most lines of a side that are shown: browsers get slow with more than some ten thousand rows."""


def event_list(run: Run, accent: str) -> Iterator[str]:
    """Yield a run's folded table row by row: number, time since t0, time since the line before, name and detail."""
    count = len(run.lines)
    yield (
        f'<details class="events {accent}">\n<summary>{words(side_name(run.label))}: {_lines(count)}</summary>\n'
        f'{scrolling(f"Events, {run.label}")}<table>\n<thead><tr><th class="to-right" scope="col">#</th>'
        '<th class="to-right" scope="col">at</th><th class="to-right" scope="col">Δ</th>'
        '<th scope="col">event</th><th scope="col">detail</th></tr></thead>\n<tbody>\n'
    )
    before = None
    for line in islice(run.lines, ROWS):
        yield _row(run, line, before)
        before = line
    yield "</tbody>\n</table></div>\n"
    if count > ROWS:
        yield f"<p>{_excluded(count - ROWS)}</p>\n"
    yield "</details>\n"


def _row(run: Run, line: Line, before: Line | None) -> str:
    number, late = (str(line.seq), "≤" if line.late else "") if isinstance(line, Event) else ("", "")
    since_t0 = run.stamps.since_t0(line.at)
    unknown = run.stamps.unknown
    at = UNKNOWN if since_t0 is None or not time_is_known(line, unknown) else f"{late}{since_t0:.3f}"
    gap = "" if before is None else f"{line.at - before.at:+.3f}"
    if before is not None and not (time_is_known(line, unknown) and time_is_known(before, unknown)):
        gap = UNKNOWN
    described = describe(line)
    return (
        f'<tr class="is-{described.kind}"><td>{number}</td><td>{escape(at)}</td><td>{gap}</td>'
        f"<td>{words(described.name)}</td><td>{words(described.detail)}</td></tr>\n"
    )


def _lines(count: int) -> str:
    return counted(count, "line")


def _excluded(count: int) -> str:
    return f"{_lines(count)} more {'is' if count == 1 else 'are'} left out here. A recording has all of them."
