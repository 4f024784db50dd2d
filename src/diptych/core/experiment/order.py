"""The order in which an experiment asks. It depends on the plan alone, so that a shard needs to know nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from diptych.core.experiment.case import Case
from diptych.core.experiment.plan import Plan
from diptych.core.request import Label


class PlannedRound(NamedTuple):
    """One case, asked once of these labels in this order. `number` counts the rounds of a plan from 0.

    `repeat` counts from 1. A round that does not count, since it is asked only to warm up, has the repeat 0.
    """

    number: int
    case: Case
    repeat: int
    labels: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class Shard:
    """Part `number` of `count` of an experiment, from 1."""

    number: int
    count: int


WHOLE = Shard(1, 1)


def planned_rounds(plan: Plan, shard: Shard = WHOLE) -> Iterator[PlannedRound]:
    """Yield the rounds of a plan that belong to a shard, in the order in which they are asked.

    All cases are asked once before any is asked again, so that a server that becomes slower with time spoils no single
    case. The models rotate: from one case to the next, and from one repeat of a case to the next, another model is
    asked first. The seed decides which is first of all. A shard has every `count`-th round.
    """
    labels = tuple(plan.models)
    count = len(plan.cases)
    for number in range(shard.number - 1, count * plan.repeats, shard.count):
        repeat, place = divmod(number, count)
        first = (place + repeat + plan.seed) % len(labels)
        yield PlannedRound(number, plan.cases[place], repeat + 1, labels[first:] + labels[:first])


def warm_up_rounds(plan: Plan) -> Iterator[PlannedRound]:
    """Yield the rounds that are asked before the others and do not count: the first ones of the plan, with repeat 0.

    There are as many as the plan says, however few cases it has.
    """
    warm_up = plan.warm_up
    while warm_up > 0:
        for planned in islice(planned_rounds(plan), warm_up):
            yield planned._replace(repeat=0)
            warm_up -= 1
