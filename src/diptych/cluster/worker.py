"""The actor that asks rounds on a machine of the cluster, with the endpoints and keys that are configured there."""

import asyncio
import os
import socket
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from diptych import __version__
from diptych.cluster.jobs import AskedJob, Job, WorkerReport, WorkerSetup
from diptych.cluster.round_lines import RoundLines
from diptych.cluster.shared_limits import SharedSlots
from diptych.codec.plan_object import read_plan
from diptych.codec.run_row import row_line
from diptych.config.configuration import Configuration, load_configuration
from diptych.core.event_log import MemoryBudget
from diptych.core.experiment.plan import Plan
from diptych.core.json_text import parse_object
from diptych.core.round import ExperimentCase, Round
from diptych.core.run import Run
from diptych.core.secrets.guard import MustNotBeSentError, check_requests
from diptych.core.settings import Settings
from diptych.engine.engine import EngineOptions
from diptych.engine.experiment.asked_round import AskedRound, planned_requests
from diptych.engine.experiment.experiment_engine import ExperimentEngine
from diptych.engine.experiment.round_asker import OnEnded
from diptych.engine.experiment.row_maker import RowMaker
from diptych.engine.experiment.row_source import row_source
from diptych.store.recorder import Recorder
from diptych.store.spill_file import TemporarySpillFile


class Worker:
    """Asks rounds, any number at once. `name` is what the coordinator calls this worker. Call `prepare` first."""

    def __init__(self, name: str, setup: WorkerSetup, coordinator: Any) -> None:
        self._name = name
        self._setup = setup
        self._coordinator = coordinator
        self._asking: _Asking | None = None

    async def prepare(self) -> WorkerReport:
        """Read the configuration of this machine; return whether the models of the plan can be asked with it."""
        host = socket.gethostname()
        try:
            plan = _plan_here(self._setup, host)
        except ValueError as error:
            return WorkerReport(host, __version__, str(error))
        self._asking = _Asking(plan, self._setup, lambda name: SharedSlots(name, self._name, self._coordinator))
        return WorkerReport(host, __version__, "")

    async def ask(self, job: Job) -> AskedJob:
        """Ask a round; return it once it has ended."""
        assert self._asking is not None  # noqa: S101 - the driver has called `prepare`
        return await self._asking.ask(job)

    async def stop(self) -> None:
        """Stop what streams or waits, and send nothing any more."""
        if self._asking:
            self._asking.engine.stop()


class _Asking:
    """The engine of a worker, and what it needs to ask the rounds of a plan."""

    def __init__(self, plan: Plan, setup: WorkerSetup, new_slots: Any) -> None:
        self._plan = plan
        self._cases = {case.id: case for case in plan.cases}
        self._lines = RoundLines()
        self._row_maker = RowMaker(plan, row_source(setup.digest, setup.region))
        recorder = Recorder(self._lines)
        folder = Path(tempfile.gettempdir())

        def new_memory() -> MemoryBudget:
            return MemoryBudget(TemporarySpillFile(folder), setup.memory)

        options = EngineOptions(setup.timeout, setup.seed, new_memory)
        self.engine = ExperimentEngine(options, recorder, recorder.call_when_written, new_slots=new_slots)
        self.engine.keep_open(plan.models.values())

    async def ask(self, job: Job) -> AskedJob:
        case, rows = self._cases[job.case], []
        requests = planned_requests(self._plan, case, job.labels, job.files)
        problem = job.problem
        try:
            check_requests(requests.values())  # here are keys that the driver does not know
        except MustNotBeSentError as error:
            problem = problem or str(error)
        place = ExperimentCase(None, case.id, job.repeat)
        asked = AskedRound(case.prompt, requests, place, self._plan.sequential, problem, job.labels)

        async def keep_row(round_: Round, run: Run) -> None:
            rows.append(row_line(await self._row_maker.row(round_, run)))

        round_ = await asyncio.wrap_future(self.engine.submit(self._ask_written(asked, keep_row)))
        return AskedJob(self._lines.take(round_), rows)

    async def _ask_written(self, asked: AskedRound, on_ended: OnEnded) -> Round:
        round_ = await self.engine.asker.ask(asked, on_ended)
        await self.engine.asker.until_written(round_)
        return round_


def _plan_here(setup: WorkerSetup, host: str) -> Plan:
    """Return the plan with the endpoints of this machine. Answers are not checked here, so it has no checks.

    Raises `ValueError` with a sentence for users.
    """
    plan = read_plan(parse_object(setup.plan))
    configuration = load_configuration(os.environ, setup.config, insecure=setup.insecure, simulation="none")
    models = {label: _settings_here(settings, configuration, host) for label, settings in plan.models.items()}
    return replace(plan, models=models, cases=tuple(replace(case, checks=()) for case in plan.cases))


def _settings_here(planned: Settings, configuration: Configuration, host: str) -> Settings:
    if planned.simulated:
        return replace(configuration.renewed(planned) or planned, simulated=True)
    endpoint = configuration.endpoints.get(planned.endpoint.name)
    if endpoint is None:
        raise ValueError(f"{planned.name} cannot be asked from {host}: no endpoint {planned.endpoint.name} is there.")
    if endpoint.problem:
        raise ValueError(f"{planned.name} cannot be asked from {host}: {endpoint.problem}")
    if endpoint.lacks_key:
        raise ValueError(f"{planned.name} cannot be asked from {host}: {endpoint.key_source} is not set there.")
    return replace(planned, endpoint=endpoint, simulated=False)
