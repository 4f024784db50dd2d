"""Tables of what differs between two runs besides their answers: figures, phases and requests."""

from collections.abc import Iterator, Mapping

from diptych.core.naming import side_name
from diptych.core.request import Label
from diptych.core.run import Run
from diptych.core.text.sanitize import clean
from diptych.core.wording.counted import counted
from diptych.differences.phases import RunPhases
from diptych.differences.requests import RequestDifference, request_differences
from diptych.report.figure_differences import known_differences
from diptych.report.html.escape import block, words
from diptych.report.html.html_tables import TABLE_END, head_cell, table_row, table_start
from diptych.report.phase_differences import phase_rows, why_slower_text

_LONGEST_VALUE = 2_000
"""Characters of a value of a request that are shown. Bodies hold whole conversations."""

_DELTA = head_cell("Δ")


def figures_table(left: Run, right: Run, heads: str) -> Iterator[str]:
    """Yield the figures whose difference is known, with difference and ratio. `heads` are the cells of both names."""
    rows = known_differences(left, right)
    if rows:
        yield table_start("Figures compared", f"{head_cell('figure')}{heads}{_DELTA}{head_cell('ratio')}")
        yield from (table_row(name, cells) for name, *cells in rows)
        yield TABLE_END


def phases_table(left: Label, right: Label, phases: Mapping[Label, RunPhases], heads: str) -> Iterator[str]:
    """Yield a table of what the time of both runs was spent on, and why one took longer."""
    rows = phase_rows(phases[left], phases[right])
    if not rows:
        return
    yield table_start("Phases compared", f"{head_cell('phase')}{heads}{_DELTA}")
    yield from (table_row(name, cells) for name, *cells in rows)
    yield TABLE_END
    why = why_slower_text(phases[left], phases[right], side_name(left), side_name(right))
    if why:
        yield f'<p class="note">{words(why)}</p>\n'


def requests_table(left: Run, right: Run, heads: str) -> Iterator[str]:
    """Yield what differs in the requests of both runs, folded."""
    found = [(section.title, each) for section in request_differences(left, right) for each in section.differences]
    if not found:
        return
    summary = counted(len(found), "difference")
    yield f'<details class="requests"><summary>Requests: {summary}</summary>\n'
    yield table_start("Requests compared", f"{head_cell('part')}{head_cell('path')}{heads}", "figures requests-table")
    yield from (_request_row(title, difference) for title, difference in found)
    yield f"{TABLE_END}</details>\n"


def _request_row(title: str, difference: RequestDifference) -> str:
    cells = "".join(_value(value) for value in (difference.left, difference.right))
    return f'<tr><th scope="row">{words(title)}</th><td>{words(difference.path)}</td>{cells}</tr>\n'


def _value(value: str | None) -> str:
    if value is None:
        return "<td></td>"
    text = clean(value)
    more = f"… ({len(text):,} characters)" if len(text) > _LONGEST_VALUE else ""
    return f'<td class="plain">{block(text[:_LONGEST_VALUE])}{more}</td>'
