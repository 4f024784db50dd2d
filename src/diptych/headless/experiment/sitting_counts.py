"""Counts what has come of a sitting so far, for the progress that is shown, and how long the rest may take."""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

from diptych.core.experiment.answer_row import AnswerRow
from diptych.core.request import Label


@dataclass(slots=True)
class SittingCounts:
    """Counts rows. `planned` is how many answers the experiment has in all; `done` those that need not be asked again.

    What was done in an earlier sitting is counted in `done_before` alone, since its pace says nothing about this one.
    """

    planned: int
    done_before: int = 0
    rows: int = 0
    failed: int = 0
    stopped: int = 0
    not_passed: int = 0
    tokens: int = 0
    cost: Decimal = Decimal(0)
    has_costs: bool = False
    complete: Counter[Label] = field(default_factory=Counter)

    @property
    def done(self) -> int:
        """How many answers need not be asked again."""
        return self.done_before + self.rows - self.stopped

    def add(self, row: AnswerRow) -> None:
        """Count a row."""
        self.rows += 1
        if row.state == "stopped":
            self.stopped += 1
        elif row.state != "complete":
            self.failed += 1
        elif not row.has_passed:
            self.not_passed += 1
        self.complete[row.label] += row.state == "complete"
        self.tokens += (row.input_tokens or 0) + (row.output_tokens or 0)
        if row.cost_usd is not None:
            self.has_costs = True
            self.cost += Decimal(row.cost_usd)

    def seconds_left(self, elapsed: float) -> float | None:
        """Return about how many seconds the rest takes at the pace so far; None as long as there is none."""
        asked = self.rows - self.stopped
        return elapsed / asked * (self.planned - self.done) if asked else None
