"""Which cases of an experiment are listed, and in which order."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import inf
from typing import Literal

from diptych.core.experiment.answer_row import AnswerRow
from diptych.core.experiment.row_figures import RowFigure, counts_for_figures
from diptych.core.request import Label
from diptych.core.statistics.quantiles import quantile
from diptych.report.experiment.results import Results, middle

CaseOrder = Literal["plan", "fewest passed", "highest", "lowest", "largest difference"]
CaseFilter = Literal["all", "failed", "different", "slow"]

_FENCE = 1.5
"""How many interquartile ranges a value is beyond the quartiles at least to be an outlier (J. W. Tukey)."""


def arrange(
    results: Results,
    figure: RowFigure,
    *,
    order: CaseOrder = "plan",
    only: CaseFilter = "all",
    words: str = "",
    label: Label | None = None,
) -> Sequence[str]:
    """Return the cases that a filter lets through and whose id or prompt contains all words, in an order.

    `label` is the model by whose figure they are ordered; the first one if it is None. What is not known comes last.
    """
    wanted = words.casefold().split()
    fits = _filter(results, figure, only)
    cases = [case for case in results.cases if fits(case) and _contains(results, case, wanted)]
    chosen = label if label is not None else next(iter(results.labels), "")
    match order:
        case "plan":
            pass
        case "fewest passed":
            cases.sort(key=lambda case: _share_passed(results, case))
        case "highest":
            cases.sort(key=lambda case: -_or(middle(results.answers(case, chosen), figure), -inf))
        case "lowest":
            cases.sort(key=lambda case: _or(middle(results.answers(case, chosen), figure), inf))
        case "largest difference":
            cases.sort(key=lambda case: -_range(results, case, figure))
    return cases


def slow_limits(results: Results, figure: RowFigure) -> Mapping[Label, float]:
    """Return for each model the value beyond which an answer is slow: above the upper fence of J. W. Tukey.

    That is 1.5 interquartile ranges above the third quartile. Of a figure that is better if it is higher, it is the
    lower fence. Models without values are left out.
    """
    limits = {}
    for label in results.labels:
        values = sorted(_values(results.of_label(label), figure))
        if values:
            low, high = quantile(values, 0.25), quantile(values, 0.75)
            reach = _FENCE * (high - low)
            limits[label] = low - reach if figure.better == "higher" else high + reach
    return limits


def _values(rows: Iterable[AnswerRow], figure: RowFigure) -> Iterable[float]:
    return (value for row in rows if counts_for_figures(row) and (value := figure.value(row)) is not None)


def _filter(results: Results, figure: RowFigure, only: CaseFilter) -> Callable[[str], bool]:
    match only:
        case "all":
            return lambda case: True
        case "failed":
            return results.has_failed
        case "different":
            return results.differs
        case "slow":
            limits = slow_limits(results, figure)
            sign = -1 if figure.better == "higher" else 1
            return lambda case: any(
                sign * value > sign * limit
                for label, limit in limits.items()
                for value in _values(results.answers(case, label), figure)
            )


def _contains(results: Results, case: str, words: Sequence[str]) -> bool:
    if not words:
        return True
    text = f"{case}\n{results.prompts[case]}".casefold()
    return all(word in text for word in words)


def _share_passed(results: Results, case: str) -> float:
    rows = [row for label in results.labels for row in results.answers(case, label)]
    return sum(row.has_passed for row in rows) / len(rows) if rows else 2.0


def _range(results: Results, case: str, figure: RowFigure) -> float:
    """Return how far the medians of the models are apart; -1 if there are not two of them."""
    medians = [value for label in results.labels if (value := middle(results.answers(case, label), figure)) is not None]
    return max(medians) - min(medians) if len(medians) > 1 else -1.0


def _or(value: float | None, default: float) -> float:
    return default if value is None else value
