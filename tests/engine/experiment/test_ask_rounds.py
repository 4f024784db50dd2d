"""Rounds are asked in order, some at once, until everything was asked or a limit is reached."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal

from diptych.core.experiment.order import planned_rounds
from diptych.core.experiment.plan import Plan
from diptych.core.request import Request
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.engine.experiment.ask_rounds import SittingEnding, ask_rounds
from diptych.engine.experiment.asked_round import AskedRound, requests_of
from diptych.engine.experiment.budget import Budget
from diptych.engine.experiment.round_asker import RoundAsker
from tests.engine.experiment.asking import Witness, asked, plan_of


async def ignore(round_: Round, run: Run) -> None:
    """Nothing is made of the answers."""


def rounds_of(plan: Plan) -> AsyncIterator[AskedRound]:
    return requests_of(planned_rounds(plan), plan, None)


def spans(witness: Witness) -> list[tuple[float, float]]:
    """When each round began and ended."""
    return [(round_.began, max(run.stamps.end or 0.0 for run in round_.all_takes())) for round_ in witness.rounds]


def most_at_once(witness: Witness) -> int:
    return max(sum(begin <= at < end for begin, end in spans(witness)) for at, _ in spans(witness))


def test_rounds_follow_each_other() -> None:
    async def ask(asker: RoundAsker, witness: Witness) -> SittingEnding:
        return await ask_rounds(rounds_of(plan_of("a", "b", repeats=2)), asker, ignore)

    ending, witness = asked(ask)

    assert ending == "whole"
    assert [round_.prompt for round_ in witness.rounds] == ["a", "b", "a", "b"]
    assert [round_.experiment_case and round_.experiment_case.repeat for round_ in witness.rounds] == [1, 1, 2, 2]
    assert most_at_once(witness) == 1
    ends = [end for _, end in spans(witness)]
    assert [begin for begin, _ in spans(witness)][1:] == ends[:-1]


def test_models_take_turns_in_being_first_and_keep_their_place_in_every_round() -> None:
    begun = []

    async def on_ended(round_: Round, run: Run) -> None:
        begun.append(run.label)

    async def ask(asker: RoundAsker, witness: Witness) -> SittingEnding:
        return await ask_rounds(rounds_of(plan_of("a", "b", repeats=2, sequential=True)), asker, on_ended)

    _, witness = asked(ask)

    forth, back = ["left", "right"], ["right", "left"]
    assert begun == forth + back + back + forth
    assert [list(round_.runs) for round_ in witness.rounds] == [forth] * 4


def test_some_rounds_are_in_flight_at_once() -> None:
    async def ask(asker: RoundAsker, witness: Witness) -> SittingEnding:
        return await ask_rounds(rounds_of(plan_of("a", repeats=12)), asker, ignore, concurrency=5)

    _, witness = asked(ask)

    assert len(witness.rounds) == 12
    assert most_at_once(witness) == 5
    assert all(run.state == "complete" for round_ in witness.rounds for run in round_.all_takes())


def test_the_next_rounds_are_asked_while_as_many_are_recorded() -> None:
    async def ask(asker: RoundAsker, witness: Witness) -> list[int]:
        witness.is_slow = True
        asking = asyncio.create_task(ask_rounds(rounds_of(plan_of("a", repeats=7)), asker, ignore, concurrency=2))
        begun = []
        for _ in range(4):
            await asyncio.sleep(100)
            begun.append(len(witness.rounds))
            witness.release()
        assert not asking.done()
        witness.is_slow = False
        for _ in range(4):
            witness.release()
            await asyncio.sleep(100)
        await asking
        return begun

    begun, witness = asked(ask)

    assert begun == [4, 5, 6, 7]  # two are recorded, and two wait for them
    assert len(witness.rounds) == 7


def test_all_rounds_are_recorded_at_the_end() -> None:
    async def ask(asker: RoundAsker, witness: Witness) -> None:
        witness.is_slow = True
        asking = asyncio.create_task(ask_rounds(rounds_of(plan_of("a")), asker, ignore))
        await asyncio.sleep(100)
        assert not asking.done()
        witness.release()
        await asking

    asked(ask)


def test_the_budget_counts_what_is_in_flight_at_its_most() -> None:
    def one_dollar(request: Request) -> Decimal:
        return Decimal(1)

    async def ask(asker: RoundAsker, witness: Witness) -> tuple[SittingEnding, Decimal]:
        budget = Budget(Decimal(7))
        plan = plan_of("a", repeats=9)
        return (
            await ask_rounds(rounds_of(plan), asker, ignore, concurrency=9, budget=budget, most_cost=one_dollar),
            budget.spent,
        )

    (ending, spent), witness = asked(ask)

    assert ending == "budget"
    assert spent == 6  # a simulated answer has no price, so that it counts as its most
    assert len(witness.rounds) == 3


def test_nothing_more_is_asked_after_some_failures() -> None:
    async def failing(rounds: AsyncIterator[AskedRound]) -> AsyncIterator[AskedRound]:
        async for each in rounds:
            yield replace(each, problem="It is broken.")

    async def ask(asker: RoundAsker, witness: Witness) -> SittingEnding:
        return await ask_rounds(failing(rounds_of(plan_of("a", repeats=9))), asker, ignore, most_failures=3)

    ending, witness = asked(ask)

    assert ending == "failures"
    assert [[run.state for run in round_.all_takes()] for round_ in witness.rounds] == [["failed", "failed"]] * 2


def test_whoever_stops_gets_what_there_is() -> None:
    async def ask(asker: RoundAsker, witness: Witness) -> SittingEnding:
        asking = asyncio.create_task(ask_rounds(rounds_of(plan_of("a", repeats=9)), asker, ignore, concurrency=2))
        await asyncio.sleep(6)
        asker.stop()
        return await asking

    ending, witness = asked(ask)

    assert ending == "stopped"
    states = [run.state for round_ in witness.rounds for run in round_.all_takes()]
    assert set(states) == {"complete", "stopped"}
    assert states.count("stopped") <= 4
    assert len(witness.rounds) < 9


def test_a_stop_while_the_budget_is_waited_for() -> None:
    async def ask(asker: RoundAsker, witness: Witness) -> SittingEnding:
        budget = Budget(Decimal(3))
        rounds = rounds_of(plan_of("a", repeats=9))
        asking = asyncio.create_task(
            ask_rounds(rounds, asker, ignore, concurrency=9, budget=budget, most_cost=lambda request: Decimal(1))
        )
        await asyncio.sleep(0.1)
        asker.stop()
        return await asking

    ending, witness = asked(ask)

    assert ending == "stopped"
    assert len(witness.rounds) == 1


def test_what_was_set_aside_for_a_round_that_is_not_asked_is_free_again() -> None:
    class SlowBudget(Budget):
        """Grants a reservation late, when the user has stopped the experiment."""

        async def reserve(self, most: Decimal) -> bool:
            granted = await super().reserve(most)
            await asyncio.sleep(1)
            return granted

    async def ask(asker: RoundAsker, witness: Witness) -> tuple[SittingEnding, bool]:
        budget = SlowBudget(Decimal(2))
        rounds = rounds_of(plan_of("a"))
        asking = asyncio.create_task(
            ask_rounds(rounds, asker, ignore, budget=budget, most_cost=lambda request: Decimal(1))
        )
        await asyncio.sleep(0.5)
        asker.stop()
        return await asking, await budget.reserve(Decimal(2))

    (ending, has_room), witness = asked(ask)

    assert (ending, has_room) == ("stopped", True)
    assert witness.rounds == []
