"""Asks an experiment through a cluster, in the place of `ExperimentEngine`."""

import asyncio
from collections.abc import Coroutine, Mapping
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

from diptych.cluster.cluster import Cluster
from diptych.cluster.cluster_asker import ClusterAsker
from diptych.cluster.cluster_errors import ClusterError, WorkerLostError
from diptych.cluster.received_rows import ReceivedRows
from diptych.core.round import RoundObserver
from diptych.engine.experiment.ask_rounds import SittingEnding
from diptych.engine.experiment.round_asker import WhenWritten
from diptych.engine.experiment.row_maker import MakesRows
from diptych.engine.experiment.run_experiment import Experiment, run_experiment

_BETWEEN_LOOKS = 0.5
"""Seconds between two questions to the coordinator which endpoints want to be left alone."""


class ClusterEngine:
    """Asks experiments with a cluster. Drive it from one thread.

    `observer` is told of every round when it has ended. `when_written` is that of `RoundAsker`.
    """

    def __init__(self, cluster: Cluster, observer: RoundObserver, when_written: WhenWritten) -> None:
        self._cluster = cluster
        self._observer = observer
        self._when_written = when_written
        self._asker: ClusterAsker | None = None
        self._asking: Future[SittingEnding] | None = None
        self._pauses: Mapping[str, float] = {}

    def ask(self, experiment: Experiment, row_maker: MakesRows) -> Future[SittingEnding]:
        """Ask the rounds of an experiment; the future returns why no more is asked. It raises `ClusterError`.

        The rows come from the workers, with the checks of `row_maker`.
        """
        rows = ReceivedRows(row_maker)
        self._asker = ClusterAsker(self._cluster.pool, rows, self._observer, self._when_written)
        shared = replace(experiment, budget=self._cluster.budget)
        asking = run_experiment(shared, self._asker, self._observer, rows)
        self._asking = self._cluster.submit(self._ask_watched(asking))
        return self._asking

    def pauses(self) -> Mapping[str, float]:
        """Return the seconds for which each endpoint is left alone that has asked for it. Any thread may call this."""
        return self._pauses

    def stop(self) -> None:
        """Stop what streams or waits, and send nothing any more. Any thread may call this."""
        if self._asker:
            self._asker.is_stopped = True
        self._cluster.stop()

    def close(self) -> None:
        """Ask nothing more."""
        if self._asking:
            self._asking.cancel()

    async def _ask_watched(self, asking: Coroutine[Any, Any, SittingEnding]) -> SittingEnding:
        """Ask as long as the coordinator lives."""
        try:
            async with asyncio.TaskGroup() as group:
                watching = group.create_task(self._watch())
                try:
                    return await asking
                finally:
                    watching.cancel()
        except* ClusterError as errors:
            raise _first(errors) from None

    async def _watch(self) -> None:
        while True:
            try:
                self._pauses = await self._cluster.pauses()
            except WorkerLostError:
                raise ClusterError("The actor that keeps the limits of the cluster has died.") from None
            await asyncio.sleep(_BETWEEN_LOOKS)


def _first(errors: BaseExceptionGroup[ClusterError]) -> ClusterError:
    error: BaseException = errors
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    assert isinstance(error, ClusterError)  # noqa: S101 - the group holds no others
    return error
