"""The judge that `diptych judge` and `diptych run --judge` name, and its rubric."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from diptych.cli.command_error import CommandError
from diptych.core.experiment.judging.judge_prompt import RUBRIC
from diptych.core.request import Request
from diptych.core.text.sanitize import clean_line

if TYPE_CHECKING:
    from diptych.cli.ask_options import AskOptions
    from diptych.cli.experiment.experiment_options import ExperimentOptions
    from diptych.config.configuration import Configuration
    from diptych.core.experiment.forecast import ModelForecast
    from diptych.core.experiment.plan import Limits, Plan
    from diptych.core.settings import Settings
    from diptych.engine.experiment.judge_asker import Rubric

_MOST_IN_RUBRIC = 100_000
"""Characters that a rubric may have."""


@dataclass(frozen=True, slots=True)
class ChosenJudge:
    """The judge of `diptych run --judge`."""

    settings: "Settings"
    rubric: "Rubric"

    def forecast(self, plan: "Plan") -> "ModelForecast":
        """Return what the judge is asked about the answers of the whole plan."""
        from diptych.core.experiment.judging.judging_forecast import judging_forecast

        return judging_forecast(plan, self.settings, self.rubric.text)


def chosen_judge(
    experiment: "ExperimentOptions", options: "AskOptions", limits: "Limits", configuration: "Configuration"
) -> ChosenJudge | None:
    """Return the judge of an experiment, None if none is wanted. Raises `CommandError` if it cannot be asked."""
    if experiment.judge is None:
        return None
    if options.no_history or experiment.out is not None:
        other = "--no-history" if options.no_history else "--out"
        raise CommandError(f"--judge and {other} cannot be used together: a judge reads the answers in the history.")
    settings = judge_settings(experiment.judge, configuration)
    if limits.budget is not None:
        refuse_unknown_judge_cost(settings)
    return ChosenJudge(settings, read_rubric(experiment.rubric))


def judge_settings(name: str, configuration: "Configuration") -> "Settings":
    """Return the settings of the judge that `--judge` names. Raises `CommandError` if it cannot be asked."""
    try:
        settings = configuration.settings_for(name)
    except ValueError as error:
        raise CommandError(str(error)) from None
    if settings.endpoint.lacks_key and not settings.simulated:
        raise CommandError(
            f"{settings.endpoint.key_source} is not set, so the judge {clean_line(settings.name)} cannot be asked: "
            "set it, or name another judge."
        )
    return settings


def read_rubric(path: Path | None) -> "Rubric":
    """Return the rubric in a file, or the built-in one. Raises `CommandError` if the file cannot be used."""
    from diptych.engine.experiment.judge_asker import Rubric

    if path is None:
        return Rubric(RUBRIC, "")
    name = clean_line(str(path))
    try:
        text = path.read_text("utf-8").strip()
    except OSError as error:
        raise CommandError(f"The rubric {name} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise CommandError(f"The rubric {name} cannot be read: it is not UTF-8 text.") from None
    if not text:
        raise CommandError(f"The rubric {name} is empty.")
    if len(text) > _MOST_IN_RUBRIC:
        raise CommandError(f"The rubric {name} has more than {_MOST_IN_RUBRIC:,} characters.")
    return Rubric(text, hashlib.sha256(text.encode()).hexdigest()[:8])


def refuse_unknown_judge_cost(settings: "Settings") -> None:
    """Raise `CommandError` if nobody knows what a judge costs at most, so that no budget can be kept."""
    from diptych.core.experiment.forecast import RequestCosts

    if RequestCosts().most(Request(settings, ())) is None:
        raise CommandError(
            f"--budget cannot be kept, as the prices of the judge {clean_line(settings.name)} are not known: set the "
            "prices of the endpoint in the config file, or leave --budget out."
        )
