"""Compared figures as short texts: both values, their difference and their ratio. What is unknown is "–"."""

from collections.abc import Sequence
from decimal import Decimal

from diptych.core.run import Run
from diptych.core.wording.durations import measured_time
from diptych.differences.compared_figures import ComparedFigure, FigureKind, Value, compared_figures
from diptych.report.figures import LEAST_SECONDS, OWN_PRICES, UNKNOWN, cost, seconds

_MINUS = "−"


def value_text(figure: ComparedFigure, value: Value) -> str:
    """Return one of both values; a time that may have been earlier stands behind "≤"."""
    if isinstance(value.value, str):
        return value.value or UNKNOWN
    number = value.number
    if number is None:
        return UNKNOWN
    return f"{'≤' if value.is_late else ''}{_number(figure.kind, number)}{OWN_PRICES if value.is_by_own_prices else ''}"


def delta_text(figure: ComparedFigure) -> str:
    """Return the difference with its sign.

    It reads `+0.42s`, `−120`, or `±0.00s` if it is too small to be seen, with `≤`, `≥` or `≈` in front where an event
    was read late.
    """
    delta = figure.delta
    if delta is None:
        return UNKNOWN
    shown = _number(figure.kind, -delta if delta < 0 else delta)
    is_seen = any(character in "123456789" for character in shown)
    sign = "±" if not is_seen else "+" if delta > 0 else _MINUS
    return f"{figure.bound}{sign}{shown}"


def ratio_text(figure: ComparedFigure) -> str:
    """Return the right value as a multiple of the left one: `×1.28`."""
    ratio = figure.ratio
    return UNKNOWN if ratio is None else f"{figure.bound}×{_short(ratio)}"


def known_differences(left: Run, right: Run) -> Sequence[tuple[str, str, str, str, str]]:
    """Return the figures of two runs whose difference is known: name, both values, difference and ratio."""
    return [
        (
            figure.name,
            value_text(figure, figure.left),
            value_text(figure, figure.right),
            delta_text(figure),
            ratio_text(figure),
        )
        for figure in compared_figures(left, right)
        if figure.delta is not None
    ]


def seconds_delta(delta: float | None) -> str:
    """Return a difference of seconds with its sign."""
    if delta is None:
        return UNKNOWN
    sign = "±" if abs(delta) < LEAST_SECONDS else "+" if delta > 0 else _MINUS
    return f"{sign}{seconds(abs(delta))}"


def _number(kind: FigureKind, number: float | Decimal) -> str:
    match kind:
        case "seconds":
            return seconds(float(number))
        case "dollars":
            return cost(str(number))
        case "tokens per second" | "events per second":
            return f"{number:.0f}"
        case "tokens per event":
            return f"{number:.1f}"
        case "server time":
            return measured_time(float(number))
        case _:
            return f"{number:,.0f}"


def _short(ratio: float) -> str:
    if ratio < 9.995:
        return f"{ratio:.2f}"
    return f"{ratio:.1f}" if ratio < 99.95 else f"{ratio:,.0f}"
