"""The workers of a cluster, as the driver sees them: who is ready, who has least to do, and who has died."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from diptych import __version__
from diptych.cluster.cluster_errors import ClusterError, WorkerLostError
from diptych.cluster.jobs import AskedJob, Job, WorkerReport, WorkerSetup
from diptych.cluster.ray_session import RaySession
from diptych.cluster.worker import Worker

_PATIENCE = 10.0
"""Seconds that the first worker waits for the others."""

_MOST_DEATHS = 3
"""How often each worker on average may die before one of them has asked a round."""


@dataclass(slots=True, eq=False)
class _Member:
    """A worker that is ready. `rounds` are those that it asks now."""

    name: str
    actor: Any
    rounds: int = 0


class WorkerPool:
    """Starts `count` workers, and another one for each that dies. All of it happens on one event loop.

    `problem` is a sentence about workers that cannot be used, "" if there are none.
    """

    def __init__(self, session: RaySession, setup: WorkerSetup, coordinator: Any, count: int) -> None:
        self.problem = ""
        self._session = session
        self._setup = setup
        self._coordinator = coordinator
        self._count = count
        self._members: list[_Member] = []
        self._starting: set[asyncio.Task[None]] = set()
        self._deaths = 0
        self._changed = asyncio.Condition()

    async def begin(self) -> None:
        """Start the workers; return when they are ready, or the first for a while. Raises `ClusterError` without any.

        Others join later. If they were not waited for, the first one would get all the rounds.
        """
        for _ in range(self._count):
            self._start_one()
        await self._least_busy()
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE), self._changed:
                await self._changed.wait_for(lambda: not self._starting)

    async def ask(self, job: Job) -> AskedJob:
        """Have the worker with the fewest rounds ask one, as soon as there is a worker.

        Raises `WorkerLostError` if the worker dies before that, and `ClusterError` if no worker can be used.
        """
        member = await self._least_busy()
        member.rounds += 1
        try:
            asked: AskedJob = await self._session.result(member.actor.ask.remote(job))
        except WorkerLostError:
            await self._replace(member)
            raise
        finally:
            member.rounds -= 1
        self._deaths = 0
        return asked

    def stop(self) -> None:
        """Have all workers stop what streams or waits."""
        for member in self._members:
            member.actor.stop.remote()

    async def close(self) -> None:
        """Start nothing more."""
        for task in self._starting:
            task.cancel()

    async def _least_busy(self) -> _Member:
        async with self._changed:
            await self._changed.wait_for(lambda: self._members or not self._starting)
        if not self._members:
            raise ClusterError(self.problem)
        return min(self._members, key=lambda member: member.rounds)

    def _start_one(self) -> None:
        task = asyncio.get_running_loop().create_task(self._start())
        self._starting.add(task)

    async def _start(self) -> None:
        """Start a worker, and let it join when it is ready."""
        member = _Member(uuid4().hex, None)
        member.actor = self._session.actor(Worker, member.name, self._setup, self._coordinator, cpus=1)
        try:
            report: WorkerReport = await self._session.result(member.actor.prepare.remote())
            problem = _problem(report)
        except (WorkerLostError, ClusterError) as error:
            problem = ""
            self._count_death(str(error))
        else:
            if not problem:
                self._members.append(member)
        if problem:
            self.problem = problem
            self._session.kill(member.actor)
        async with self._changed:
            self._starting.discard(asyncio.current_task())
            self._changed.notify_all()

    async def _replace(self, member: _Member) -> None:
        """Start another worker in the place of one that has died, which several rounds may tell."""
        if member not in self._members:
            return
        self._members.remove(member)
        self._session.kill(member.actor)  # it may only be out of reach
        self._coordinator.forget.remote(member.name)
        self._count_death("")

    def _count_death(self, why: str) -> None:
        self._deaths += 1
        if self._deaths <= _MOST_DEATHS * self._count:
            self._start_one()
        else:
            self.problem = f"The workers of the cluster die before they have asked anything. {why}".rstrip()


def _problem(report: WorkerReport) -> str:
    if report.version != __version__:
        return f"{report.host} has Diptych {report.version}, and this is {__version__}: install the same version."
    return report.problem
