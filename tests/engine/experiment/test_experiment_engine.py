"""The event loop of an experiment: driven from another thread, and closed whatever is going on."""

import asyncio
from concurrent.futures import CancelledError

import pytest

from diptych.core.event_log import MemoryBudget
from diptych.core.experiment.order import planned_rounds
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.engine.engine import EngineOptions
from diptych.engine.experiment.ask_rounds import ask_rounds
from diptych.engine.experiment.asked_round import requests_of
from diptych.engine.experiment.experiment_engine import ExperimentEngine
from tests.engine.experiment.asking import Witness, plan_of
from tests.support.virtual_loop import VirtualLoop


async def ignore(round_: Round, run: Run) -> None:
    """Nothing is made of the answers."""


def an_engine(witness: Witness) -> tuple[ExperimentEngine, VirtualLoop]:
    loop = VirtualLoop()
    options = EngineOptions(seed=1, new_memory=lambda: None)
    return ExperimentEngine(options, witness, witness.when_written, loop, loop.time), loop


def test_it_asks_until_everything_was_asked() -> None:
    witness = Witness()
    engine, loop = an_engine(witness)
    plan = plan_of("a", repeats=2)
    engine.keep_open(plan.models.values())

    asking = engine.submit(ask_rounds(requests_of(planned_rounds(plan), plan, 1), engine.asker, ignore))
    loop.advance()

    assert asking.result(120) == "whole"
    assert [run.state for round_ in witness.rounds for run in round_.all_takes()] == ["complete"] * 4
    assert engine.pauses() == {}
    engine.close()


def test_another_thread_may_stop_it() -> None:
    witness = Witness()
    engine, loop = an_engine(witness)
    plan = plan_of("a", repeats=9)

    asking = engine.submit(ask_rounds(requests_of(planned_rounds(plan), plan, 1), engine.asker, ignore))
    loop.advance(0.2)
    engine.stop()
    loop.advance()

    assert asking.result(120) == "stopped"
    assert [run.state for round_ in witness.rounds for run in round_.all_takes()] == ["stopped"] * 2
    engine.close()


def test_closing_ends_what_waits_for_a_disk() -> None:
    witness = Witness()
    witness.is_slow = True
    engine, loop = an_engine(witness)
    plan = plan_of("a")

    asking = engine.submit(ask_rounds(requests_of(planned_rounds(plan), plan, 1), engine.asker, ignore))
    loop.advance()
    assert not asking.done()
    engine.close()

    with pytest.raises((CancelledError, asyncio.CancelledError)):
        asking.result(120)


def test_each_round_has_its_own_memory() -> None:
    budgets: list[None] = []

    def new_memory() -> MemoryBudget | None:
        budgets.append(None)
        return None

    witness, loop = Witness(), VirtualLoop()
    engine = ExperimentEngine(
        EngineOptions(seed=1, new_memory=new_memory), witness, witness.when_written, loop, loop.time
    )
    plan = plan_of("a", repeats=3)
    asking = engine.submit(ask_rounds(requests_of(planned_rounds(plan), plan, 1), engine.asker, ignore))
    loop.advance()
    asking.result(120)
    engine.close()

    assert len(budgets) == 3
