"""An experiment as one HTML file that needs nothing else and runs nothing."""

from collections.abc import Iterator, Mapping
from itertools import islice

from diptych.core.experiment.row_figures import FIGURES, FigureName, RowFigure, counts_for_figures
from diptych.core.experiment.summary import FigureDifference, ModelSummary
from diptych.core.model_pairs import PairTally
from diptych.core.request import Label
from diptych.core.statistics.spread import Spread
from diptych.core.wording.counted import counted
from diptych.report.experiment.difference_words import difference_words
from diptych.report.experiment.exported import (
    MOST_CASES,
    ExportedExperiment,
    case_lines,
    cell_words,
    verdict_words,
)
from diptych.report.experiment.figure_scale import figure_scale
from diptych.report.experiment.judge_text import judge_name, judge_sentences
from diptych.report.experiment.strip_svg import figure_axis, strip_svg
from diptych.report.experiment.summary_text import checks_words, distinct_words, summary_notes
from diptych.report.html.accents import accents_of
from diptych.report.html.escape import block, words
from diptych.report.html.page_frame import date_words, document_head
from diptych.report.html.scale import Scale
from diptych.report.votes_text import preference

_TABLE = '<div class="scroll"><table class="figures">\n'

_MOST_OPEN = 100
"""Cases from which their table is folded."""


def experiment_html(exported: ExportedExperiment) -> Iterator[str]:
    """Yield the page piece by piece: figures with strips, differences, verdicts, and at most `MOST_CASES` cases."""
    plan = exported.plan
    yield document_head(f"Experiment x{exported.number} · Diptych")
    yield f'<header>\n<p class="when">Diptych · {date_words(exported.date)}</p>\n'
    yield f"<h1>Experiment x{exported.number}</h1>\n"
    asked = " · ".join(
        (counted(len(plan.cases), "case"), counted(len(plan.models), "model"), counted(plan.repeats, "repeat"))
    )
    yield f'<p class="note">{asked} · plan {words(exported.digest)}</p>\n'
    if len(plan.cases) == 1:
        yield f'<div class="prompt" dir="auto">{block(plan.cases[0].prompt)}</div>\n'
    yield "</header>\n<main>\n"
    yield from _models(exported)
    yield from _figures(exported)
    yield from _differences(exported)
    yield from _verdicts(exported)
    yield from _cases(exported)
    yield "</main>\n</body>\n</html>\n"


def _accents(exported: ExportedExperiment) -> Mapping[Label, str]:
    return accents_of(list(exported.summary.models))


def _models(exported: ExportedExperiment) -> Iterator[str]:
    rows = [_model_row(exported, label, model) for label, model in exported.summary.models.items()]
    yield "<section>\n<h2>Answers</h2>\n"
    yield _table(("", "model", "answers", "checks", "distinct"), rows)
    yield "</section>\n"


def _model_row(exported: ExportedExperiment, label: Label, model: ModelSummary) -> tuple[str, ...]:
    settings = exported.plan.models.get(label)
    states = " · ".join(f"{count:,} {state}" for state, count in model.states.items())
    return (
        label,
        settings.name if settings else "",
        states or "none",
        checks_words(model.checks) if model.checks.of else "–",
        distinct_words(model.answers, exported.summary.cases) if model.answers.n > 1 else "–",
    )


def _figures(exported: ExportedExperiment) -> Iterator[str]:
    """Yield a strip and a table for each figure that is known."""
    known: dict[FigureName, dict[Label, Spread]] = {}
    for figure in FIGURES:
        spreads = {label: model.figures[figure.name] for label, model in exported.summary.models.items()}
        found = {label: spread for label, spread in spreads.items() if spread}
        if found:
            known[figure.name] = found
    axes = {name: figure_axis(list(spreads.values())) for name, spreads in known.items()}
    places = _places(exported, axes)
    for figure in FIGURES:
        if figure.name in known:
            found = known[figure.name]
            lanes = {label: (spread, places[figure.name, label]) for label, spread in found.items()}
            yield f'<section>\n<h2>{figure.title.capitalize()}</h2>\n<div class="chart-box">\n'
            yield strip_svg(figure, lanes, _accents(exported), axes[figure.name])
            yield "\n</div>\n"
            heads = ("", "n", "median", "95 % interval", "quartiles", "p95", "range")
            yield _table(heads, [_spread_row(figure, label, spread) for label, spread in found.items()])
            yield "</section>\n"
    for note in summary_notes(exported.summary):
        yield f'<p class="note">{words(note)}</p>\n'


def _places(
    exported: ExportedExperiment, axes: Mapping[FigureName, Scale]
) -> dict[tuple[FigureName, Label], set[float]]:
    """Return at which coordinates the values of each figure and model lie, of which no axis has many."""
    places: dict[tuple[FigureName, Label], set[float]] = {
        (name, label): set() for name in axes for label in exported.summary.models
    }
    for row in exported.rows:
        if counts_for_figures(row):
            for figure in FIGURES:
                value = figure.value(row) if figure.name in axes else None
                if value is not None and (found := places.get((figure.name, row.label))) is not None:
                    found.add(axes[figure.name].place(value))
    return places


def _spread_row(figure: RowFigure, label: Label, spread: Spread) -> tuple[str, ...]:
    scale = figure_scale(figure, spread.median, (spread.p25, spread.p75))
    return (
        label,
        f"{spread.n:,}",
        scale.amount(spread.median),
        scale.span(spread.interval),
        scale.span((spread.p25, spread.p75)),
        scale.number(spread.p95),
        scale.span((spread.min, spread.max)),
    )


def _differences(exported: ExportedExperiment) -> Iterator[str]:
    found = [each for each in exported.summary.differences if each.difference]
    if not found:
        return
    yield "<section>\n<h2>Differences</h2>\n"
    yield _table(("", "figure", "difference"), [_difference_row(each) for each in found])
    yield "</section>\n"


def _difference_row(found: FigureDifference) -> tuple[str, ...]:
    return f"{found.second} compared with {found.first}", found.figure.title, difference_words(found)


def _verdicts(exported: ExportedExperiment) -> Iterator[str]:
    if not exported.judges and not exported.votes:
        return
    yield "<section>\n<h2>Votes and judges</h2>\n"
    heads = ("", "wins", "ties", "losses", "neither", "preferred (95 %)")
    if exported.votes:
        yield "<h3>Your votes</h3>\n"
        yield _table(heads, list(map(_verdict_row, exported.votes)))
    for tally in exported.judges:
        yield f"<h3>Judged by {words(judge_name(tally))}</h3>\n"
        if tally.pairs:
            yield _table(_without_neither(heads), [_without_neither(_verdict_row(pair)) for pair in tally.pairs])
        sentences = "".join(f"<li>{words(sentence)}</li>\n" for sentence in judge_sentences(tally))
        yield f'<ul class="note">\n{sentences}</ul>\n'
    yield "</section>\n"


def _verdict_row(pair: PairTally) -> tuple[str, ...]:
    counts = (pair.wins, pair.ties, pair.losses, pair.neither)
    return (f"{pair.first} over {pair.second}", *(f"{count:,}" for count in counts), preference(pair))


def _without_neither(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Return a row of verdicts as judges have it, who cannot vote for neither answer."""
    return (*cells[:4], *cells[5:])


def _cases(exported: ExportedExperiment) -> Iterator[str]:
    labels, count = list(exported.plan.models), len(exported.plan.cases)
    prompts = {case.id: case.prompt for case in exported.plan.cases}
    voters = exported.voters
    yield "<section>\n<h2>Cases</h2>\n"
    yield '<p class="note">Answers that passed their checks, and the medians of first token and total.</p>\n'
    if count > _MOST_OPEN:
        yield f"<details><summary>{counted(count, 'case')}</summary>\n"
    heads = "".join(f'<th scope="col">{words(head)}</th>' for head in ("case", "prompt", *labels, *voters))
    yield f"{_TABLE}<thead><tr>{heads}</tr></thead>\n<tbody>\n"
    for line in islice(case_lines(exported.rows.by_case()), MOST_CASES):
        said = exported.verdicts.get(line.case, {})
        yield _row(
            (
                line.case,
                _beginning(prompts.get(line.case, "")),
                *(cell_words(line.cells.get(label)) for label in labels),
                *(verdict_words(said.get(voter, {})) for voter in voters),
            )
        )
    yield "</tbody>\n</table></div>\n"
    if count > _MOST_OPEN:
        yield "</details>\n"
    if count > MOST_CASES:
        yield f'<p class="note">{count - MOST_CASES:,} more cases are in the other formats.</p>\n'
    yield "</section>\n"


def _beginning(prompt: str) -> str:
    text = " ".join(prompt[:600].split())
    return text if len(text) <= 100 else f"{text[:100]}…"


def _table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    head = "".join(f'<th scope="col">{words(each)}</th>' for each in heads)
    body = "".join(map(_row, rows))
    return f"{_TABLE}<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table></div>\n"


def _row(cells: tuple[str, ...]) -> str:
    first, *others = cells
    return f'<tr><th scope="row">{words(first)}</th>{"".join(f"<td>{words(cell)}</td>" for cell in others)}</tr>\n'
