"""The figures of a row that an experiment compares: their names, units, and which direction is better."""

from dataclasses import dataclass
from math import isfinite, nan
from typing import Literal

from diptych.core.experiment.answer_row import AnswerRow

FigureName = Literal["first_token", "first_answer", "end", "tokens_per_second", "output_tokens", "cost_usd"]

FigureUnit = Literal["seconds", "tokens per second", "tokens", "dollars"]

Better = Literal["lower", "higher"]


@dataclass(frozen=True, slots=True)
class RowFigure:
    """A figure: the member of the row that holds it, what it is called in a table, its unit, and what is better.

    `below` and `above` say of an answer that its value is lower or higher than that of another answer: "0.1 s sooner".
    `better` says nothing about quality: fewer output tokens only take less time and money.
    """

    name: FigureName
    title: str
    unit: FigureUnit
    better: Better
    below: str
    above: str

    def value(self, row: AnswerRow) -> float | None:
        """Return the figure of a row as a float, which dollars are only here; None if it is not known."""
        value: float | str | None = getattr(row, self.name)
        try:
            number = nan if value is None else float(value)
        except ValueError:  # dollars are text, and rows of other machines may hold any
            return None
        return number if isfinite(number) else None


FIGURES = (
    RowFigure("first_token", "first token", "seconds", "lower", "sooner", "later"),
    RowFigure("first_answer", "first answer", "seconds", "lower", "sooner", "later"),
    RowFigure("end", "total", "seconds", "lower", "shorter", "longer"),
    RowFigure("tokens_per_second", "speed", "tokens per second", "higher", "slower", "faster"),
    RowFigure("output_tokens", "output", "tokens", "lower", "fewer", "more"),
    RowFigure("cost_usd", "cost", "dollars", "lower", "cheaper", "more expensive"),
)


def counts_for_figures(row: AnswerRow) -> bool:
    """Whether the figures of a row may be compared with those of others: only if its answer is complete.

    A failed, cut or stopped answer is shorter than it would have been, so that its times and tokens would look good.
    """
    return row.state == "complete"
