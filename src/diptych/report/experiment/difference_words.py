"""The difference of a figure between two models in words.

If none is seen, the words never say that the models are equal, but how large a difference may be hidden.
"""

from diptych.core.experiment.row_figures import RowFigure
from diptych.core.experiment.summary import SIGNIFICANCE, FigureDifference
from diptych.core.statistics.median_interval import Interval
from diptych.core.statistics.paired_difference import PairedDifference
from diptych.report.experiment.figure_scale import FigureScale, figure_scale

_SMALLEST_P = 0.0001


def difference_words(found: FigureDifference) -> str:
    """Return how the figure of the second model differs from that of the first, such as `0.12 s later (0.08 to 0.2)`.

    >>> difference_words(found)  # doctest: +SKIP
    'no difference seen in 20 pairs; 0.031 s sooner to 0.142 s later is possible'
    """
    difference = found.difference
    if difference is None:
        return "not known of any round that both have answered"
    figure = found.figure
    if difference.interval is None:
        if difference.n == 1:
            return f"one pair is too few to tell: {_only(figure, difference.median)}"
        if difference.min == difference.max:
            return f"{difference.n} pairs are too few to tell: {_only(figure, difference.min)} in each"
        return f"{difference.n} pairs are too few to tell: {_range(figure, difference.min, difference.max)}"
    if found.is_significant:
        return f"{_seen(figure, difference, difference.interval)}{_in_cases(found)}; {p_words(found.adjusted_p)}"
    low, high = difference.interval
    if low > 0 or high < 0:
        return f"{_seen(figure, difference, (low, high))}; but this may be chance: {p_words(found.adjusted_p)}"
    if low < high:
        hidden = _range(figure, low, high)
        return f"no difference seen in {difference.n:,} pairs; {hidden} is possible"
    equal = f"no difference seen: {difference.equal:,} of {difference.n:,} pairs without any"
    return equal if difference.min == difference.max else f"{equal}; {_range(figure, difference.min, difference.max)}"


def p_words(p: float) -> str:
    """Return a p-value as `p = 0.012`, or `p < 0.0001`. What would read 0.05 has a digit more: `p = 0.0502`."""
    if p < _SMALLEST_P:
        return f"p < {_SMALLEST_P}"
    short = f"{p:.2g}"
    return f"p = {p:.3g}" if short == "0.05" else f"p = {short}"


def _seen(figure: RowFigure, difference: PairedDifference, interval: Interval) -> str:
    """Return the median difference with its interval, and in how many pairs it has that direction."""
    count = max(difference.lower, difference.higher)
    pairs = f"{count:,} of {difference.lower + difference.higher:,} pairs"
    if difference.equal:
        pairs += f" that differ ({difference.equal:,} do not)"
    low, high = interval
    if low <= 0 <= high:
        direction = figure.above if difference.higher > difference.lower else figure.below
        median = _offset(figure, _scale(figure, low, high), difference.median)
        return f"{direction} in {pairs}; in the median {median} ({_range(figure, low, high)})"
    scale = _scale(figure, low, high, difference.median)
    nearer, farther = sorted((abs(low), abs(high)))
    return f"{_offset(figure, scale, difference.median)} ({scale.number(nearer)} to {scale.number(farther)}) in {pairs}"


def _in_cases(found: FigureDifference) -> str:
    """Return in how many cases a difference has the direction that it has in most pairs, if cases were repeated."""
    pairs, cases = found.difference, found.by_case
    if pairs is None or cases is None:
        return ""
    count = cases.higher if pairs.higher > pairs.lower else cases.lower
    words = f" and {count:,} of {cases.n:,} cases"
    if cases.p <= SIGNIFICANCE and 2 * count > cases.n - cases.equal:
        return words
    return f"{words}, which are too few to say so of other prompts"


def _range(figure: RowFigure, low: float, high: float) -> str:
    """Return two differences as `0.03 s sooner to 0.14 s later`."""
    scale = _scale(figure, low, high)
    return f"{_offset(figure, scale, low)} to {_offset(figure, scale, high)}"


def _only(figure: RowFigure, value: float) -> str:
    """Return the only difference that was found as `0.14 s later`, or `no difference`."""
    return _offset(figure, _scale(figure, value), value) if value else "no difference"


def _offset(figure: RowFigure, scale: FigureScale, value: float) -> str:
    """Return a difference as `0.14 s later`, or `0.00 s`."""
    amount = scale.amount(abs(value))
    return f"{amount} {figure.above if value > 0 else figure.below}" if value else amount


def _scale(figure: RowFigure, *shown: float) -> FigureScale:
    return figure_scale(figure, max(map(abs, shown)), shown)
