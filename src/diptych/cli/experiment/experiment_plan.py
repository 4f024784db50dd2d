"""What a new experiment asks: its cases, models and limits, from the options and perhaps a plan file."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from diptych.cli.ask_options import AskOptions
from diptych.cli.asked_settings import model_settings, side_settings
from diptych.cli.command_error import CommandError
from diptych.cli.experiment.experiment_options import STANDARD_INPUT, ExperimentOptions
from diptych.cli.known_secrets import safe_message
from diptych.cli.prompt_input import read_text, required_prompt, unix_lines
from diptych.cli.standard_error import warn
from diptych.config.configuration import Configuration
from diptych.config.sides import SIDES, SideName
from diptych.core.json_text import to_json
from diptych.core.request import Label
from diptych.core.settings import Settings

if TYPE_CHECKING:
    from diptych.core.experiment.case import Case
    from diptych.core.experiment.checks.check import Check
    from diptych.core.experiment.plan import Limits, Plan
    from diptych.core.prompt_template import PromptTemplate
    from diptych.plans.case_building import CaseBuilder
    from diptych.plans.plan_file import PlanFile

MOST_ANSWERS = 10_000_000
"""The most answers of an experiment. A larger number is a mistake, and nobody could wait for them."""

_SHARED_MEMBERS = (
    *("repeat", "sequential", "warm_up", "order_seed"),
    *("concurrency", "budget", "stop_after_failures", "judge", "rubric"),
)
"""The members of a plan file that have the names of options."""


@dataclass(frozen=True, slots=True)
class NewExperiment:
    """A plan, its limits, and the options as the plan file completes them, such as the judge."""

    plan: "Plan"
    limits: "Limits"
    options: ExperimentOptions


def new_experiment(
    prompt: str | None,
    side: SideName | None,
    ask: AskOptions,
    experiment: ExperimentOptions,
    configuration: Configuration,
) -> NewExperiment:
    """Return what a new experiment asks, by its options and the plan file that they may name.

    Options win over the file. `prompt` is the argument, and `side` the side that is asked alone. What was ignored is
    printed on standard error.
    Raises `CommandError` for whatever keeps the experiment from being asked.
    """
    from diptych.core.experiment.plan import Limits, Plan

    file = _plan_file(experiment.plan) if experiment.plan else None
    if file:
        experiment, ask = _completed(experiment, file), _completed_ask(ask, file)
    models = _models(side, ask, experiment, configuration)
    plan = Plan(
        _cases(prompt, ask, experiment, file),
        models,
        experiment.repeat or 1,
        experiment.sequential or False,
        experiment.warm_up or 0,
        experiment.order_seed or 0,
    )
    if plan.answers > MOST_ANSWERS:
        raise CommandError(f"That would be {plan.answers:,} answers, and {MOST_ANSWERS:,} is the most.")
    limits = Limits(experiment.concurrency or 1, experiment.budget, experiment.stop_after_failures)
    return NewExperiment(plan, limits, experiment)


def _plan_file(path: Path) -> "PlanFile":
    from diptych.plans.plan_file import PlanFileError, read_plan_file

    try:
        return read_plan_file(path)
    except PlanFileError as error:
        raise CommandError(str(error)) from None


def _completed(experiment: ExperimentOptions, file: "PlanFile") -> ExperimentOptions:
    """Return the options, with the values of the plan file for those that were not given."""
    missing: dict[str, Any] = {
        name: getattr(file, name) for name in _SHARED_MEMBERS if getattr(experiment, name) is None
    }
    return replace(experiment, model=experiment.model or file.models, **missing)


def _completed_ask(ask: AskOptions, file: "PlanFile") -> AskOptions:
    params = tuple(f"{name}={to_json(value)}" for name, value in file.params.items())
    return replace(
        ask,
        system=file.system if ask.system is None else ask.system,
        max_tokens=ask.max_tokens or file.max_tokens,
        param=(*params, *ask.param),  # the later ones win
        attach=ask.attach or file.attach,
    )


def _models(
    side: SideName | None, ask: AskOptions, experiment: ExperimentOptions, configuration: Configuration
) -> Mapping[Label, Settings]:
    """Return the settings of each model. The options of sides take the place of the models of a plan file."""
    if side is None and ask.left is None and ask.right is None and experiment.model:
        return model_settings(experiment.model, ask, configuration)
    return side_settings(ask, configuration, SIDES if side is None else (side,))


def _cases(
    prompt: str | None, ask: AskOptions, experiment: ExperimentOptions, file: "PlanFile | None"
) -> "tuple[Case, ...]":
    """Return the cases: the prompt that is given, those of a set, or those of the plan file.

    Standard input is read as the prompt only if nothing else says what is asked.
    """
    from diptych.plans.prompt_set import PromptSet, read_prompt_set, read_prompt_stream
    from diptych.plans.set_problems import PromptSetError

    has_prompt = prompt is not None or ask.file is not None
    if experiment.prompt_set is not None and has_prompt:
        raise CommandError("--set and a prompt cannot be used together: the prompts are those of the set.")
    if file and has_prompt:
        file = replace(file, prompts=(), prompt_set=None, template=None, template_file=None)
    make = partial(_builder, _template(experiment, file), _checks(experiment, file), ask.attach)
    path = experiment.prompt_set or (file.prompt_set if file else None)
    try:
        if path == STANDARD_INPUT:
            read = read_prompt_stream(_standard_input(), "standard input", make(Path()))
        elif path is not None:
            read = read_prompt_set(path, make(path.parent))
        elif file and file.prompts:
            read = PromptSet(file.cases(make(file.path.parent)))
        else:
            read = PromptSet(_single_case(required_prompt(prompt, ask.file), make(Path())))
    except PromptSetError as error:
        raise CommandError(str(error)) from None
    for notice in read.notices:
        warn(safe_message(notice))
    return read.cases


def _single_case(prompt: str, builder: "CaseBuilder") -> "tuple[Case, ...]":
    from diptych.plans.entry import Entry
    from diptych.plans.prompt_set import cases_of
    from diptych.plans.set_problems import SetProblems

    return cases_of([Entry(1, prompt=prompt)], SetProblems("Command line", unit="prompt"), builder)


def _builder(
    template: "PromptTemplate | None", checks: "tuple[Check, ...]", attach: Sequence[Path], folder: Path
) -> "CaseBuilder":
    from diptych.plans.case_building import CaseBuilder

    return CaseBuilder(folder, template, checks, [path.absolute() for path in attach])


def _standard_input() -> BinaryIO:
    if sys.stdin is None:
        raise CommandError("The prompt set cannot be read: there is no standard input.")
    return sys.stdin.buffer


def _template(experiment: ExperimentOptions, file: "PlanFile | None") -> "PromptTemplate | None":
    """Return the template that makes every prompt: that of the options, else that of the plan file, if there is one."""
    by_option = experiment.template is not None or experiment.template_file is not None
    given = experiment if by_option or file is None else file
    if given.template is None and given.template_file is None:
        return None
    from diptych.core.prompt_template import PromptTemplate, PromptTemplateError  # which load Jinja

    name = "of the plan file" if given is file else "of --template"
    text = given.template
    if text is None:
        assert given.template_file is not None  # noqa: S101 - for mypy: one of the two is given
        name, text = str(given.template_file), read_text(given.template_file, "template")
    try:
        return PromptTemplate(name, unix_lines(text))
    except PromptTemplateError as error:
        raise CommandError(str(error)) from None


def _checks(experiment: ExperimentOptions, file: "PlanFile | None") -> "tuple[Check, ...]":
    """Return the checks of every case: those of the options, else those of the plan file."""
    from diptych.core.experiment.checks.check_reading import CheckError, read_written_check
    from diptych.json_schema.validation import schema_problem

    if not experiment.check:
        return file.checks if file else ()
    try:
        return tuple(
            check
            for written in experiment.check
            for check in read_written_check(written, schema_problem, str(Path().absolute()))
        )
    except CheckError as error:
        raise CommandError(f"--check cannot be used: {error}.") from None
