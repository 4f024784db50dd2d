"""Asks the rounds of an experiment through the workers of a cluster."""

import time
from collections import Counter
from dataclasses import dataclass, field

from diptych.cluster.cluster_errors import WorkerLostError
from diptych.cluster.jobs import Job
from diptych.cluster.received_rows import ReceivedRows
from diptych.cluster.round_lines import read_round, tell
from diptych.cluster.worker_pool import WorkerPool
from diptych.core.failure import Failure
from diptych.core.request import Label
from diptych.core.round import ExperimentCase, Round, RoundObserver
from diptych.core.run import Attempt, Run
from diptych.engine.experiment.asked_round import AskedRound
from diptych.engine.experiment.round_asker import OnEnded, WhenWritten, until_written

_MOST_LOSSES = 3
"""Workers that may die while they ask the same round, before its answers count as failed."""


@dataclass(slots=True)
class ClusterAsker:
    """Has rounds asked, and tells `observer` of each when it has ended. `rows` get the rows that workers have made.

    `when_written` is that of `RoundAsker`.
    """

    pool: WorkerPool
    rows: ReceivedRows
    observer: RoundObserver
    when_written: WhenWritten
    is_stopped: bool = False
    _losses: Counter[tuple[ExperimentCase | None, tuple[Label, ...]]] = field(default_factory=Counter)

    async def ask(self, asked: AskedRound, on_ended: OnEnded) -> Round | None:
        """Ask a round; return it once it has ended, None if its worker has died."""
        labels = asked.labels
        try:
            round_ = await self._asked(asked)
        except WorkerLostError:
            if self._losses[asked.place, labels] + 1 < _MOST_LOSSES or self.is_stopped:
                self._losses[asked.place, labels] += 1
                return None
            round_ = _failed_round(asked, f"{_MOST_LOSSES} workers of the cluster have died while they asked this.")
            for run in round_.all_takes():
                run.attempts.append(Attempt(None, None))  # it may have been sent, and charged
        self._losses.pop((asked.place, labels), None)
        tell(self.observer, round_)
        for run in round_.all_takes():
            await on_ended(round_, run)
        return round_

    async def until_written(self, round_: Round) -> None:
        """Return once everything that has happened in a round was written."""
        await until_written(round_, self.when_written)

    async def _asked(self, asked: AskedRound) -> Round:
        assert asked.place is not None  # noqa: S101 - the round of an experiment
        files = next(iter(asked.requests.values())).files
        job = Job(asked.place.case, asked.place.repeat, asked.labels, files, asked.problem)
        received = await self.pool.ask(job)
        if not received.lines:
            return _failed_round(asked, "The request holds a key of the worker's machine, so it was not sent.")
        round_ = read_round(received.lines, asked.place)
        if asked.place.repeat:  # others only warm up
            self.rows.add(round_, received.rows)
        return round_


def _failed_round(asked: AskedRound, why: str) -> Round:
    """Return a round whose runs have failed."""
    runs = [Run(label, request, 0.0) for label, request in asked.requests.items()]
    for run in runs:
        run.fail(Failure("request", why), 0.0)
    return Round(asked.prompt, 0.0, runs, time.time(), asked.place)
