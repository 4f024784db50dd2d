"""An experiment: its warm-up, its rounds in order, and a row for each answer."""

from decimal import Decimal
from typing import Any

from diptych.codec.run_row import RowSource
from diptych.core.experiment.checks.check import Check
from diptych.core.experiment.order import planned_rounds
from diptych.core.experiment.plan import Limits, Plan
from diptych.engine.experiment.ask_rounds import SittingEnding
from diptych.engine.experiment.budget import Budget
from diptych.engine.experiment.round_asker import RoundAsker
from diptych.engine.experiment.row_maker import RowMaker
from diptych.engine.experiment.run_experiment import Experiment, run_experiment
from tests.engine.experiment.asking import Witness, asked, plan_of

SOURCE = RowSource("host", "eu", (("diptych", "1"),), "digest")


def run(plan: Plan, limits: Limits | None = None, **more: Any) -> tuple[SittingEnding, Witness]:
    limits = limits or Limits()

    async def ask(asker: RoundAsker, witness: Witness) -> SittingEnding:
        with RowMaker(plan, SOURCE) as row_maker:
            experiment = Experiment(plan, planned_rounds(plan), 3, limits, Budget(limits.budget), **more)
            return await run_experiment(experiment, asker, witness, row_maker)

    return asked(ask)


def test_every_answer_has_a_row() -> None:
    ending, witness = run(plan_of("a", "b", repeats=2), Limits(concurrency=3))

    assert ending == "whole"
    keys = {row.key for row in witness.rows}
    assert keys == {(case, repeat, label) for case in "ab" for repeat in (1, 2) for label in ("left", "right")}
    assert len(witness.rows) == 8
    (row,) = (row for row in witness.rows if row.key == ("b", 2, "left"))
    assert (row.experiment, row.state, row.endpoint, row.model) == (3, "complete", "openai", "m")
    assert (row.host, row.region, row.plan, row.waited) == ("host", "eu", "digest", 0.0)


def test_rounds_that_warm_up_come_first_and_have_no_rows() -> None:
    _, witness = run(plan_of("a", "b", warm_up=3))

    places = [round_.experiment_case for round_ in witness.rounds]
    assert [(place and place.case, place and place.repeat) for place in places] == [
        ("a", 0),
        ("b", 0),
        ("a", 0),
        ("a", 1),
        ("b", 1),
    ]
    assert {row.repeat for row in witness.rows} == {1}
    assert len(witness.rows) == 4


def test_a_warm_up_ends_before_the_first_round_that_counts() -> None:
    _, witness = run(plan_of("a", warm_up=1, repeats=3), Limits(concurrency=9))

    warm_up, *others = witness.rounds
    assert {round_.began for round_ in others} == {max(run.stamps.end or 0 for run in warm_up.all_takes())}


def test_nothing_follows_a_warm_up_that_the_budget_ends() -> None:
    ending, witness = run(
        plan_of("a", warm_up=2), Limits(budget=Decimal(3)), most_cost=lambda request: Decimal(1), warms_up=True
    )

    assert (ending, witness.rows, len(witness.rounds)) == ("budget", [], 1)


def test_what_is_resumed_without_a_warm_up() -> None:
    _, witness = run(plan_of("a", warm_up=2), warms_up=False)

    assert len(witness.rounds) == 1


def test_answers_are_checked() -> None:
    checks = [Check("contains", "e"), Check("regex", "^no such answer$")]
    _, witness = run(plan_of("a", checks=checks))

    assert [[result.passed for result in row.checks] for row in witness.rows] == [[True, False]] * 2
    assert not any(row.has_passed for row in witness.rows)
