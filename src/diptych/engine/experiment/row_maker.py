"""Makes the rows of answers that have ended, once they are checked."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Protocol, Self

from diptych.codec.run_row import RowSource, run_row
from diptych.core.experiment.answer_row import AnswerRow
from diptych.core.experiment.case import Case
from diptych.core.experiment.plan import Plan
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.engine.checks.answer_checker import AnswerChecker

_CHECKS_AT_ONCE = 8
"""Answers that are checked at the same time."""


class MakesRows(Protocol):
    """Makes the rows of answers."""

    async def row(self, round_: Round, run: Run) -> AnswerRow:
        """Return the row of a run that has ended."""


class RowMaker:
    """Makes rows of the answers to a plan, which come from `source`. Answers are checked in other threads.

    As soon as `is_cancelled` returns true, commands that check answers are ended, and so are the checks of an answer.
    """

    def __init__(self, plan: Plan, source: RowSource, is_cancelled: Callable[[], bool] = lambda: False) -> None:
        self._cases: Mapping[str, Case] = {case.id: case for case in plan.cases}
        self._source = source
        self._checker = AnswerChecker(is_cancelled)
        self._threads = ThreadPoolExecutor(_CHECKS_AT_ONCE, "checks")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._checker.close()

    async def row(self, round_: Round, run: Run) -> AnswerRow:
        """Return the row of a run that has ended, as `row_now`, without blocking the event loop."""
        if not self._is_checked(round_, run):
            return self.row_now(round_, run)
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.row_now, round_, run)

    def row_now(self, round_: Round, run: Run) -> AnswerRow:
        """Return the row of a run that has ended. Blocks while the answer is checked.

        What the user stopped is not checked, since it is asked again. Raises `ChecksCancelledError`: an answer without
        a row is checked when the experiment is resumed.
        """
        checks = self._checker.check(run, self._case(round_).checks) if self._is_checked(round_, run) else ()
        return run_row(round_, run, self._source, checks, _waited(run))

    def _case(self, round_: Round) -> Case:
        assert round_.experiment_case is not None  # noqa: S101 - the round of an experiment
        return self._cases[round_.experiment_case.case]

    def _is_checked(self, round_: Round, run: Run) -> bool:
        return bool(self._case(round_).checks) and run.state != "stopped"


def _waited(run: Run) -> float:
    """Return the seconds from when a run was queued until its last attempt began to connect.

    For a run that was never sent, they count until its end.
    """
    stamps = run.stamps
    connecting = stamps.end if stamps.t0 is None else stamps.t0 - (stamps.connect or 0.0)
    return 0.0 if connecting is None else max(0.0, connecting - run.queued_at)
