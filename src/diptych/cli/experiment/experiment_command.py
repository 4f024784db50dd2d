"""What `diptych run` does if its options make an experiment of it."""

from typing import TYPE_CHECKING

from diptych.cli.ask_options import AskOptions
from diptych.cli.asked_settings import require_keys
from diptych.cli.chosen_configuration import configuration_of, warn_of_configuration
from diptych.cli.command_error import CommandError
from diptych.cli.experiment.asked_experiment import asked_experiment
from diptych.cli.experiment.chosen_judge import chosen_judge
from diptych.cli.experiment.experiment_options import ExperimentOptions
from diptych.cli.experiment.experiment_sitting import ExperimentSitting
from diptych.cli.experiment.option_types import RAY_OF_THIS_MACHINE
from diptych.cli.signals import Shutdown
from diptych.cli.standard_error import warn
from diptych.cluster.cluster_errors import ClusterError
from diptych.config.sides import SideName
from diptych.core.history_summary import HistoryError
from diptych.core.secrets.guard import MustNotBeSentError
from diptych.core.text.sanitize import clean_line
from diptych.engine.experiment.plan_checks import check_plan
from diptych.wire.loading import load_in_background

if TYPE_CHECKING:
    from diptych.headless.experiment.experiment_results import ResultForm


def run_experiment_command(
    prompt: str | None,
    side: SideName | None,
    options: AskOptions,
    experiment: ExperimentOptions,
    shutdown: Shutdown,
    live: bool | None,
    *,
    as_json: bool,
) -> int:
    """Ask a new experiment, or what is missing of one; print what is wanted, and return the exit code."""
    if as_json and experiment.rows:
        raise CommandError("--json and --rows cannot be used together.")
    if experiment.junit is not None and not experiment.junit.absolute().parent.is_dir():
        raise CommandError(f"--junit: there is no folder {clean_line(str(experiment.junit.absolute().parent))}.")
    form: ResultForm = "json" if as_json else "rows" if experiment.rows else "text"
    configuration = configuration_of(options, "none")
    try:
        asked = asked_experiment(prompt, side, options, experiment, configuration)
        if experiment.ray in (None, RAY_OF_THIS_MACHINE):  # elsewhere, the workers have the keys
            require_keys(asked.plan.models)
            load_in_background(asked.plan.models.values())  # while the history is opened
        caution = check_plan(asked.plan)
        warn_of_configuration(configuration)
        if caution:
            warn(f"{caution}. It is sent anyway.")
        judge = chosen_judge(asked.options, options, asked.limits, configuration)
        return ExperimentSitting(asked, options, form, shutdown, live, judge).run()
    except (ClusterError, HistoryError, MustNotBeSentError) as error:
        raise CommandError(str(error)) from None
