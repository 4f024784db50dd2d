"""A budget lets nothing begin that could exceed it, and counts what nobody knows as the most that it may be."""

import asyncio
from decimal import Decimal

import pytest

from diptych.core.run import Run
from diptych.engine.experiment.budget import Budget, spent_on
from tests.support.answers import Answer, json_answer, lost
from tests.support.asking import play
from tests.support.streams import chat

FIVE, TEN = Decimal(5), Decimal(10)


async def test_without_a_limit_everything_may_begin() -> None:
    budget = Budget()

    assert await budget.reserve(Decimal(1_000_000))
    budget.settle(Decimal(1_000_000), FIVE)
    assert (budget.spent, budget.is_exhausted) == (FIVE, False)


async def test_what_could_exceed_the_limit_waits_for_what_is_in_flight() -> None:
    budget = Budget(TEN, spent=Decimal(1))
    assert await budget.reserve(FIVE)

    second = asyncio.create_task(budget.reserve(FIVE))
    await asyncio.sleep(0)
    assert not second.done()
    budget.settle(FIVE, Decimal(3))
    assert await second
    assert budget.spent == 4


async def test_nothing_begins_after_a_round_that_never_fits() -> None:
    budget = Budget(TEN)
    assert await budget.reserve(FIVE)
    waiting = [asyncio.create_task(budget.reserve(Decimal(6))), asyncio.create_task(budget.reserve(Decimal(6)))]
    await asyncio.sleep(0)

    budget.settle(FIVE, FIVE)

    assert [await each for each in waiting] == [False, False]
    assert budget.is_exhausted
    assert not await budget.reserve(Decimal(1))


async def test_the_whole_limit_may_be_spent() -> None:
    budget = Budget(TEN)

    assert await budget.reserve(TEN)
    budget.settle(TEN, TEN)
    assert not await budget.reserve(Decimal("0.01"))
    assert budget.spent == TEN


def with_cost(run: Run, cost: str | None) -> Run:
    run.cost_usd = cost
    return run


@pytest.mark.parametrize(
    ("run", "spent"),
    [
        (with_cost(play(Answer(chat("hi"))), "0.25"), Decimal("0.25")),
        (with_cost(play(Answer(chat("hi"))), None), TEN),  # it reported no usage
        (play(json_answer(400, "{}")), Decimal(0)),
        (play(json_answer(503, "{}"), json_answer(503, "{}"), json_answer(503, "{}")), Decimal(0)),
        (play(lost(), lost(), lost()), TEN),  # the server may have answered
        (with_cost(play(Answer(chat("hi")[:2], end="drop")), None), TEN),
        (with_cost(play(Answer(chat("hi")[:-1], end="drop")), "20"), Decimal(20)),
    ],
)
def test_what_a_run_has_cost_at_most(run: Run, spent: Decimal) -> None:
    assert spent_on(run, TEN) == spent
