"""Asks one round of an experiment after another, and any number at once."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Protocol

from diptych.core.event_log import MemoryBudget
from diptych.core.failure import Failure
from diptych.core.round import Round, RoundObserver
from diptych.core.run import Run
from diptych.engine.experiment.asked_round import AskedRound
from diptych.engine.scheduler import Scheduler

OnEnded = Callable[[Round, Run], Awaitable[None]]
"""Is told of each run of a round when it has ended."""

WhenWritten = Callable[[Round, Callable[[], object]], None]
"""Calls a function, in any thread, once everything that has happened in a round was written."""

_SESSION = 1
"""The number of the session that the rounds belong to. They do not follow each other."""


class AsksRounds(Protocol):
    """Asks rounds."""

    @property
    def is_stopped(self) -> bool:
        """Whether nothing is sent any more."""

    async def ask(self, asked: AskedRound, on_ended: OnEnded) -> Round | None:
        """Ask a round; return it once all of its runs have ended. Return None if it was lost: then it is asked again.

        `on_ended` is not told of the runs of a round that was lost.
        """

    async def until_written(self, round_: Round) -> None:
        """Return once everything that has happened in a round was written."""


class RoundAsker:
    """Asks rounds with a scheduler, on its event loop. Nothing of a round is kept after it.

    `observer` is told of every round and line, and `when_written` tells when a round is recorded. `new_memory` returns
    what bounds the memory of one round's events.
    """

    def __init__(
        self,
        scheduler: Scheduler,
        clock: Callable[[], float],
        observer: RoundObserver,
        when_written: WhenWritten,
        new_memory: Callable[[], MemoryBudget | None] = lambda: None,
    ) -> None:
        self._scheduler = scheduler
        self._clock = clock
        self._observer = observer
        self._when_written = when_written
        self._new_memory = new_memory
        self._rounds: set[Round] = set()
        self.is_stopped = False
        """Whether nothing is sent any more."""

    async def ask(self, asked: AskedRound, on_ended: OnEnded) -> Round:
        """Ask a round; return it once all of its runs have ended."""
        now, memory = self._clock(), self._new_memory()
        listed = [Run(label, request, now, self._observer, memory) for label, request in asked.requests.items()]
        round_ = Round(asked.prompt, now, listed, time.time(), asked.place)
        runs = [round_.runs[label] for label in asked.labels]
        self._observer.round_began(_SESSION, round_)
        self._rounds.add(round_)
        try:
            if asked.sequential:
                for run in runs:
                    await self._ask_together([run], asked.problem, round_, on_ended)
            else:
                await self._ask_together(runs, asked.problem, round_, on_ended)
        finally:
            self._rounds.discard(round_)
        return round_

    async def until_written(self, round_: Round) -> None:
        """Return once everything that has happened in a round was written."""
        await until_written(round_, self._when_written)

    def stop(self) -> None:
        """Stop what streams or waits, and send nothing any more."""
        self.is_stopped = True
        for round_ in self._rounds:
            for run in round_.all_takes():
                self._scheduler.stop(run)

    async def _ask_together(self, runs: list[Run], problem: str, round_: Round, on_ended: OnEnded) -> None:
        if self.is_stopped or problem:
            for run in runs:
                if self.is_stopped:
                    run.stop(self._clock())
                else:
                    run.fail(Failure("request", problem), self._clock())
                await on_ended(round_, run)
            return
        tasks = self._scheduler.start(*runs)
        async with asyncio.TaskGroup() as group:
            for run, task in zip(runs, tasks, strict=True):
                group.create_task(self._follow(run, task, round_, on_ended))

    async def _follow(self, run: Run, task: asyncio.Task[None], round_: Round, on_ended: OnEnded) -> None:
        await asyncio.wait([task])
        await on_ended(round_, run)


async def until_written(round_: Round, when_written: WhenWritten) -> None:
    """Return once everything that has happened in a round was written."""
    loop = asyncio.get_running_loop()
    written = asyncio.Event()

    def wake() -> None:
        # The loop is closed if the experiment was stopped meanwhile. An error here would end the recorder's thread.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(written.set)

    when_written(round_, wake)
    await written.wait()
