"""What an experiment found, as plain text: a table for each model, then the differences in words."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from textwrap import wrap

from diptych.core.experiment.row_figures import FIGURES, RowFigure
from diptych.core.experiment.summary import DistinctAnswers, FigureDifference, ModelSummary, Summary
from diptych.core.naming import labelled_model
from diptych.core.request import Label
from diptych.core.run import State
from diptych.core.statistics.median_interval import FEWEST_FOR_INTERVAL, NO_INTERVAL
from diptych.core.statistics.quantiles import FEWEST_FOR_P95, NO_P95
from diptych.core.statistics.share import Share
from diptych.core.statistics.spread import Spread
from diptych.core.text.sanitize import clean_line
from diptych.core.wording.counted import counted
from diptych.core.wording.durations import measured_time
from diptych.report.columns import aligned
from diptych.report.experiment.difference_words import difference_words
from diptych.report.experiment.figure_scale import figure_scale

_HEADING = ("", "n", "median", "95 % interval", "quartiles", "p95", "range")
_RIGHT = (1, 2, 3, 4, 5, 6)
_LEAST_IMPORTANT = (4, 6, 5)
"""The columns that are left out where there is no room, in this order."""

_STATES: tuple[State, ...] = ("complete", "failed", "cut", "stopped")
_INDENT = "  "

_NARROWEST = 40
"""Characters per line. Some terminals say that they have none."""


def summary_text(summary: Summary, width: int = 80) -> Iterator[str]:
    """Yield the lines of a summary, which are no longer than `width` if that is at least 40."""
    width = max(width, _NARROWEST)
    if not summary.rounds:
        yield "There are no answers."
        return
    for label, model in summary.models.items():
        name = clean_line(labelled_model(label, model.name))
        yield from wrap(f"{name} · {_answers(model)}", width, subsequent_indent=_INDENT)
        yield from (f"{_INDENT}{line}" for line in _model_lines(model, width - len(_INDENT)))
        yield ""
    for _, pair in groupby(summary.differences, lambda found: (found.first, found.second)):
        yield from _pair_lines(list(pair), width)
        yield ""
    for note in summary_notes(summary):
        yield from wrap(note, width)


def _answers(model: ModelSummary) -> str:
    """Return how many answers there are, and how they ended."""
    states = (f"{model.states[state]:,} {state}" for state in _STATES if state in model.states)
    return " · ".join((counted(model.n, "answer"), *states))


def _model_lines(model: ModelSummary, width: int) -> Iterator[str]:
    if model.checks.of:
        yield f"checks: {checks_words(model.checks)}"
    if model.answers.n > 1:
        yield f"distinct answers: {distinct_words(model.answers)}"
    rows = [_figure_row(figure, known) for figure in FIGURES if (known := model.figures[figure.name])]
    if rows:
        yield from _table([_HEADING, *rows], width)


def checks_words(checks: Share) -> str:
    """Return how many answers passed all of their checks.

    >>> checks_words(Share(17, 19))
    '17 of 19 passed, 89 % (69–97 %)'
    """
    text = f"{checks.count:,} of {checks.of:,} passed"
    if checks.share is None or checks.interval is None:
        return text
    low, high = checks.interval
    return f"{text}, {100 * checks.share:.0f} % ({100 * low:.0f}–{100 * high:.0f} %)"


def distinct_words(answers: DistinctAnswers) -> str:
    """Return how many answers differ, and for a single case how often the most frequent ones came.

    >>> distinct_words(DistinctAnswers(20, 3, (15, 4, 1)))
    '3 of 20 (×15 ×4 ×1)'
    """
    text = f"{answers.distinct:,} of {answers.n:,}"
    if answers.cases > 1:
        return f"{text}, to {answers.cases:,} cases"
    if answers.distinct == answers.n:
        return text
    more = " …" if answers.distinct > len(answers.most_frequent) else ""
    return f"{text} ({' '.join(f'×{count:,}' for count in answers.most_frequent)}{more})"


def _figure_row(figure: RowFigure, known: Spread) -> tuple[str, ...]:
    scale = figure_scale(figure, known.median, (known.p25, known.p75))
    return (
        f"{figure.title}, {scale.unit}",
        f"{known.n:,}",
        scale.number(known.median),
        scale.span(known.interval),
        scale.span((known.p25, known.p75)),
        scale.number(known.p95),
        scale.span((known.min, known.max)),
    )


def _table(rows: Sequence[tuple[str, ...]], width: int) -> Sequence[str]:
    """Return rows as lines, without the least important columns where there is no room for all."""
    kept = list(range(len(_HEADING)))
    lines = aligned(rows, _RIGHT)
    for column in _LEAST_IMPORTANT:
        if max(map(len, lines)) <= width:
            break
        kept.remove(column)
        lines = aligned([tuple(row[index] for index in kept) for row in rows], _RIGHT)
    return lines


def _pair_lines(pair: Sequence[FigureDifference], width: int) -> Iterator[str]:
    first, second = clean_line(pair[0].first), clean_line(pair[0].second)
    yield from wrap(f"{second} compared with {first}:", width, subsequent_indent=_INDENT)
    known = [found for found in pair if found.difference]
    if not known:
        yield f"{_INDENT}no round has complete answers of both"
    room = max(len(figure.title) for figure in FIGURES)
    for found in known:
        start = f"{_INDENT}{found.figure.title:<{room}}  "
        yield from wrap(difference_words(found), width, initial_indent=start, subsequent_indent=" " * len(start))


def summary_notes(summary: Summary) -> Iterator[str]:
    """Yield what a reader has to know about the figures above, as sentences."""
    models = summary.models.values()
    left_out = sum(model.n - model.complete for model in models)
    if left_out:
        yield f"Figures are those of complete answers. {_left_out(left_out)}"
    counts = [known.n for model in models for known in model.figures.values() if known]
    counts += [found.difference.n for found in summary.differences if found.difference]
    if any(count < FEWEST_FOR_INTERVAL for count in counts):
        yield NO_INTERVAL
    if any(known and known.n < FEWEST_FOR_P95 for model in models for known in model.figures.values()):
        yield NO_P95
    if any(found.difference and found.difference.interval for found in summary.differences):
        yield _method(summary)
    drifting = {label: model.drifting for label, model in summary.models.items() if model.drifting}
    for label, names in drifting.items():
        yield _drift(label, [figure.title for figure in FIGURES if figure.name in names])
    if len({clock for model in models for clock in model.clocks}) > 1:
        yield (
            "Arrivals were stamped by the kernel for some answers and by the event loop for others, which is later "
            "where it was busy: compare their times with care."
        )
    if late := sum(model.late for model in models):
        most = measured_time(max(model.latest for model in models))
        complete = sum(model.complete for model in models)
        yield (
            f"Diptych itself read {late:,} of {complete:,} answers late, since this machine was busy: their times may "
            f"be too long by up to {most}."
        )


def _drift(label: Label, titles: Sequence[str]) -> str:
    return (
        f"Successive answers of {clean_line(label)} resemble each other ({' and '.join(titles)}), as if its server had "
        "been slow for a while. The interval of its median may be too narrow; paired differences are hardly affected."
    )


def _left_out(count: int) -> str:
    return "1 other answer is left out." if count == 1 else f"{count:,} other answers are left out."


def _method(summary: Summary) -> str:
    """Return how the differences were found."""
    pairs = "Differences are medians of pairs (same case, same repeat) with 95 % intervals"
    adjusted = "p is that of the sign test"
    if summary.comparisons > 1:
        adjusted += f", adjusted for {summary.comparisons:,} comparisons (Holm)"
    if summary.cases == 1:
        return f"{pairs}; {adjusted}. All of this is about this one prompt."
    about = f"these {summary.cases:,} cases, and about other prompts as far as these are typical of them"
    return f"{pairs}; {adjusted}. All of this is about {about}."
