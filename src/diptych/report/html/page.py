"""A round as one HTML file that needs nothing else: it loads nothing, runs nothing, and says so to the browser."""

import base64
import hashlib
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files

from diptych.core.round import Round
from diptych.core.run import Run, Tool
from diptych.core.wording.outcome import end_sentence, warnings
from diptych.report.comparison import Row, comparison
from diptych.report.figures import UNKNOWN
from diptych.report.html.answer import answer_html
from diptych.report.html.chart import chart
from diptych.report.html.escape import block, words
from diptych.report.html.events import event_list
from diptych.report.plain_text import figures

_TITLE = 60
"""Characters of the prompt that the title shows at most."""

_LEGEND = (
    '<p class="legend"><span>○ first token</span> <span>■ end</span> <span>✕ broken off</span> '
    '<span><i class="swatch"></i> silence in mid-answer</span></p>'
)


def html(round_: Round) -> str:
    """The page: prompt, answers side by side, figures, a chart of text over time, and the event lists."""
    answers = "\n".join(_answer(run) for run in round_.runs.values())
    events = "\n".join(event_list(run) for run in round_.runs.values())
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_policy()}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{words(_title(round_.prompt))}</title>
<style>{_style()}</style>
</head>
<body>
<header>
<p class="when">Diptych · {_date(round_.date)}</p>
<h1>Prompt</h1>
<div class="prompt" dir="auto">{block(round_.prompt)}</div>
</header>
<main>
<div class="sides">
{answers}
</div>
<div class="measures">
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
<section>
<h2>Events</h2>
{events}
</section>
</main>
</body>
</html>
"""


def _policy() -> str:
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@cache
def _style() -> str:
    return files("diptych.report.html").joinpath("style.css").read_text(encoding="utf-8")


def _title(prompt: str) -> str:
    start = " ".join(prompt[: 10 * _TITLE].split())
    if len(start) <= _TITLE:
        return f"{start} · Diptych" if start else "Diptych"
    return f"{start[:_TITLE].rpartition(' ')[0] or start[:_TITLE]} … · Diptych"


def _date(date: float | None) -> str:
    if date is None:
        return UNKNOWN
    try:
        return f"{datetime.fromtimestamp(date, UTC):%Y-%m-%d %H:%M} UTC"
    except (ValueError, OverflowError, OSError):  # no date that a calendar has
        return UNKNOWN


def _table(round_: Round) -> str:
    heads = "".join(f'<th scope="col" class="{side}">{side}</th>' for side in round_.runs)
    rows = "\n".join(map(_row, comparison(round_)))
    head = f"<thead><tr><td></td>{heads}</tr></thead>"
    return f'<div class="scroll"><table class="figures">\n{head}\n<tbody>\n{rows}\n</tbody>\n</table></div>'


def _row(row: Row) -> str:
    cells = "".join(f"<td>{words(cell)}</td>" for cell in row.cells)
    return f'<tr><th scope="row">{row.name}</th>{cells}</tr>'


def _answer(run: Run) -> str:
    simulated = " · simulated" if run.request.settings.simulated else ""
    parts = [
        f'<article class="side {run.label}">',
        f'<h2><span class="name">{run.label}</span> {words(run.request.settings.name)}{simulated}</h2>',
        f'<p class="summary">{words(figures(run))}</p>',
    ]
    if run.thinking:
        thinking = answer_html("".join(run.thinking))
        summary = f"<summary>Thinking, {sum(map(len, run.thinking)):,} characters</summary>"
        parts.append(f'<details class="thinking">{summary}\n<div class="prose" dir="auto">{thinking}</div></details>')
    if run.redacted_thinking:
        parts.append(f'<p class="note">Blocks of thinking that came encrypted: {run.redacted_thinking}.</p>')
    if run.text:
        parts.append(f'<div class="prose" dir="auto">{answer_html("".join(run.text))}</div>')
    if run.refusal:
        parts.append(f'<h3>Refusal</h3>\n<div class="plain" dir="auto">{block("".join(run.refusal))}</div>')
    parts += map(_tool, run.tools)
    if sentence := end_sentence(run):
        parts.append(f'<p class="ending is-{run.state}">{words(sentence)}</p>')
    parts += [f'<p class="ending is-cut">{words(warning)}</p>' for warning in warnings(run)]
    return "\n".join([*parts, "</article>"])


def _tool(tool: Tool) -> str:
    return f"<h3>Tool call <code>{words(tool.name)}</code></h3>\n<pre><code>{block(tool.arguments)}</code></pre>"
