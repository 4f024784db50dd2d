"""Asks the rounds of a plan, has the answers checked, and makes a row of each."""

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from diptych.codec.run_row import RowSource, run_row
from diptych.core.experiment.answer_row import AnswerRow
from diptych.core.experiment.case import Case
from diptych.core.experiment.checks import CheckResult
from diptych.core.experiment.order import PlannedRound, warm_up_rounds
from diptych.core.experiment.plan import Limits, Plan
from diptych.core.round import Round, RoundObserver
from diptych.core.run import Run
from diptych.engine.experiment.ask_rounds import Ending, MostCost, ask_rounds, costs_nothing
from diptych.engine.experiment.asked_round import ReadFiles, requests_of
from diptych.engine.experiment.budget import Budget
from diptych.engine.experiment.round_asker import RoundAsker

Evaluate = Callable[[Case, Run], tuple[CheckResult, ...]]
"""Checks the answer of a run that has ended. It may block for as long as a command takes."""

_CHECKS_AT_ONCE = 8
"""Answers that are checked at the same time."""


def _no_files(case: Case) -> dict[str, bytes]:
    raise ValueError(f"The files of the case {case.id} cannot be read.")


@dataclass(frozen=True, slots=True)
class Experiment:
    """What is asked, how far, and what is made of the answers.

    `rounds` are those of the plan that are to be asked now; `number` is the experiment's number in the history, None if
    it is not kept there. `source` says where the rows come from. With `warms_up`, the rounds come first that the plan
    has for it. `on_row` is told of each row after the observer, by the thread of the event loop; it must not block.
    """

    plan: Plan
    rounds: Iterable[PlannedRound]
    number: int | None
    limits: Limits
    source: RowSource
    budget: Budget
    evaluate: Evaluate
    on_row: Callable[[Round, AnswerRow], object]
    read_files: ReadFiles = _no_files
    most_cost: MostCost = costs_nothing
    warms_up: bool = True
    cases: dict[str, Case] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "cases", {case.id: case for case in self.plan.cases})


async def run_experiment(experiment: Experiment, asker: RoundAsker, observer: RoundObserver) -> Ending:
    """Ask the rounds of an experiment; return why no more is asked, once every answer has its row."""
    with ThreadPoolExecutor(_CHECKS_AT_ONCE, "checks") as checkers:

        async def add_row(round_: Round, run: Run) -> None:
            checks = await _checked(experiment, round_, run, checkers)
            row = run_row(round_, run, experiment.source, checks, _waited(run))
            observer.row_added(round_, run, row)
            experiment.on_row(round_, row)

        async def ignore(round_: Round, run: Run) -> None:
            """Make no row of a round that warms up."""

        plan, limits = experiment.plan, experiment.limits
        if experiment.warms_up and plan.warm_up:
            ending = await ask_rounds(
                requests_of(warm_up_rounds(plan), plan, experiment.number, experiment.read_files),
                asker,
                ignore,
                concurrency=limits.concurrency,
                budget=experiment.budget,
                most_cost=experiment.most_cost,
            )
            if ending != "whole":
                return ending
        return await ask_rounds(
            requests_of(experiment.rounds, plan, experiment.number, experiment.read_files),
            asker,
            add_row,
            concurrency=limits.concurrency,
            budget=experiment.budget,
            most_cost=experiment.most_cost,
            most_failures=limits.stop_after_failures,
        )


async def _checked(
    experiment: Experiment, round_: Round, run: Run, checkers: ThreadPoolExecutor
) -> tuple[CheckResult, ...]:
    """Return the results of the checks. An answer that failed or was stopped is not checked."""
    assert round_.experiment_case is not None  # noqa: S101 - the round of an experiment
    case = experiment.cases[round_.experiment_case.case]
    if not case.checks or run.state not in ("complete", "cut"):
        return ()
    return await asyncio.get_running_loop().run_in_executor(checkers, experiment.evaluate, case, run)


def _waited(run: Run) -> float:
    """Return the seconds between a run's turn and the moment when its last attempt began to connect.

    For a run that was never sent, those until its end.
    """
    stamps = run.stamps
    connecting = stamps.end if stamps.t0 is None else stamps.t0 - (stamps.connect or 0.0)
    return 0.0 if connecting is None else max(0.0, connecting - run.turn)
