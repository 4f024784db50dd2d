"""A round as Markdown, to be pasted into an issue.

Answers are quotes that render as Markdown (`quoted_markdown`). Everything else that a user, a model or a server wrote
stands in fences and code spans that it cannot close. There it makes no heading, loads no picture and mentions nobody.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import assert_never

from diptych.core.answer_parts import (
    AnswerEnding,
    AnswerPart,
    AnswerRedactedThinking,
    AnswerRefusal,
    AnswerSchemaVerdict,
    AnswerText,
    AnswerThinking,
    AnswerToolCall,
    AnswerWarning,
    AnswerWordlessRefusal,
    answer_parts,
)
from diptych.core.naming import model_title, side_name, take_name
from diptych.core.request import Label
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.settings import Settings
from diptych.core.text.sanitize import clean, clean_line
from diptych.core.wording.counted import counted
from diptych.differences.phases import run_phases
from diptych.differences.requests import request_differences
from diptych.differences.runs import compare_runs
from diptych.report.attachment_facts import attachment_facts
from diptych.report.comparison import Row, comparison
from diptych.report.differences_text import TOO_LONG, are_too_long, differences_text, is_shown_in_exports
from diptych.report.figure_differences import known_differences
from diptych.report.figures import UNKNOWN
from diptych.report.headings import whole_settings
from diptych.report.phase_differences import phase_rows, why_slower_text
from diptych.report.plain_text import figures
from diptych.report.quoted_markdown import MOST_PARSED, quoted
from diptych.report.round_remarks import other_takes, remarks
from diptych.report.run_differences_text import request_lines
from diptych.report.settings_rows import DIFFERS, settings_rows

_BACKTICKS = re.compile("`+")
_PLAIN_NAME = re.compile("[A-Za-z0-9]+(?:[ -][A-Za-z0-9]+)*")


def markdown(round_: Round) -> Iterator[str]:
    """Yield the document piece by piece: prompt, attachments, remarks, settings, figures, answers, and what differs.

    A take that does not count is folded below the one that does.
    """
    yield f"## Prompt\n\n{fenced(round_.prompt, 'text')}\n\n"
    if round_.attachments:
        yield "Attachments:\n\n"
        for file in round_.attachments:
            yield f"- {code_span(file.name)} · {code_span(attachment_facts(file))}\n"
        yield "\n"
    for title, text in remarks(round_):
        yield f"{title}:\n\n{fenced(text, 'text')}\n\n" if "\n" in text else f"{title}: {code_span(text)}\n\n"
    yield f"## Settings\n\n{settings_table({run.label: run.request.settings for run in round_.runs.values()})}\n"
    yield f"## Figures\n\n{_figures(round_)}"
    for run in round_.runs.values():
        yield f"\n{_heading(round_, run)}\n"
        yield from _answer(run)
        for other in other_takes(round_):
            if other.label == run.label:
                yield from _other_take(round_, other)
    yield from _differences(round_)


def _answer(run: Run) -> Iterator[str]:
    for summary, text, language in whole_settings(run):
        yield f"\n{_folded(summary, fenced(text, language))}\n"
    for part in answer_parts(run):
        yield f"\n{_block(part)}\n"


def _other_take(round_: Round, run: Run) -> Iterator[str]:
    """Yield a take that does not count; GitHub renders Markdown in a summary only with blank lines around it."""
    take = take_name(round_, run).capitalize()
    model = code_span(model_title(run.request.settings))
    yield f"\n<details>\n<summary>{take}, which does not count</summary>\n\n{model} · {code_span(figures(run))}\n"
    yield from _answer(run)
    yield "\n</details>\n"


def fenced(text: str, language: str) -> str:
    """Return foreign text as a fenced block, in a fence longer than any inside."""
    text = clean(text).strip("\n")
    fence = "`" * max(3, _longest_backticks(text) + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def code_span(text: str) -> str:
    """Return foreign text as a code span on one line; the dash for unknown figures where there is no text."""
    text = clean_line(text)
    if not text.strip():
        return UNKNOWN
    delimiter = "`" * (_longest_backticks(text) + 1)
    padding = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{delimiter}{padding}{text}{padding}{delimiter}"


def settings_table(settings: Mapping[Label, Settings]) -> str:
    """Return what each side of a round, or each model of an experiment, was asked with; what differs is marked."""
    found = settings_rows(list(settings.values()))
    rows = [(_name_cell(row.marked_name), *map(_foreign_cell, row.cells)) for row in found]
    return _table([("", *map(_side_cell, settings)), *rows])


def _figures(round_: Round) -> str:
    return _table([("", *map(_side_cell, round_.runs)), *((row.name, *_cells(row)) for row in comparison(round_))])


def _table(rows: Sequence[Sequence[str]]) -> str:
    """Return a table, whose first row is its heading, with a line feed at its end."""
    head, *others = rows
    return "".join(f"| {' | '.join(row)} |\n" for row in (head, ["---"] * len(head), *others))


def _name_cell(name: str) -> str:
    """Return the name of a setting, which may be that of any request field."""
    plain = name.removeprefix(f"{DIFFERS} ")
    return name if _PLAIN_NAME.fullmatch(plain) else _foreign_cell(name)


def _foreign_cell(text: str) -> str:
    return text if text == UNKNOWN else without_bars(code_span(text))


def _cells(row: Row) -> Iterator[str]:
    for cell in row.cells:
        yield _foreign_cell(cell) if row.foreign else cell


def _side_cell(label: str) -> str:
    return without_bars(_side(label))


def _side(label: str) -> str:
    """Return what a side is called; a name that could be markup becomes a code span."""
    name = side_name(label)
    return name if _PLAIN_NAME.fullmatch(name) else code_span(name)


def without_bars(text: str) -> str:
    """Return the text without any `|` that could end a cell. Parsers disagree on one behind a backslash."""
    return text.replace("\\|", "\\¦").replace("|", "\\|")


def _phases(left: Run, right: Run) -> Iterator[str]:
    """Yield a table of what the time of both runs was spent on, and why one took longer."""
    phases = run_phases(left), run_phases(right)
    rows = phase_rows(*phases)
    if not rows:
        return
    yield f"\n{_table([('phase', _side_cell(left.label), _side_cell(right.label), 'Δ'), *rows])}"
    why = why_slower_text(*phases, _side(left.label), _side(right.label))
    if why:
        yield f"\n{why}\n"


def _compared_figures(left: Run, right: Run) -> Iterator[str]:
    """Yield a table of the figures whose difference is known."""
    rows = known_differences(left, right)
    if rows:
        yield f"\n{_table([('figure', _side_cell(left.label), _side_cell(right.label), 'Δ', 'ratio'), *rows])}"


def _requests(left: Run, right: Run) -> Iterator[str]:
    """Yield what differs in the requests of both runs, folded."""
    lines = list(request_lines(request_differences(left, right)))
    if lines:
        listed = fenced("\n".join(lines), "diff")
        summary = f"Requests: {counted(len(lines), 'difference')}"
        yield f"\n{_folded(summary, listed)}\n"


def _differences(round_: Round) -> Iterator[str]:
    """Yield what differs between the first side and each other one, as the lines of a diff."""
    first, *others = round_.runs.values()
    for other in others:
        yield f"\n## Differences: {_side(first.label)}, {_side(other.label)}\n"
        yield from _phases(first, other)
        yield from _compared_figures(first, other)
        yield from _requests(first, other)
        if are_too_long(first, other):
            yield f"\n{TOO_LONG}\n"
            continue
        for part in compare_runs(first, other):
            title, *lines = differences_text([part])
            yield f"\n{title.strip().capitalize()}\n"
            if is_shown_in_exports(part.differences):
                yield f"\n{fenced(''.join(lines), 'diff')}\n"


def _heading(round_: Round, run: Run) -> str:
    take = take_name(round_, run)
    return f"## {_side(run.label)}: {code_span(model_title(run.request.settings))}{f' · {take}' if take else ''}"


def _block(part: AnswerPart) -> str:
    match part:
        case AnswerThinking(text):
            return _folded("Thinking", _quoted(str(text)))
        case AnswerRedactedThinking(blocks):
            return f"Blocks of thinking that came encrypted: {blocks}."
        case AnswerText(text):
            return _quoted(str(text))
        case AnswerRefusal(text):
            return f"Refusal:\n\n{fenced(str(text), 'text')}"
        case AnswerToolCall(tool):
            return f"Tool call {code_span(tool.name)}:\n\n{fenced(tool.arguments, 'json')}"
        case AnswerWordlessRefusal(sentence):
            return f"Refusal:\n\n{fenced(sentence, 'text')}"
        case AnswerEnding(state, sentence, quotes_server):
            title = "Error" if state == "failed" else "Ending"
            return f"{title}:\n\n{fenced(sentence, 'text')}" if quotes_server else sentence
        case AnswerSchemaVerdict(verdict):
            return f"Schema:\n\n{fenced(verdict.sentence, 'text')}"
        case AnswerWarning(sentence):
            return f"Warning:\n\n{fenced(sentence, 'text')}"
        case _:
            assert_never(part)


def _quoted(text: str) -> str:
    """Return an answer as a quote, or in a fence if it is too long to be parsed."""
    return quoted(text) if len(text) <= MOST_PARSED else fenced(text, "markdown")


def _folded(summary: str, block: str) -> str:
    """Return a harmless block that is shown when the reader opens it."""
    return f"<details>\n<summary>{summary}</summary>\n\n{block}\n\n</details>"


def _longest_backticks(text: str) -> int:
    return max(map(len, _BACKTICKS.findall(text)), default=0)
