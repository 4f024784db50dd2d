"""An experiment asks in an order that favours no model, and shards share its rounds out without a gap."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from diptych.core.endpoint import Endpoint
from diptych.core.experiment.case import Case
from diptych.core.experiment.order import Shard, planned_rounds, warm_up_rounds
from diptych.core.experiment.plan import Plan
from diptych.core.message import Message
from diptych.core.settings import Settings

SETTINGS = Settings(Endpoint("local", "openai-chat", "", ""), "m")


def plan(cases: int, models: int, repeats: int, warm_up: int = 0, seed: int = 0) -> Plan:
    asked = tuple(Case(f"c{number}", (Message.of_text("user", f"question {number}"),)) for number in range(cases))
    return Plan(asked, {f"m{number}": SETTINGS for number in range(models)}, repeats, warm_up=warm_up, seed=seed)


PLANS = st.builds(plan, st.integers(1, 7), st.integers(1, 4), st.integers(1, 6), seed=st.integers(0, 9))


def test_every_case_is_asked_once_before_any_is_asked_again() -> None:
    asked = [(planned.case.id, planned.repeat) for planned in planned_rounds(plan(3, 2, 2))]
    assert asked == [("c0", 1), ("c1", 1), ("c2", 1), ("c0", 2), ("c1", 2), ("c2", 2)]


def test_another_model_is_first_in_the_next_case_and_in_the_next_repeat_of_a_case() -> None:
    first = {(planned.case.id, planned.repeat): planned.labels[0] for planned in planned_rounds(plan(2, 3, 2))}
    assert first == {("c0", 1): "m0", ("c1", 1): "m1", ("c0", 2): "m1", ("c1", 2): "m2"}


@given(PLANS)
def test_each_round_asks_every_model_and_each_model_is_first_equally_often(asked: Plan) -> None:
    rounds = list(planned_rounds(asked))
    assert all(sorted(planned.labels) == sorted(asked.models) for planned in rounds)
    assert sum(len(planned.labels) for planned in rounds) == asked.answers
    for case in asked.cases:
        first = Counter(planned.labels[0] for planned in rounds if planned.case is case)
        assert max(first.values()) - min(first.get(label, 0) for label in asked.models) <= 1


@given(PLANS, st.integers(1, 9))
def test_the_shards_of_a_plan_hold_each_round_once(asked: Plan, count: int) -> None:
    shards = [planned for number in range(count) for planned in planned_rounds(asked, Shard(number + 1, count))]
    assert sorted(shards, key=lambda planned: planned.number) == list(planned_rounds(asked))


def test_warm_up_rounds_are_the_first_ones_again_and_again_with_repeat_0() -> None:
    warm_up = [(planned.case.id, planned.repeat) for planned in warm_up_rounds(plan(2, 2, 1, warm_up=5))]
    assert warm_up == [("c0", 0), ("c1", 0), ("c0", 0), ("c1", 0), ("c0", 0)]
    assert list(warm_up_rounds(plan(2, 2, 1))) == []
