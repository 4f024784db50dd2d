"""Which answers of an experiment are there, and which are missing."""

from collections.abc import Iterator

from diptych.core.experiment.answer_row import AnswerKey
from diptych.core.experiment.order import WHOLE, PlannedRound, Shard, planned_rounds
from diptych.core.experiment.plan import Plan


class Answered:
    """A set of answers of a plan. It takes one byte per planned answer, so that a million need a megabyte."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._places = {case.id: place for place, case in enumerate(plan.cases)}
        self._labels = {label: place for place, label in enumerate(plan.models)}
        self._known = bytearray(plan.answers)

    def add(self, key: AnswerKey) -> bool:
        """Add an answer; return whether it is new. Raises `LookupError` for an answer that the plan does not ask."""
        place = self.place(key)
        is_new = not self._known[place]
        self._known[place] = 1
        return is_new

    def __contains__(self, key: AnswerKey) -> bool:
        return bool(self._known[self.place(key)])

    def __len__(self) -> int:
        return self._known.count(1)

    def missing(self, shard: Shard = WHOLE) -> Iterator[PlannedRound]:
        """Yield the rounds of a shard that have missing answers, in the order of the plan, with only those labels."""
        for planned in planned_rounds(self._plan, shard):
            labels = tuple(each for each in planned.labels if (planned.case.id, planned.repeat, each) not in self)
            if labels:
                yield planned._replace(labels=labels)

    def place(self, key: AnswerKey) -> int:
        """Return the place of an answer in the plan, from 0. Raises `LookupError` if the plan does not ask for it."""
        case, repeat, label = key
        if not 1 <= repeat <= self._plan.repeats:
            raise LookupError(repeat)
        round_ = (repeat - 1) * len(self._places) + self._places[case]
        return round_ * len(self._labels) + self._labels[label]
