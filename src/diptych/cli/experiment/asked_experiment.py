"""What `diptych run` asks as an experiment: a new one, a part of one in a folder, or the rest of one in the history."""

import os
from collections.abc import Callable
from dataclasses import dataclass

from diptych.cli.ask_options import AskOptions
from diptych.cli.command_error import CommandError
from diptych.cli.experiment.experiment_options import ExperimentOptions
from diptych.cli.experiment.experiment_plan import new_experiment
from diptych.cli.experiment.experiment_records import (
    ExperimentRecords,
    InFolder,
    InHistory,
    Unrecorded,
    begin_in_history,
)
from diptych.cli.experiment.resumed_plan import changed_limits, resumed_plan
from diptych.cli.shared_options import open_history
from diptych.codec.plan_object import plan_digest
from diptych.config.configuration import Configuration
from diptych.config.shards import shard_from_environment
from diptych.config.sides import SideName
from diptych.core.experiment.answered import Answered
from diptych.core.experiment.order import WHOLE, Shard
from diptych.core.experiment.plan import Limits, Plan
from diptych.store.shards.shard_folder import begin_shard


@dataclass(frozen=True, slots=True)
class AskedExperiment:
    """What is asked, with the options as a plan file completes them.

    `digest` identifies the plan. `records` is where the experiment is recorded, if there may be something of it
    already. Otherwise it is None until `begin` makes a place for it.
    """

    plan: Plan
    limits: Limits
    options: ExperimentOptions
    digest: str
    shard: Shard
    records: ExperimentRecords | None
    begin: Callable[[], ExperimentRecords]

    @property
    def answers(self) -> int:
        """How many answers there are when everything has been asked."""
        rounds = range(self.shard.number - 1, len(self.plan.cases) * self.plan.repeats, self.shard.count)
        return len(rounds) * len(self.plan.models)

    def answered(self) -> Answered:
        """Return the answers that need not be asked for."""
        if self.records is None:
            return Answered(self.plan)
        return self.records.answered(retry_failed=self.options.retry_failed)


def asked_experiment(
    prompt: str | None,
    side: SideName | None,
    options: AskOptions,
    experiment: ExperimentOptions,
    configuration: Configuration,
) -> AskedExperiment:
    """Return what these options ask. Raises `CommandError`, and `StoreError` where the records cannot be read."""
    if experiment.resume is not None:
        return _resumed(experiment.resume, options, experiment, configuration)
    new = new_experiment(prompt, side, options, experiment, configuration)
    plan, limits = new.plan, new.limits
    digest = plan_digest(plan)
    if experiment.out is not None:
        shard = _shard(experiment)
        records = InFolder(begin_shard(experiment.out, plan, limits, shard))
        return AskedExperiment(plan, limits, new.options, digest, shard, records, lambda: records)
    if experiment.shard is not None:
        raise CommandError("--shard needs --out, the folder in which this part is written.")

    def begin() -> ExperimentRecords:
        if options.no_history:
            return Unrecorded(plan)
        return begin_in_history(open_history(options.history), plan, limits)

    return AskedExperiment(plan, limits, new.options, digest, WHOLE, None, begin)


def _resumed(
    reference: str, options: AskOptions, experiment: ExperimentOptions, configuration: Configuration
) -> AskedExperiment:
    if experiment.out is not None or experiment.shard is not None:
        raise CommandError("--resume asks the rest of an experiment of the history: it cannot be used with --out.")
    if options.no_history:
        raise CommandError("--resume and --no-history cannot be used together.")
    history = open_history(options.history)
    stored = history.experiment(reference)
    if history.is_being_asked(stored.number):
        raise CommandError(f"x{stored.number} is being asked by another Diptych: wait until that has ended.")
    records = InHistory(history, stored)
    plan = resumed_plan(stored.plan, stored.number, options, configuration)
    limits = changed_limits(stored.limits, experiment)
    return AskedExperiment(plan, limits, experiment, stored.digest, WHOLE, records, lambda: records)


def _shard(experiment: ExperimentOptions) -> Shard:
    if experiment.shard == "auto":
        try:
            return shard_from_environment(os.environ)
        except ValueError as error:
            raise CommandError(str(error)) from None
    return experiment.shard or WHOLE
