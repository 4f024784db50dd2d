"""An event loop in its own thread that asks the rounds of an experiment."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping
from concurrent.futures import Future
from typing import Any, TypeVar

from diptych.core.round import RoundObserver
from diptych.core.settings import Settings
from diptych.engine.engine import EngineOptions, monotonic_seconds
from diptych.engine.experiment.ask_rounds import SittingEnding
from diptych.engine.experiment.round_asker import RoundAsker, WhenWritten
from diptych.engine.experiment.row_maker import MakesRows
from diptych.engine.experiment.run_experiment import Experiment, run_experiment
from diptych.engine.request_slots import EndpointSlots, RequestSlots
from diptych.engine.scheduler import Scheduler
from diptych.engine.stream_loop import StreamLoop

_T = TypeVar("_T")


class ExperimentEngine:
    """Owns the event loop and the scheduler of an experiment. Drive it from one thread.

    `observer` and `when_written` are those of `RoundAsker`; for a recorder, itself and its `call_when_written`.
    `new_slots` is that of `Scheduler`. A test replaces `loop` and `clock` together, by a loop in virtual time.
    """

    def __init__(
        self,
        options: EngineOptions,
        observer: RoundObserver,
        when_written: WhenWritten,
        loop: asyncio.AbstractEventLoop | None = None,
        clock: Callable[[], float] = monotonic_seconds,
        new_slots: Callable[[str], EndpointSlots] = lambda endpoint: RequestSlots(),
    ) -> None:
        self._observer = observer
        self._loop = StreamLoop(loop)
        self._scheduler = Scheduler(clock, options.timeout, options.seed, heeds_overload=True, new_slots=new_slots)
        self._submitted: list[Future[Any]] = []
        self.asker = RoundAsker(self._scheduler, clock, observer, when_written, options.new_memory)

    def keep_open(self, settings: Iterable[Settings]) -> None:
        """Keep the connections to the endpoints of these settings open from one request to the next."""
        self._loop.call(self._scheduler.keep_open, tuple(settings))

    def ask(self, experiment: Experiment, row_maker: MakesRows) -> Future[SittingEnding]:
        """Ask the rounds of an experiment; the future returns why no more is asked."""
        self.keep_open(experiment.plan.models.values())
        return self.submit(run_experiment(experiment, self.asker, self._observer, row_maker))

    def submit(self, asking: Coroutine[Any, Any, _T]) -> Future[_T]:
        """Run a coroutine that asks with the `asker`."""
        future = self._loop.submit(asking)
        self._submitted.append(future)
        return future

    def pauses(self) -> Mapping[str, float]:
        """Return the seconds for which each endpoint is left alone that has asked for it. Any thread may call this."""
        return self._scheduler.pauses()

    def stop(self) -> None:
        """Stop what streams or waits, and send nothing any more. Any thread may call this."""
        self._loop.call(self.asker.stop)

    def close(self) -> None:
        """Stop everything, close every connection, and end the thread."""
        for future in self._submitted:
            future.cancel()
        self._loop.close(self._scheduler.close())
