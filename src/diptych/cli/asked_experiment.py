"""What an experiment asks, and what there is of it already: a new one, or one of the history that is resumed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from diptych.cli.ask_options import AskOptions
from diptych.cli.command_error import CommandError
from diptych.cli.experiment_options import ExperimentOptions
from diptych.cli.known_secrets import safe_message
from diptych.config.configuration import Configuration
from diptych.core.experiment.answered import Answered
from diptych.core.experiment.case import Case
from diptych.core.experiment.plan import Limits, Plan
from diptych.core.history_summary import HistoryError
from diptych.core.message import Message
from diptych.core.request import Label
from diptych.core.settings import Settings

if TYPE_CHECKING:
    from diptych.store.history import History


@dataclass(frozen=True, slots=True)
class AskedExperiment:
    """A plan and its limits, which answers there are, and the number of the experiment if it has one already.

    `spent` is what these cost in US dollars.
    """

    plan: Plan
    limits: Limits
    answered: Answered
    number: int | None = None
    spent: Decimal = Decimal(0)

    @property
    def is_resumed(self) -> bool:
        """Whether the experiment was begun before."""
        return self.number is not None


def new_experiment(prompt: str, settings: Mapping[Label, Settings], experiment: ExperimentOptions) -> AskedExperiment:
    """Return an experiment that asks a single prompt."""
    plan = Plan(
        (Case("1", (Message.of_text("user", prompt),)),),
        settings,
        experiment.repeat or 1,
        experiment.sequential or False,
        experiment.warm_up or 0,
        experiment.order_seed or 0,
    )
    limits = changed_limits(Limits(), experiment)
    return AskedExperiment(plan, limits, Answered(plan))


def resumed_experiment(
    number: int, history: "History", options: AskOptions, experiment: ExperimentOptions, configuration: Configuration
) -> AskedExperiment:
    """Return an experiment of the history, to be asked as far as it is missing.

    Its endpoints are those of the configuration now. Raises `CommandError` if there is no such experiment, or one of
    its models cannot be asked.
    """
    try:
        stored = history.experiment(f"x{number}")
        progress = history.progress(stored, retry_failed=experiment.retry_failed)
    except HistoryError as error:
        raise CommandError(str(error)) from None
    models = {
        label: _renewed(settings, number, options, configuration) for label, settings in stored.plan.models.items()
    }
    return AskedExperiment(
        replace(stored.plan, models=models),
        changed_limits(stored.limits, experiment),
        progress.answered,
        number,
        progress.cost_usd,
    )


def changed_limits(limits: Limits, experiment: ExperimentOptions) -> Limits:
    """Return limits as the options change them."""
    return Limits(
        experiment.concurrency or limits.concurrency,
        limits.budget if experiment.budget is None else experiment.budget,
        limits.stop_after_failures if experiment.stop_after_failures is None else experiment.stop_after_failures,
    )


def _renewed(recorded: Settings, number: int, options: AskOptions, configuration: Configuration) -> Settings:
    """Return the settings of a model with its endpoint as it is configured now. What was simulated stays simulated."""
    if options.demo and not recorded.simulated:
        raise CommandError(f"--demo cannot be used with --resume x{number}, which asks {safe_message(recorded.name)}.")
    renewed = configuration.renewed(recorded)
    if renewed is None:
        raise CommandError(
            f"x{number} cannot be resumed: the endpoint of {safe_message(recorded.name)} is gone or has a problem."
        )
    return replace(renewed, simulated=recorded.simulated)
