"""Asks a judge about an experiment of the history from the thread that prints, and shows how far it has come."""

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from diptych.core.event import Line
from diptych.core.experiment.judging.judge_orders import JudgeOrder
from diptych.core.experiment.judging.judge_prompt import judged_text
from diptych.core.experiment.judging.judgement import Judgement
from diptych.core.history_summary import HistoryError
from diptych.core.observers import IgnoresRounds
from diptych.core.request import Label
from diptych.core.round import Round, RoundObserver
from diptych.core.run import Run
from diptych.core.settings import Settings
from diptych.engine.engine import EngineOptions
from diptych.engine.experiment.ask_rounds import MostCost, SittingEnding, unknown_cost
from diptych.engine.experiment.budget import Budget
from diptych.engine.experiment.experiment_engine import ExperimentEngine
from diptych.engine.experiment.judge_asker import JudgeAsker, JudgingCounts, Rubric
from diptych.headless.experiment.progress_display import ProgressDisplay, ProgressNow
from diptych.headless.experiment.sitting_counts import SittingCounts
from diptych.replay.folding import fold
from diptych.store.judgement_rows import Judge

if TYPE_CHECKING:
    from concurrent.futures import Future

    from diptych.store.experiments import StoredExperiment
    from diptych.store.history import History

_TICK = 0.1
"""Seconds between two looks at how far the judge has come."""

_PATIENCE = 1.0
"""Seconds to wait for requests that were stopped."""

_OPEN_ROUNDS = 64
"""Rounds whose answers stay in memory, since each answer is compared with several others."""


@dataclass(frozen=True, slots=True)
class JudgeJob:
    """What a judge is to be asked. `orders` are pairs of answers, in the orders that it was not asked about yet."""

    history: "History"
    experiment: "StoredExperiment"
    settings: Settings
    rubric: Rubric
    orders: Sequence[JudgeOrder]

    @property
    def judge(self) -> Judge:
        """The judge, as the history knows it."""
        return Judge(self.settings.name, self.rubric.digest)

    @property
    def name(self) -> str:
        """What the job is called in messages."""
        return f"x{self.experiment.number}, judged by {self.settings.name}"


@dataclass(frozen=True, slots=True)
class JudgeLimits:
    """How fast and how far a judge is asked. `most_failures` is the number of failed requests that ends it."""

    concurrency: int = 1
    budget: Budget = field(default_factory=Budget)
    most_cost: MostCost = unknown_cost
    most_failures: int | None = None


class JudgeSitting:
    """One sitting of a judge. Signal handlers may call `interrupt`. An `observer` is told of the requests."""

    def __init__(
        self,
        job: JudgeJob,
        limits: JudgeLimits,
        options: EngineOptions,
        display: ProgressDisplay,
        observer: RoundObserver | None = None,
    ) -> None:
        self.interrupted = 0
        """The exit code of the first signal; 0 until one comes."""
        self.problem = ""
        """Why judgements or answers could not be kept or read, as a sentence; "" while all is well."""
        self.engine = ExperimentEngine(options, observer or _Unrecorded(), _at_once)
        self._job = job
        self._limits = limits
        self._display = display
        self._judging = JudgeAsker(
            job.settings,
            job.rubric,
            {case.id: case.messages for case in job.experiment.plan.cases},
            self._read_answers,
            self._keep,
            limits.most_failures,
        )
        self._reader = ThreadPoolExecutor(1, "answers")
        self._writer = ThreadPoolExecutor(1, "judgements")
        self._texts = lru_cache(_OPEN_ROUNDS)(self._texts_of)

    @property
    def counts(self) -> JudgingCounts:
        """How far the judge has come."""
        return self._judging.counts

    def interrupt(self, exit_code: int) -> None:
        """Ask the thread that prints to stop the judge; safe in a signal handler."""
        self.interrupted = self.interrupted or exit_code

    def run(self) -> SittingEnding:
        """Ask about all orders; return why no more was asked."""
        with closing(self.engine), self._reader, self._writer:
            self.engine.keep_open((self._job.settings,))
            limits = self._limits
            asking = self.engine.submit(
                self._judging.ask(
                    self._job.orders,
                    self.engine.asker,
                    concurrency=limits.concurrency,
                    budget=limits.budget,
                    most_cost=limits.most_cost,
                )
            )
            try:
                return self._follow(asking)
            finally:
                self._display.erase()

    def _follow(self, asking: "Future[SittingEnding]") -> SittingEnding:
        began = time.monotonic()
        stopped_at: float | None = None
        while True:
            try:
                return asking.result(_TICK)
            except TimeoutError:
                now = time.monotonic()
            if self.interrupted and stopped_at is None:
                stopped_at = now
                self.engine.stop()
            elif stopped_at is not None and now - stopped_at >= _PATIENCE:
                return "stopped"
            self._display.show(self._progress(now - began))

    def _progress(self, elapsed: float) -> ProgressNow:
        judged = self.counts
        counts = SittingCounts(
            len(self._job.orders),
            rows=judged.done,
            failed=judged.failed,
            not_passed=judged.without_verdict,
            tokens=judged.tokens,
            cost=judged.cost,
            has_costs=judged.has_costs,
        )
        return ProgressNow(
            self._job.name,
            counts,
            models={},
            medians={},
            elapsed=elapsed,
            pauses=self.engine.pauses(),
            problem=self.problem,
            unit="verdict",
            not_passed="without a verdict",
        )

    async def _read_answers(self, order: JudgeOrder) -> tuple[str, str] | None:
        return await asyncio.get_running_loop().run_in_executor(self._reader, self._answers, order)

    async def _keep(self, judgement: Judgement) -> None:
        number = self._job.experiment.number
        put = self._job.history.put_judgements
        try:
            await asyncio.get_running_loop().run_in_executor(self._writer, put, number, [judgement])
        except HistoryError as error:
            self.problem = str(error)
            self.engine.stop()

    def _answers(self, order: JudgeOrder) -> tuple[str, str] | None:
        try:
            first, second = (self._texts(number) for number in order.rounds)
            return first[order.first], second[order.second]
        except HistoryError as error:
            self.problem = str(error)
        except KeyError:
            pass
        return None

    def _texts_of(self, number: int) -> dict[Label, str]:
        """Return the answers of a round of the history by their labels."""
        round_ = fold(self._job.history.open(number))
        return {label: judged_text(run) for label, run in round_.runs.items()}


def _at_once(round_: Round, written: Callable[[], object]) -> None:
    del round_
    written()


class _Unrecorded(IgnoresRounds):
    """Records nothing: of what a judge says, only the judgements are kept."""

    def line_added(self, run: Run, line: Line) -> None:
        """Do nothing."""

    def run_ended(self, run: Run) -> None:
        """Do nothing."""
