"""A round as one HTML file that needs nothing else."""

from collections.abc import Iterator

from diptych.core.naming import is_name_of, model_title, side_name, take_name
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.differences.phases import run_phases
from diptych.report.comparison import comparison
from diptych.report.html.accents import accents
from diptych.report.html.attachment_list import ImageRoom, attachments_html
from diptych.report.html.chart import chart
from diptych.report.html.differences_table import differences_html
from diptych.report.html.earlier_messages import earlier_messages
from diptych.report.html.escape import block, words
from diptych.report.html.events import event_list
from diptych.report.html.html_tables import EMPTY_HEAD, TABLE_END, head_cell, table_row, table_start
from diptych.report.html.page_frame import MAIN_START, PAGE_END, date_words, document_head
from diptych.report.html.run_parts import run_parts
from diptych.report.html.settings_table import settings_table
from diptych.report.html.timeline_svg import timeline
from diptych.report.round_remarks import other_takes, remarks

_TITLE = 60
"""The most characters of the prompt that the title shows."""

_BESIDE_CHART = 2
"""The most sides whose figures fit beside the chart. The table of more stands above it."""

_LEGEND = (
    '<p class="legend"><span>○ first token</span> <span>■ end</span> <span>✕ broken off</span> '
    '<span><i class="swatch"></i> silence in mid-answer</span></p>'
)


def html(round_: Round) -> Iterator[str]:
    """Yield the page piece by piece.

    It has the prompt, attachments, remarks, answers side by side, settings, figures, text over time, differences and
    events with a timeline. A take that does not count is folded below the one that does.
    """
    phases = {label: run_phases(run) for label, run in round_.runs.items()}
    yield _head(round_)
    yield from attachments_html(round_, 2, ImageRoom())
    if said := [f'<dt>{title}</dt><dd dir="auto">{block(text)}</dd>\n' for title, text in remarks(round_)]:
        yield f'<dl class="remarks">\n{"".join(said)}</dl>\n'
    yield f'</header>\n{MAIN_START}<div class="sides">\n'
    for run in round_.runs.values():
        yield from _answer(round_, run)
    yield f"""</div>
<section>
<h2>Settings</h2>
{settings_table({label: run.request.settings for label, run in round_.runs.items()}, accents(round_))}</section>
<div class="measures{" is-wide" if len(round_.runs) > _BESIDE_CHART else ""}">
<section>
<h2>Figures</h2>
{_figures(round_)}</section>
<section>
<h2>Text over time</h2>
<div class="chart-box">
{chart(round_)}
</div>
{_LEGEND}
</section>
</div>
"""
    yield from differences_html(round_, phases)
    yield f"<section>\n<h2>Events</h2>\n{timeline(phases, accents(round_))}"
    for label, run in round_.runs.items():
        yield from event_list(run, accents(round_)[label])
    yield f"</section>\n{PAGE_END}"


def _head(round_: Round) -> str:
    head = document_head(_title(round_.prompt), has_images=bool(round_.attachments))
    return f"""{head}<header>
<p class="when">Diptych · {date_words(round_.date)}{words(_case(round_))}</p>
<h1>Prompt</h1>
<div class="prompt" dir="auto">{block(round_.prompt)}</div>
{"".join(earlier_messages(round_))}"""


def _case(round_: Round) -> str:
    """Return where a round belongs in its experiment; "" for a round that is not part of one."""
    case = round_.experiment_case
    if case is None:
        return ""
    experiment = "an experiment" if case.experiment is None else f"experiment x{case.experiment}"
    return f" · {experiment}, case {case.case}, repeat {case.repeat}"


def _title(prompt: str) -> str:
    start = " ".join(prompt[: 10 * _TITLE].split())
    if len(start) <= _TITLE:
        return f"{start} · Diptych" if start else "Diptych"
    return f"{start[:_TITLE].rpartition(' ')[0] or start[:_TITLE]} … · Diptych"


def _figures(round_: Round) -> str:
    colours = accents(round_)
    heads = "".join(head_cell(side_name(label), colours[label]) for label in round_.runs)
    rows = "".join(table_row(row.name, row.cells) for row in comparison(round_))
    return f"{table_start('Figures', EMPTY_HEAD + heads)}{rows}{TABLE_END}"


def _answer(round_: Round, run: Run) -> Iterator[str]:
    take = take_name(round_, run)
    title = model_title(run.request.settings)
    name = "" if is_name_of(run.label, title) else f'<span class="name">{words(side_name(run.label))}</span> '
    model = words(title) + (f" · {take}" if take else "")
    yield f'<article class="side {accents(round_)[run.label]}">\n<h2>{name}{model}</h2>\n'
    yield from run_parts(round_, run, 2)
    for other in other_takes(round_):
        if other.label == run.label:
            name = f"{take_name(round_, other).capitalize()}, which does not count"
            yield f'<details class="take"><summary>{name}</summary>\n'
            yield f'<p class="model">{words(model_title(other.request.settings))}</p>\n'
            yield from run_parts(round_, other, 2)
            yield "</details>\n"
    yield "</article>\n"
