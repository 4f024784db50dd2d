"""How far an experiment has come."""

from dataclasses import dataclass
from decimal import Decimal

from diptych.core.experiment.answered import Answered


@dataclass(frozen=True, slots=True)
class Progress:
    """The answers that need not be asked for again, and what all answers with a row come to.

    `failed` counts those that failed or were cut, and `unpriced` those whose cost is not known. `cost_usd` is what the
    others cost together.
    """

    answered: Answered
    failed: int
    cost_usd: Decimal
    unpriced: int
