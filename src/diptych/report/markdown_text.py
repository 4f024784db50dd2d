"""A round as Markdown, to be pasted into an issue.

What a model or a server wrote stands in fences and code spans that it cannot close: there it makes no heading, loads no
picture, and mentions nobody.
"""

import re
from collections.abc import Iterator

from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.text.sanitize import clean, clean_line
from diptych.core.wording.outcome import end_sentence, warnings
from diptych.report.comparison import Row, comparison
from diptych.report.figures import UNKNOWN

_BACKTICKS = re.compile("`+")


def markdown(round_: Round) -> str:
    """The prompt, the figures, and every answer under a heading of its own."""
    parts = ["## Prompt", fenced(round_.prompt, "text"), "## Figures", _table(round_)]
    for run in round_.runs.values():
        parts += _answer(run)
    return "\n\n".join(parts) + "\n"


def fenced(text: str, language: str) -> str:
    """A fenced block of foreign text, in a fence longer than any inside."""
    text = clean(text).strip("\n")
    fence = "`" * max(3, _longest_backticks(text) + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def code_span(text: str) -> str:
    """Foreign text on one line as a code span."""
    text = clean_line(text)
    if not text.strip():
        return UNKNOWN
    delimiter = "`" * (_longest_backticks(text) + 1)
    padding = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{delimiter}{padding}{text}{padding}{delimiter}"


def _table(round_: Round) -> str:
    lines = [("", *round_.runs), ("---",) * (len(round_.runs) + 1)]
    lines += [(row.name, *_cells(row)) for row in comparison(round_)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cells(row: Row) -> Iterator[str]:
    for cell in row.cells:
        yield _without_bars(code_span(cell)) if row.foreign and cell != UNKNOWN else cell


def _without_bars(text: str) -> str:
    """The text with no `|` that ends a cell. Whether one behind a backslash does is read in two ways, so it is none."""
    return text.replace("\\|", "\\¦").replace("|", "\\|")


def _answer(run: Run) -> Iterator[str]:
    settings = run.request.settings
    yield f"## {run.label}: {code_span(settings.name)}{' · simulated' if settings.simulated else ''}"
    if run.thinking:
        summary = "<details>\n<summary>Thinking</summary>"
        yield f"{summary}\n\n{fenced(''.join(run.thinking), 'markdown')}\n\n</details>"
    if run.redacted_thinking:
        yield f"Blocks of thinking that came encrypted: {run.redacted_thinking}."
    if run.text:
        yield fenced("".join(run.text), "markdown")
    if run.refusal:
        yield f"Refusal:\n\n{fenced(''.join(run.refusal), 'text')}"
    for tool in run.tools:
        yield f"Tool call {code_span(tool.name)}:\n\n{fenced(tool.arguments, 'json')}"
    sentence = end_sentence(run)
    if sentence and run.failure:
        yield f"Error:\n\n{fenced(sentence, 'text')}"  # it may quote the server
    elif sentence:
        yield sentence
    yield from warnings(run)


def _longest_backticks(text: str) -> int:
    return max(map(len, _BACKTICKS.findall(text)), default=0)
