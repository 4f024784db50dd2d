"""What `diptych run --resume` asks: the plan of an experiment of the history, with endpoints as they are now."""

from dataclasses import replace

from diptych.cli.ask_options import AskOptions
from diptych.cli.command_error import CommandError
from diptych.cli.experiment.experiment_options import ExperimentOptions
from diptych.cli.known_secrets import safe_message
from diptych.config.configuration import Configuration
from diptych.core.experiment.plan import Limits, Plan
from diptych.core.settings import Settings


def resumed_plan(plan: Plan, number: int, options: AskOptions, configuration: Configuration) -> Plan:
    """Return the plan of an experiment with its endpoints as they are configured now.

    What was simulated stays simulated. Raises `CommandError` if one of its models cannot be asked.
    """
    models = {label: _renewed(settings, number, options, configuration) for label, settings in plan.models.items()}
    return replace(plan, models=models)


def changed_limits(limits: Limits, experiment: ExperimentOptions) -> Limits:
    """Return limits as the options change them."""
    return Limits(
        experiment.concurrency or limits.concurrency,
        limits.budget if experiment.budget is None else experiment.budget,
        limits.stop_after_failures if experiment.stop_after_failures is None else experiment.stop_after_failures,
    )


def _renewed(recorded: Settings, number: int, options: AskOptions, configuration: Configuration) -> Settings:
    if options.demo and not recorded.simulated:
        raise CommandError(
            f"--demo cannot be used with --resume x{number}, which asks {safe_message(recorded.name)} for real."
        )
    renewed = configuration.renewed(recorded)
    if renewed is None:
        raise CommandError(
            f"x{number} cannot be resumed: the endpoint of {safe_message(recorded.name)} is gone or has a problem."
        )
    return replace(renewed, simulated=recorded.simulated)
