"""Experiments to keep: a plan, and rounds with their rows as a recorder writes them."""

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from diptych.codec.plan_object import limits_object, plan_digest, plan_object
from diptych.codec.run_row import RowSource, run_row
from diptych.core.endpoint import Endpoint
from diptych.core.experiment.answer_row import AnswerRow
from diptych.core.experiment.case import Case
from diptych.core.experiment.plan import Limits, Plan
from diptych.core.json_text import JsonObject
from diptych.core.message import Message
from diptych.core.round import ExperimentCase, Round
from diptych.core.run import Run
from diptych.core.settings import Settings
from diptych.store.entries import Item, RowAdded
from diptych.store.history import History
from diptych.store.history_writer import HistorySink
from tests.store.rounds import BEGAN, DATE, complete, items

LABELS = ("left", "right")


def plan_of(*cases: str, labels: Iterable[str] = LABELS, **more: Any) -> Plan:
    """A plan that asks these cases, each with its id as the prompt."""
    endpoint = Endpoint("here", "openai-chat", "", "")
    asked = tuple(Case(case, (Message.of_text("user", case),)) for case in cases)
    return Plan(asked, {label: Settings(endpoint, "some-model") for label in labels}, **more)


def stored_plan(plan: Plan) -> JsonObject:
    """A plan as the history keeps it."""
    return {"plan": plan_object(plan), "digest": plan_digest(plan), "limits": limits_object(Limits()), "app": "0"}


def round_of_case(number: int | None, case: str, repeat: int, *runs: Run) -> Round:
    """A round of an experiment."""
    return Round(case, BEGAN, runs or tuple(map(complete, LABELS)), DATE, ExperimentCase(number, case, repeat))


def row_of(round_: Round, run: Run, plan: str | None = None) -> AnswerRow:
    """The row of a run."""
    return run_row(round_, run, RowSource("host-1", "eu", (("diptych", "1"),), plan))


def rated_items(round_: Round, session: int = 1) -> list[Item]:
    """What a sink is told of a round whose answers have rows."""
    added = (RowAdded(round_, run, row_of(round_, run)) for run in round_.all_takes() if run.ended)
    return [*items(round_, session), *added]


def begun(path: Path, plan: Plan) -> int:
    """The number of a new experiment."""
    return History(path).add_experiment(stored_plan(plan), DATE)


def keep_rated(path: Path, *rounds: Round) -> History:
    """A history that holds these rounds and the rows of their answers."""
    with closing(HistorySink(path)) as sink:
        for round_ in rounds:
            sink.write(rated_items(round_))
    return History(path)


def asked(path: Path, plan: Plan) -> History:
    """A history that holds a whole experiment."""
    number = begun(path, plan)
    repeats = range(1, plan.repeats + 1)
    return keep_rated(path, *(round_of_case(number, case.id, each) for each in repeats for case in plan.cases))
