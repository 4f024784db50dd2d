"""A round as one HTML file that needs nothing else."""

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
from diptych.core.naming import is_name_of, model_title, side_name, take_name
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.report.comparison import Row, comparison
from diptych.report.headings import run_settings, whole_settings
from diptych.report.html.accents import accents
from diptych.report.html.answer import answer_html
from diptych.report.html.attachment_list import attachments_html
from diptych.report.html.chart import chart
from diptych.report.html.differences_table import differences_html
from diptych.report.html.escape import block, words
from diptych.report.html.events import event_list
from diptych.report.html.page_frame import date_words, document_head
from diptych.report.plain_text import figures
from diptych.report.round_remarks import other_takes, remarks

_TITLE = 60
"""The most characters of the prompt that the title shows."""

_BESIDE_CHART = 3
"""The most sides whose figures fit beside the chart. The table of more stands above it."""

_LEGEND = (
    '<p class="legend"><span>○ first token</span> <span>■ end</span> <span>✕ broken off</span> '
    '<span><i class="swatch"></i> silence in mid-answer</span></p>'
)


def html(round_: Round) -> Iterator[str]:
    """Yield the page piece by piece.

    It has the prompt, attachments, remarks, answers side by side, figures, text over time, differences and events. A
    take that does not count is folded below the one that does.
    """
    yield _head(round_)
    yield from attachments_html(round_)
    if said := [f'<dt>{title}</dt><dd dir="auto">{block(text)}</dd>\n' for title, text in remarks(round_)]:
        yield f'<dl class="remarks">\n{"".join(said)}</dl>\n'
    yield '</header>\n<main>\n<div class="sides">\n'
    for run in round_.runs.values():
        yield from _answer(round_, run)
    yield f"""</div>
<div class="measures{" is-wide" if len(round_.runs) > _BESIDE_CHART else ""}">
<section>
<h2>Figures</h2>
{_table(round_)}
</section>
<section>
<h2>Text over time</h2>
<div class="chart-box">
{chart(round_)}
</div>
{_LEGEND}
</section>
</div>
"""
    yield from differences_html(round_)
    yield "<section>\n<h2>Events</h2>\n"
    for label, run in round_.runs.items():
        yield from event_list(run, accents(round_)[label])
    yield "</section>\n</main>\n</body>\n</html>\n"


def _head(round_: Round) -> str:
    head = document_head(_title(round_.prompt), has_images=bool(round_.attachments))
    return f"""{head}<header>
<p class="when">Diptych · {date_words(round_.date)}</p>
<h1>Prompt</h1>
<div class="prompt" dir="auto">{block(round_.prompt)}</div>
"""


def _title(prompt: str) -> str:
    start = " ".join(prompt[: 10 * _TITLE].split())
    if len(start) <= _TITLE:
        return f"{start} · Diptych" if start else "Diptych"
    return f"{start[:_TITLE].rpartition(' ')[0] or start[:_TITLE]} … · Diptych"


def _table(round_: Round) -> str:
    colours = accents(round_)
    heads = "".join(f'<th scope="col" class="{colours[label]}">{words(side_name(label))}</th>' for label in round_.runs)
    rows = "\n".join(map(_row, comparison(round_)))
    head = f"<thead><tr><td></td>{heads}</tr></thead>"
    return f'<div class="scroll"><table class="figures">\n{head}\n<tbody>\n{rows}\n</tbody>\n</table></div>'


def _row(row: Row) -> str:
    cells = "".join(f"<td>{words(cell)}</td>" for cell in row.cells)
    return f'<tr><th scope="row">{row.name}</th>{cells}</tr>'


def _answer(round_: Round, run: Run) -> Iterator[str]:
    take = take_name(round_, run)
    title = model_title(run.request.settings)
    name = "" if is_name_of(run.label, title) else f'<span class="name">{words(side_name(run.label))}</span> '
    model = words(title) + (f" · {take}" if take else "")
    yield f'<article class="side {accents(round_)[run.label]}">\n<h2>{name}{model}</h2>\n'
    yield from _parts(round_, run)
    for other in other_takes(round_):
        if other.label == run.label:
            name = f"{take_name(round_, other).capitalize()}, which does not count"
            yield f'<details class="take"><summary>{name}</summary>\n'
            yield f'<p class="model">{words(model_title(other.request.settings))}</p>\n'
            yield from _parts(round_, other)
            yield "</details>\n"
    yield "</article>\n"


def _parts(round_: Round, run: Run) -> Iterator[str]:
    """Yield what a run was asked with, its figures, and its answer."""
    if settings := run_settings(round_, run):
        yield f'<p class="settings">{words(settings)}</p>\n'
    yield f'<p class="summary">{words(figures(run))}</p>\n'
    for summary, text, _ in whole_settings(run):
        code = f"<pre><code>{block(text)}</code></pre>"
        yield f'<details class="setting"><summary>{summary}</summary>\n{code}</details>\n'
    for part in answer_parts(run):
        yield f"{_block(part)}\n"


def _block(part: AnswerPart) -> str:
    match part:
        case AnswerThinking(text):
            summary = f"<summary>Thinking, {len(text):,} characters</summary>"
            prose = f'<div class="prose" dir="auto">{answer_html(str(text))}</div>'
            return f'<details class="thinking">{summary}\n{prose}</details>'
        case AnswerRedactedThinking(blocks):
            return f'<p class="note">Blocks of thinking that came encrypted: {blocks}.</p>'
        case AnswerText(text):
            return f'<div class="prose" dir="auto">{answer_html(str(text))}</div>'
        case AnswerRefusal(text):
            return f'<h3>Refusal</h3>\n<div class="plain" dir="auto">{block(str(text))}</div>'
        case AnswerToolCall(tool):
            name, arguments = words(tool.name), block(tool.arguments)
            return f"<h3>Tool call <code>{name}</code></h3>\n<pre><code>{arguments}</code></pre>"
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
