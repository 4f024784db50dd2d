"""Asks rounds one after another, some of them at once, as far as the limits of an experiment allow.

A judge and a worker on another machine ask with it too: it knows nothing of plans and rows.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from decimal import Decimal
from typing import Literal

from diptych.core.request import Request
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.engine.experiment.asked_round import AskedRound
from diptych.engine.experiment.budget import Budget, spent_on
from diptych.engine.experiment.round_asker import OnEnded, RoundAsker

Ending = Literal["whole", "budget", "failures", "stopped"]
"""Why no more is asked: everything was asked, the budget or the failures have reached their limit, or a signal came."""

MostCost = Callable[[Request], Decimal | None]
"""Returns the most US dollars that a request may cost; None if that is not known, and counts as nothing."""


def unknown_cost(request: Request) -> None:
    """Return None, where nobody counts costs."""


async def ask_rounds(
    rounds: AsyncIterator[AskedRound],
    asker: RoundAsker,
    on_ended: OnEnded,
    *,
    concurrency: int = 1,
    budget: Budget | None = None,
    most_cost: MostCost = unknown_cost,
    most_failures: int | None = None,
) -> Ending:
    """Ask rounds in their order, at most `concurrency` at once; return why no more is asked, once all have ended.

    The next round is taken when its turn has come. `on_ended` is told of each run that has ended, and a round lasts
    until that has returned. After `most_failures` answers that failed or were cut, no further round is asked. Rounds
    in flight are always finished, unless the asker is stopped.
    """
    budget = budget or Budget()
    free = asyncio.Semaphore(concurrency)
    failures = 0

    async def count(round_: Round, run: Run) -> None:
        nonlocal failures
        failures += run.state in ("failed", "cut")
        await on_ended(round_, run)

    async def ask(asked: AskedRound, most: dict[str, Decimal], reserved: Decimal) -> None:
        spent = reserved
        try:
            round_ = await asker.ask(asked, count)
            spent = sum((spent_on(run, most[run.label]) for run in round_.all_takes()), Decimal(0))
        finally:
            budget.settle(reserved, spent)
            free.release()

    def ending() -> Ending | None:
        if asker.is_stopped:
            return "stopped"
        return "failures" if most_failures is not None and failures >= most_failures else None

    async with asyncio.TaskGroup() as group:
        while True:
            await free.acquire()
            if reason := ending():
                return reason
            asked = await anext(rounds, None)
            if asked is None:
                break
            most = {label: most_cost(request) or Decimal(0) for label, request in asked.requests.items()}
            reserved = sum(most.values(), Decimal(0))
            has_room = await budget.reserve(reserved)
            if reason := ending():
                return reason
            if not has_room:
                return "budget"
            group.create_task(ask(asked, most, reserved))
    return "stopped" if asker.is_stopped else "whole"
