"""What tests of experiments ask: plans of simulated models, and an asker of them in virtual time."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, TypeVar

from diptych.config.environment import configured_endpoints
from diptych.core.event import Line
from diptych.core.experiment.answer_row import AnswerRow
from diptych.core.experiment.case import Case
from diptych.core.experiment.checks.check import Check
from diptych.core.experiment.plan import Plan
from diptych.core.message import Message
from diptych.core.observers import IgnoresRounds
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.settings import Settings
from diptych.engine.experiment.round_asker import RoundAsker
from diptych.engine.scheduler import Scheduler
from tests.support.virtual_loop import run as in_virtual_time

T = TypeVar("T")

ENDPOINTS = configured_endpoints({})


def simulated(endpoint: str = "openai", **more: Any) -> Settings:
    """Settings of a simulated model."""
    return Settings(ENDPOINTS[endpoint], "m", simulated=True, **more)


def plan_of(*cases: str, labels: Iterable[str] = ("left", "right"), checks: Iterable[Check] = (), **more: Any) -> Plan:
    """A plan that asks simulated models these cases, each with its id as the prompt."""
    asked = tuple(Case(case, (Message.of_text("user", case),), tuple(checks)) for case in cases)
    return Plan(asked, {label: simulated() for label in labels}, **more)


class Witness(IgnoresRounds):
    """An observer that keeps rounds and rows, and says that a round is written: at once, or later if it `is_slow`."""

    def __init__(self) -> None:
        self.rounds: list[Round] = []
        self.rows: list[AnswerRow] = []
        self.is_slow = False
        self._unwritten: list[Callable[[], object]] = []

    def round_began(self, session: int, round_: Round) -> None:
        self.rounds.append(round_)

    def line_added(self, run: Run, line: Line) -> None:
        """Nothing to keep."""

    def run_ended(self, run: Run) -> None:
        """Nothing to keep."""

    def row_added(self, round_: Round, run: Run, row: AnswerRow) -> None:
        self.rows.append(row)

    def when_written(self, round_: Round, act: Callable[[], object]) -> None:
        self._unwritten.append(act)
        if not self.is_slow:
            self.release()

    def release(self) -> None:
        """Let the oldest round that waits be written."""
        if self._unwritten:
            self._unwritten.pop(0)()


def asked(ask: Callable[[RoundAsker, Witness], Coroutine[Any, Any, T]]) -> tuple[T, Witness]:
    """What a coroutine returns that asks simulated models in virtual time, and what happened."""
    witness = Witness()

    async def all_of_it() -> T:
        clock = asyncio.get_running_loop().time
        scheduler = Scheduler(clock, seed=1, heeds_overload=True)
        try:
            return await ask(RoundAsker(scheduler, clock, witness, witness.when_written), witness)
        finally:
            await scheduler.close()

    return in_virtual_time(all_of_it()), witness
