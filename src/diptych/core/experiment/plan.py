"""The plan of an experiment: what is asked of whom, how often and in which order."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from diptych.core.experiment.case import Case
from diptych.core.request import Label
from diptych.core.settings import Settings


@dataclass(frozen=True, slots=True)
class Plan:
    """Every case is asked of every model `repeats` times. Two runs of the same plan send the same requests.

    With `sequential`, the models of a round are asked one after another, otherwise at the same moment. The first
    `warm_up` rounds are asked once before everything else and do not count. `seed` decides which model begins; see
    `order.planned_rounds`.
    """

    cases: tuple[Case, ...]
    models: Mapping[Label, Settings]
    repeats: int = 1
    sequential: bool = False
    warm_up: int = 0
    seed: int = 0

    @property
    def answers(self) -> int:
        """How many answers count when everything has been asked."""
        return len(self.cases) * len(self.models) * self.repeats


@dataclass(frozen=True, slots=True)
class Limits:
    """How fast and how far an experiment goes. They are not part of the plan: a resumed experiment may have others.

    `concurrency` is the most rounds in flight. `budget` is the most to be spent, in US dollars, and
    `stop_after_failures` the number of failed answers after which nothing more is asked; None for no limit.
    """

    concurrency: int = 1
    budget: Decimal | None = None
    stop_after_failures: int | None = None
