"""Asks rounds one after another, some of them at once, as far as the limits of an experiment allow.

A judge and a worker on another machine ask with it too: it knows nothing of plans and rows.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from decimal import Decimal
from typing import Literal

from diptych.core.request import Request
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.engine.experiment.asked_round import AskedRound
from diptych.engine.experiment.budget import Budget, KeepsBudget, spent_on
from diptych.engine.experiment.round_asker import AsksRounds, OnEnded

SittingEnding = Literal["whole", "budget", "failures", "stopped"]
"""Why no more is asked: everything was asked, the budget or the failures have reached their limit, or a signal came."""

MostCost = Callable[[Request], Decimal | None]
"""Returns the most US dollars that a request may cost; None if that is not known, and counts as nothing."""


def unknown_cost(request: Request) -> None:
    """Return None, where nobody counts costs."""


async def ask_rounds(
    rounds: AsyncIterator[AskedRound],
    asker: AsksRounds,
    on_ended: OnEnded,
    *,
    concurrency: int = 1,
    budget: KeepsBudget | None = None,
    most_cost: MostCost = unknown_cost,
    most_failures: int | None = None,
) -> SittingEnding:
    """Ask rounds in their order, at most `concurrency` at once; return why no more is asked, once all have ended.

    The next round is taken when its turn has come. `on_ended` is told of each run that has ended, and a round lasts
    until that has returned. While it is recorded, the next one is asked; but no more than `concurrency` rounds wait to
    be recorded, so that a slow disk holds back the experiment. All are recorded when this returns.

    After `most_failures` answers that failed or were cut, no further round is asked. Rounds in flight are always
    finished, unless the asker is stopped. A round that the asker has lost is asked again.
    """
    budget = budget or Budget()
    free, unwritten = asyncio.Semaphore(concurrency), asyncio.Semaphore(concurrency)
    upcoming = _Upcoming(rounds)
    failures = 0

    async def count(round_: Round, run: Run) -> None:
        nonlocal failures
        failures += run.state in ("failed", "cut")
        await on_ended(round_, run)

    async def ask(asked: AskedRound, most: dict[str, Decimal], reserved: Decimal) -> None:
        spent = reserved
        try:
            round_ = await asker.ask(asked, count)
            if round_ is None:
                upcoming.lost.append(asked)  # it may have been charged at its most
            else:
                spent = sum((spent_on(run, most[run.label]) for run in round_.all_takes()), Decimal(0))
                await unwritten.acquire()
        finally:
            budget.settle(reserved, spent)
            free.release()
        if round_ is not None:
            await asker.until_written(round_)
            unwritten.release()

    def ending() -> SittingEnding | None:
        if asker.is_stopped:
            return "stopped"
        return "failures" if most_failures is not None and failures >= most_failures else None

    async with asyncio.TaskGroup() as group:
        while True:
            await free.acquire()
            if reason := ending():
                return reason
            asked = await upcoming.next()
            if asked is None:
                break
            most = {label: most_cost(request) or Decimal(0) for label, request in asked.requests.items()}
            reserved = sum(most.values(), Decimal(0))
            has_room = await budget.reserve(reserved)
            if reason := ending() or (None if has_room else "budget"):
                if has_room:
                    budget.settle(reserved, Decimal(0))
                return reason
            task = group.create_task(ask(asked, most, reserved))
            upcoming.in_flight.add(task)
            task.add_done_callback(upcoming.in_flight.discard)
    return "stopped" if asker.is_stopped else "whole"


class _Upcoming:
    """The rounds that are still to be asked. Those that were lost come first."""

    def __init__(self, rounds: AsyncIterator[AskedRound]) -> None:
        self.lost: deque[AskedRound] = deque()
        self.in_flight: set[asyncio.Task[None]] = set()
        self._rounds = rounds

    async def next(self) -> AskedRound | None:
        """Return the next round; None at the end, when no round in flight can be lost any more."""
        asked = self.lost.popleft() if self.lost else await anext(self._rounds, None)
        while asked is None and self.in_flight:
            await asyncio.wait(self.in_flight, return_when=asyncio.FIRST_COMPLETED)
            asked = self.lost.popleft() if self.lost else None
        return asked
