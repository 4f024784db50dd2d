"""The set of answers that are there: what is missing is asked in the order of the plan, each answer once."""

import pytest

from diptych.core.experiment.answered import Answered
from diptych.core.experiment.order import Shard, planned_rounds
from tests.store.experiments import plan_of

PLAN = plan_of("a", "b", "c", labels=("x", "y", "z"), repeats=2, seed=1)


def test_at_first_all_is_missing() -> None:
    assert list(Answered(PLAN).missing()) == list(planned_rounds(PLAN))
    assert list(Answered(PLAN).missing(Shard(2, 4))) == list(planned_rounds(PLAN, Shard(2, 4)))


def test_an_answer_is_new_once() -> None:
    answered = Answered(PLAN)

    assert answered.add(("b", 2, "y"))
    assert not answered.add(("b", 2, "y"))
    assert (("b", 2, "y") in answered, ("b", 1, "y") in answered, len(answered)) == (True, False, 1)
    assert [each.labels for each in answered.missing() if each.case.id == "b"] == [("z", "x", "y"), ("x", "z")]


def test_nothing_is_missing_in_the_end() -> None:
    answered = Answered(PLAN)
    for planned in planned_rounds(PLAN):
        for label in planned.labels:
            answered.add((planned.case.id, planned.repeat, label))

    assert len(answered) == PLAN.answers
    assert list(answered.missing()) == []


@pytest.mark.parametrize("key", [("d", 1, "x"), ("a", 0, "x"), ("a", 3, "x"), ("a", 1, "w")])
def test_an_answer_that_is_not_asked_for(key: tuple[str, int, str]) -> None:
    with pytest.raises(LookupError):
        Answered(PLAN).add(key)
