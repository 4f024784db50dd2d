"""The cases of an experiment on its page: a table whose cells link to the rounds below it."""

from collections.abc import Iterator
from itertools import islice

from diptych.core.request import Label
from diptych.core.wording.counted import counted
from diptych.report.experiment.exported import (
    MOST_CASES,
    CaseLine,
    ExportedExperiment,
    case_lines,
    cell_words,
    verdict_words,
)
from diptych.report.experiment.html.round_links import RoundLinks
from diptych.report.html.escape import words
from diptych.report.html.html_tables import TABLE_END, head_cell, table_start

_MOST_OPEN = 100
"""Cases from which their table is folded."""

_MOST_REPEATS = 20
"""Repeats of a case that the table links to by their numbers."""


def case_table(exported: ExportedExperiment, links: RoundLinks) -> Iterator[str]:
    """Yield the table, which has at most `MOST_CASES` cases."""
    labels, count = list(exported.plan.models), len(exported.plan.cases)
    repeats = ("repeats",) if exported.plan.repeats > 1 else ()
    prompts = {case.id: case.prompt for case in exported.plan.cases}
    yield "<section>\n<h2>Cases</h2>\n"
    yield (
        '<p class="note">Answers that passed their checks, and the medians of first token and total. A cell leads to '
        "the first answer that did not pass, or else to the first one.</p>\n"
    )
    if count > _MOST_OPEN:
        yield f"<details><summary>{counted(count, 'case')}</summary>\n"
    yield table_start("Cases", "".join(map(head_cell, ("case", "prompt", *labels, *exported.voters, *repeats))))
    for line in islice(case_lines(exported.rows.by_case()), MOST_CASES):
        yield _row(exported, links, line, prompts.get(line.case, ""), labels)
    yield TABLE_END
    if count > _MOST_OPEN:
        yield "</details>\n"
    if count > MOST_CASES:
        yield f'<p class="note">{counted(count - MOST_CASES, "more case")} in the other formats.</p>\n'
    yield "</section>\n"


def _row(exported: ExportedExperiment, links: RoundLinks, line: CaseLine, prompt: str, labels: list[Label]) -> str:
    cells = [f"<td>{words(_beginning(prompt))}</td>"]
    for label in labels:
        cell = line.cells.get(label)
        said = cell_words(cell)
        cells.append(f"<td>{links.link(line.case, cell.leads_to, said) if cell else words(said)}</td>")
    verdicts = exported.verdicts.get(line.case, {})
    cells += [f"<td>{words(verdict_words(verdicts.get(voter, {})))}</td>" for voter in exported.voters]
    if exported.plan.repeats > 1:
        cells.append(f"<td>{_repeats(exported, links, line.case)}</td>")
    return f'<tr><th scope="row">{words(line.case)}</th>{"".join(cells)}</tr>\n'


def _repeats(exported: ExportedExperiment, links: RoundLinks, case: str) -> str:
    count = exported.plan.repeats
    numbers = range(1, min(count, _MOST_REPEATS) + 1)
    shown = " ".join(links.link(case, number, str(number), f"Repeat {number} of {case}") for number in numbers)
    return shown + (" …" if count > _MOST_REPEATS else "")


def _beginning(prompt: str) -> str:
    text = " ".join(prompt[:600].split())
    return text if len(text) <= 100 else f"{text[:100]}…"
