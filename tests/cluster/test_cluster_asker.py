"""What a worker has asked is recorded, and its rows get the checks that the driver makes."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from diptych.cluster.cluster_asker import ClusterAsker
from diptych.cluster.jobs import AskedJob, Job
from diptych.cluster.received_rows import ReceivedRows
from diptych.codec.recording_lines import recording_objects
from diptych.codec.run_row import RowSource, row_line
from diptych.core.experiment.answer_row import AnswerRow
from diptych.core.experiment.checks.check import Check
from diptych.core.experiment.order import planned_rounds
from diptych.core.experiment.plan import Limits, Plan
from diptych.core.json_text import to_json
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.engine.checks.answer_checker import ChecksCancelledError
from diptych.engine.experiment.ask_rounds import SittingEnding, ask_rounds
from diptych.engine.experiment.asked_round import requests_of
from diptych.engine.experiment.budget import Budget
from diptych.engine.experiment.round_asker import RoundAsker
from diptych.engine.experiment.row_maker import MakesRows, RowMaker
from diptych.engine.experiment.run_experiment import Experiment, run_experiment
from tests.engine.experiment.asking import Witness, asked, plan_of
from tests.support.virtual_loop import run as in_virtual_time

if TYPE_CHECKING:
    from diptych.cluster.worker_pool import WorkerPool

SOURCE = RowSource("driver")


class OneWorker:
    """A pool whose only worker has asked a round before it is asked for it."""

    def __init__(self, plan: Plan) -> None:
        unchecked = plan_of("a", labels=plan.models)

        async def ask(asker: RoundAsker, witness: Witness) -> Sequence[str]:
            rows: list[str] = []
            with RowMaker(unchecked, RowSource("worker")) as row_maker:

                async def keep_row(round_: Round, run: Run) -> None:
                    rows.append(row_line(await row_maker.row(round_, run)))

                await ask_rounds(requests_of(planned_rounds(unchecked), unchecked, None), asker, keep_row)
            return rows

        rows, witness = asked(ask)
        self._answer = AskedJob([to_json(each) for each in recording_objects(witness.rounds[0])], rows)

    async def ask(self, job: Job) -> AskedJob:
        return self._answer


class CancelledChecks:
    """Makes no rows: the user has interrupted the checks."""

    async def row(self, round_: Round, run: Run) -> AnswerRow:
        raise ChecksCancelledError


def run(plan: Plan, checker: MakesRows) -> tuple[SittingEnding, Witness]:
    pool, witness = cast("WorkerPool", OneWorker(plan)), Witness()
    experiment = Experiment(plan, planned_rounds(plan), 3, Limits(), Budget())
    rows = ReceivedRows(checker)
    asker = ClusterAsker(pool, rows, witness, witness.when_written)
    return in_virtual_time(run_experiment(experiment, asker, witness, rows)), witness


def test_a_row_is_the_workers_with_the_checks_of_the_driver() -> None:
    plan = plan_of("a", labels=("left",), checks=[Check("not_contains", "no answer has this")])
    with RowMaker(plan, SOURCE) as row_maker:
        _, witness = run(plan, row_maker)

    (row,) = witness.rows
    assert (row.host, row.experiment, [check.passed for check in row.checks]) == ("worker", 3, [True])


def test_answers_whose_checks_are_cancelled_are_recorded_without_a_row() -> None:
    ending, witness = run(plan_of("a"), CancelledChecks())

    (round_,) = witness.rounds
    assert [run.state for run in round_.all_takes()] == ["complete", "complete"]
    assert witness.rows == []
    assert ending == "whole"
