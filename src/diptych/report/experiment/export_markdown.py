"""An experiment as Markdown, to be pasted into an issue: what was asked, figures, differences, verdicts and cases.

What a user, a model or a server wrote stands in fences and code spans that it cannot close.
"""

from collections.abc import Iterator
from itertools import islice

from diptych.core.wording.counted import counted
from diptych.report.experiment.exported import (
    MOST_CASES,
    ExportedExperiment,
    case_lines,
    cell_words,
    verdict_words,
)
from diptych.report.experiment.judge_text import verdicts_text
from diptych.report.experiment.plan_words import plan_facts, shared_checks
from diptych.report.experiment.summary_text import summary_text
from diptych.report.html.page_frame import date_words
from diptych.report.markdown_text import code_span, fenced, settings_table, without_bars

_WIDTH = 100
_MOST_OPEN = 50
"""Cases from which their table is folded."""


def experiment_markdown(exported: ExportedExperiment) -> Iterator[str]:
    """Yield the document piece by piece. It lists at most `MOST_CASES` cases."""
    plan = exported.plan
    yield f"## Experiment x{exported.number}\n\n{date_words(exported.date)}\n\n"
    yield from (f"- {name}: {words}\n" for name, words in plan_facts(exported))
    yield from (f"- Check of every answer: {code_span(check.in_words)}\n" for check in shared_checks(plan))
    yield f"\n{settings_table(plan.models)}"
    if len(plan.cases) == 1:
        yield f"\nPrompt:\n\n{fenced(plan.cases[0].prompt, 'text')}\n"
    figures = "\n".join(summary_text(exported.summary, _WIDTH))
    yield f"\n## Figures and differences\n\n{fenced(figures, 'text')}\n"
    if exported.judges or exported.votes:
        verdicts = "\n".join(verdicts_text(exported.judges, exported.votes, _WIDTH))
        yield f"\n## Votes and judges\n\n{fenced(verdicts, 'text')}\n"
    yield from _cases(exported)


def _cases(exported: ExportedExperiment) -> Iterator[str]:
    labels, count = list(exported.plan.models), len(exported.plan.cases)
    prompts = {case.id: case.prompt for case in exported.plan.cases}
    voters = exported.voters
    yield "\n## Cases\n\nAnswers that passed their checks, and the medians of first token and total.\n\n"
    if count > _MOST_OPEN:
        yield f"<details>\n<summary>{counted(count, 'case')}</summary>\n\n"
    heads = ("Case", "Prompt", *map(code_span, labels), *map(code_span, voters))
    yield _line(heads)
    yield _line(["---"] * len(heads))
    for line in islice(case_lines(exported.rows.by_case()), MOST_CASES):
        cells = (cell_words(line.cells.get(label)) for label in labels)
        said = exported.verdicts.get(line.case, {})
        verdicts = (code_span(verdict_words(said.get(voter, {}))) for voter in voters)
        yield _line((code_span(line.case), code_span(_beginning(prompts.get(line.case, ""))), *cells, *verdicts))
    if count > _MOST_OPEN:
        yield "\n</details>\n"
    if count > MOST_CASES:
        yield f"\n{counted(count - MOST_CASES, 'more case')} in the other formats.\n"


def _beginning(prompt: str) -> str:
    text = " ".join(prompt[:400].split())
    return text if len(text) <= 60 else f"{text[:60]}…"


def _line(cells: tuple[str, ...] | list[str]) -> str:
    return f"| {' | '.join(map(without_bars, cells))} |\n"
