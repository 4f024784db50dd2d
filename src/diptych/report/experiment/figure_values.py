"""Values of the figures of rows as short texts."""

from diptych.core.experiment.row_figures import RowFigure
from diptych.report.figures import UNKNOWN, cost


def value_text(figure: RowFigure, value: float | None) -> str:
    """Return a value of a figure in at most eight cells for usual values; "–" if it is not known."""
    if value is None:
        return UNKNOWN
    match figure.unit:
        case "seconds":
            return duration(value)
        case "tokens per second":
            return three_digits(value)
        case "tokens":
            return f"{value:,.0f}"
        case "dollars":
            return cost(f"{value:.12f}") if value >= 0 else f"-{cost(f'{-value:.12f}')}"


def duration(value: float) -> str:
    """Return seconds with three significant digits.

    >>> duration(1.2345), duration(0.0317)
    ('1.23s', '31.7ms')
    """
    return f"{three_digits(value * 1000)}ms" if abs(value) < 0.0995 else f"{three_digits(value)}s"


def three_digits(value: float) -> str:
    """Return a number with three significant digits, and with no more than two decimals."""
    size = abs(value)
    return f"{value:.2f}" if size < 9.995 else f"{value:.1f}" if size < 99.95 else f"{value:,.0f}"


def axis_text(figure: RowFigure, value: float) -> str:
    """Return a round value of a figure as it is written below an axis.

    >>> axis_text(FIGURES[0], 0.05), axis_text(FIGURES[0], 2.0)
    ('50ms', '2s')
    """
    match figure.unit:
        case "seconds":
            return f"{value * 1000:.6g}ms" if 0 < abs(value) < 0.1 else f"{value:.6g}s"
        case "dollars":
            return f"${value:.6g}"
        case _:
            return f"{value:,.6g}"
