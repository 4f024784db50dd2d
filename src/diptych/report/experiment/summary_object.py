"""What an experiment found, as the JSON object that `run --json` prints at its end.

docs/reference/output.md describes it.
"""

from collections.abc import Mapping

from diptych.core.experiment.row_figures import FIGURES, FigureUnit, RowFigure
from diptych.core.experiment.summary import FigureDifference, ModelSummary, Summary
from diptych.core.json_text import JsonObject
from diptych.core.statistics.paired_difference import PairedDifference
from diptych.core.statistics.spread import Spread

_DOLLAR_DIGITS = 12
"""Significant digits of dollars: prices of a single token need more decimals than times."""


def summary_object(experiment: int | None, plan: Mapping[str, object], summary: Summary) -> JsonObject:
    """Return a summary with the number of the experiment, None if it has none, and its plan as an object."""
    return {
        "experiment": experiment,
        "plan": dict(plan),
        "models": {label: _model_object(model) for label, model in summary.models.items()},
        "differences": [_difference_object(found) for found in summary.differences],
        "comparisons": summary.comparisons,
    }


def _model_object(model: ModelSummary) -> JsonObject:
    answers = model.answers
    return {
        "model": model.name or None,
        "n": model.n,
        "states": dict(model.states),
        "checks": {
            "n": model.checks.of,
            "passed": model.checks.count,
            "share": _rounded(model.checks.share),
            "interval": _interval(model.checks.interval),
        },
        "answers": {"n": answers.n, "distinct": answers.distinct, "most_frequent": list(answers.most_frequent)},
        "clocks": dict(model.clocks),
        "late": {"n": model.late, "most": _rounded(model.latest)},
        "drifting": list(model.drifting),
        **{figure.name: _spread_object(model.figures[figure.name], figure.unit) for figure in FIGURES},
    }


def _spread_object(known: Spread | None, unit: FigureUnit) -> JsonObject:
    if known is None:
        return {"n": 0} | dict.fromkeys(("median", "interval", "p25", "p75", "p95", "min", "max"))
    return {
        "n": known.n,
        "median": _rounded(known.median, unit),
        "interval": _interval(known.interval, unit),
        "p25": _rounded(known.p25, unit),
        "p75": _rounded(known.p75, unit),
        "p95": _rounded(known.p95, unit),
        "min": _rounded(known.min, unit),
        "max": _rounded(known.max, unit),
    }


def _difference_object(found: FigureDifference) -> JsonObject:
    """Return a difference, second − first. `wins` counts the pairs in which the first one's figure is better."""
    known = found.difference
    return {
        "first": found.first,
        "second": found.second,
        "figure": found.figure.name,
        **_pairs_object(known, found.figure),
        "adjusted_p": None if known is None else _significant(found.adjusted_p),
        "by_case": found.by_case and _pairs_object(found.by_case, found.figure),
    }


def _pairs_object(known: PairedDifference | None, figure: RowFigure) -> JsonObject:
    if known is None:
        return {"n": 0, "median": None, "interval": None, "wins": 0, "losses": 0, "ties": 0, "p": None}
    first_is_lower = figure.better == "lower"
    return {
        "n": known.n,
        "median": _rounded(known.median, figure.unit),
        "interval": _interval(known.interval, figure.unit),
        "wins": known.higher if first_is_lower else known.lower,
        "losses": known.lower if first_is_lower else known.higher,
        "ties": known.equal,
        "p": _significant(known.p),
    }


def _interval(ends: tuple[float, float] | None, unit: FigureUnit | None = None) -> list[float | None] | None:
    return None if ends is None else [_rounded(end, unit) for end in ends]


def _rounded(value: float | None, unit: FigureUnit | None = None) -> float | None:
    if value is None:
        return None
    return _significant(value) if unit == "dollars" else round(value, 6)


def _significant(value: float) -> float:
    return float(f"{value:.{_DOLLAR_DIGITS}g}")
