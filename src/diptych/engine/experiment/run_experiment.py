"""Asks the rounds of a plan, has the answers checked, and makes a row of each."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from diptych.core.experiment.order import PlannedRound, warm_up_rounds
from diptych.core.experiment.plan import Limits, Plan
from diptych.core.round import Round, RoundObserver
from diptych.core.run import Run
from diptych.engine.checks.answer_checker import ChecksCancelledError
from diptych.engine.experiment.ask_rounds import MostCost, SittingEnding, ask_rounds, unknown_cost
from diptych.engine.experiment.asked_round import requests_of
from diptych.engine.experiment.budget import KeepsBudget
from diptych.engine.experiment.round_asker import AsksRounds
from diptych.engine.experiment.row_maker import MakesRows


@dataclass(frozen=True, slots=True)
class Experiment:
    """What is asked, how far, and where the rows go.

    `rounds` are those of the plan that are to be asked now. With `warms_up`, those of its warm-up come before them.
    `number` is the experiment's number in the history, None if it is not kept there.
    """

    plan: Plan
    rounds: Iterable[PlannedRound]
    number: int | None
    limits: Limits
    budget: KeepsBudget
    most_cost: MostCost = unknown_cost
    warms_up: bool = True


async def run_experiment(
    experiment: Experiment, asker: AsksRounds, observer: RoundObserver, row_maker: MakesRows
) -> SittingEnding:
    """Ask the rounds of an experiment; return why no more is asked, once all of them have ended.

    `observer` is the one of the asker. It is told of the row of each answer.
    """
    plan, limits, number = experiment.plan, experiment.limits, experiment.number

    async def add_row(round_: Round, run: Run) -> None:
        with suppress(ChecksCancelledError):
            observer.row_added(round_, run, await row_maker.row(round_, run))

    if experiment.warms_up and plan.warm_up:
        ending = await ask_rounds(
            requests_of(warm_up_rounds(plan), plan, number),
            asker,
            _make_no_row,
            concurrency=limits.concurrency,
            budget=experiment.budget,
            most_cost=experiment.most_cost,
        )
        if ending != "whole":
            return ending
    return await ask_rounds(
        requests_of(experiment.rounds, plan, number),
        asker,
        add_row,
        concurrency=limits.concurrency,
        budget=experiment.budget,
        most_cost=experiment.most_cost,
        most_failures=limits.stop_after_failures,
    )


async def _make_no_row(round_: Round, run: Run) -> None:
    """Do nothing: a round that only warms up has no rows."""
