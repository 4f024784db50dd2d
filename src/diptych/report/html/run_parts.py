"""A run on a web page: its settings, figures and answer. The pages of rounds and of experiments share it."""

from collections.abc import Iterator
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
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.wording.counted import counted
from diptych.report.headings import run_settings, whole_settings
from diptych.report.html.answer import answer_html
from diptych.report.html.escape import block, words
from diptych.report.plain_text import figures


def run_parts(round_: Round, run: Run, level: int) -> Iterator[str]:
    """Yield the settings, the figures and the answer of a run. `level` is that of the heading above it."""
    if settings := run_settings(round_, run):
        yield f'<p class="settings">{words(settings)}</p>\n'
    yield f'<p class="summary">{words(figures(run))}</p>\n'
    for summary, text, _ in whole_settings(run):
        code = f'<pre tabindex="0"><code>{block(text)}</code></pre>'
        yield f'<details class="setting"><summary>{summary}</summary>\n{code}</details>\n'
    yield from answer_blocks(run, level)


def answer_blocks(run: Run, level: int, most: int | None = None) -> Iterator[str]:
    """Yield the answer of a run. `level` is that of the heading above it.

    With `most`, no text has more characters, and a line says how many are left out.
    """
    for part in answer_parts(run):
        yield f"{_block(part, level, most)}\n"


def _block(part: AnswerPart, level: int, most: int | None) -> str:
    match part:
        case AnswerThinking(text):
            summary = f"<summary>Thinking, {counted(len(text), 'character')}</summary>"
            return f'<details class="thinking">{summary}\n{_prose(str(text), level, most)}</details>'
        case AnswerRedactedThinking(blocks):
            return f'<p class="note">Blocks of thinking that came encrypted: {blocks}.</p>'
        case AnswerText(text):
            return _prose(str(text), level, most)
        case AnswerRefusal(text):
            shown = f'<div class="plain" dir="auto">{block(str(text)[:most])}</div>'
            return f"<h{level + 1}>Refusal</h{level + 1}>\n{shown}{_rest(len(text), most)}"
        case AnswerToolCall(tool):
            name, arguments = words(tool.name), block(tool.arguments[:most])
            heading = f"<h{level + 1}>Tool call <code>{name}</code></h{level + 1}>"
            return f'{heading}\n<pre tabindex="0"><code>{arguments}</code></pre>{_rest(len(tool.arguments), most)}'
        case AnswerWordlessRefusal(sentence):
            return f'<p class="ending is-refused">{words(sentence)}</p>'
        case AnswerEnding(state, sentence):
            return f'<p class="ending is-{state}">{words(sentence)}</p>'
        case AnswerSchemaVerdict(verdict):
            kind = "complete" if verdict.is_valid else "warning"
            return f'<p class="ending is-{kind}">{words(verdict.sentence)}</p>'
        case AnswerWarning(sentence):
            return f'<p class="ending is-warning">{words(sentence)}</p>'
        case _:
            assert_never(part)


def _prose(text: str, level: int, most: int | None) -> str:
    return f'<div class="prose" dir="auto">{answer_html(text[:most], level)}</div>{_rest(len(text), most)}'


def _rest(count: int, most: int | None) -> str:
    """Return a line that says how much of a text is left out; "" if all of it is shown."""
    if most is None or count <= most:
        return ""
    return f'<p class="note">{counted(count - most, "more character")} left out here.</p>'
