"""A round that is to be asked, as requests."""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from diptych.core.experiment.case import Case
from diptych.core.experiment.order import PlannedRound
from diptych.core.experiment.plan import Plan
from diptych.core.request import Label, Request
from diptych.core.round import ExperimentCase
from diptych.engine.experiment.case_files import read_case_files


@dataclass(frozen=True, slots=True)
class AskedRound:
    """Requests for the models of one round, by label in the order in which the round lists them.

    `place` is where the round belongs in its experiment. With `sequential`, each model is asked when the one before has
    answered. `problem` is a sentence that says why the round cannot be sent: then its runs fail with it. `order` are
    the labels in the order in which they are asked; if it is empty, that is the order of `requests`.
    """

    prompt: str
    requests: Mapping[Label, Request]
    place: ExperimentCase | None = None
    sequential: bool = False
    problem: str = ""
    order: tuple[Label, ...] = ()

    @property
    def labels(self) -> tuple[Label, ...]:
        """The labels in the order in which they are asked."""
        return self.order or tuple(self.requests)


async def requests_of(rounds: Iterable[PlannedRound], plan: Plan, experiment: int | None) -> AsyncIterator[AskedRound]:
    """Yield planned rounds as requests. The files of a case are read when the turn of its round has come.

    `experiment` is the number of the experiment in the history, None if it is not kept there.
    """
    for planned in rounds:
        case = planned.case
        files: Mapping[str, bytes] = MappingProxyType({})
        problem = ""
        if case.attach:
            try:
                files = await asyncio.to_thread(read_case_files, case)
            except ValueError as error:
                problem = str(error)
        requests = planned_requests(plan, case, planned.labels, files)
        place = ExperimentCase(experiment, case.id, planned.repeat)
        yield AskedRound(case.prompt, requests, place, plan.sequential, problem, planned.labels)


def planned_requests(
    plan: Plan, case: Case, labels: Collection[Label], files: Mapping[str, bytes]
) -> dict[Label, Request]:
    """Return the requests of a case to some of the models, in the order of the plan.

    Every round lists its answers in that order, whichever model is asked first, so that a model has the same place and
    the same colour in all of them.
    """
    asked = (label for label in plan.models if label in labels)
    return {label: Request(case.settings(plan.models[label]), case.messages, files) for label in asked}
