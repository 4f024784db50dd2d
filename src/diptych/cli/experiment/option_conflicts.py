"""Which options of an experiment exclude or need each other."""

from collections.abc import Iterator
from typing import Any

from diptych.cli.ask_options import AskOptions
from diptych.cli.command_error import CommandError
from diptych.cli.experiment.experiment_options import ExperimentOptions

_WHAT_IS_ASKED = (
    *("--model", "--repeat", "--set", "--template", "--template-file", "--check", "--plan"),
    *("--sequential", "--warm-up", "--order-seed"),
)
"""What the plan of an experiment holds, so that it cannot change when the experiment is resumed."""


def _is_given(value: Any) -> bool:
    return value is not None and value is not False and value != ()


def check_options(experiment: ExperimentOptions, ask: AskOptions, others: dict[str, Any]) -> None:
    """Raise `CommandError` for options of an experiment that exclude each other, or others that were given.

    `others` are the values of what only `run` takes, by the names that messages use, such as `--side` or `a prompt`.
    """
    for first, second, why in _exclusions(experiment, ask, others):
        raise CommandError(f"{first} and {second} cannot be used together{why}.")
    if experiment.retry_failed and experiment.resume is None:
        raise CommandError("--retry-failed needs --resume, which says which experiment is meant.")
    if experiment.rubric is not None and experiment.judge is None and experiment.plan is None:
        raise CommandError("--rubric needs --judge, which says which model judges.")


def _exclusions(
    experiment: ExperimentOptions, ask: AskOptions, others: dict[str, Any]
) -> Iterator[tuple[str, str, str]]:
    """Yield two options that were given and exclude each other, and why."""
    given = experiment.given
    for name in ("--redo", "--events", "--record"):
        if _is_given(others.get(name)) and given:
            yield name, given[0], ": it is about a single round"
    if experiment.resume is not None:
        of_sides = {
            "--left": ask.left,
            "--right": ask.right,
            "--side": others.get("--side"),
            "--system": ask.system,
            "--max-tokens": ask.max_tokens,
            "--param": ask.param,
            "--file": ask.file,
            "--attach": ask.attach,
            "a prompt": others.get("a prompt"),
        }
        for name in (*(name for name in _WHAT_IS_ASKED if name in given), *_given_of(of_sides)):
            yield "--resume", name, ": what is asked is in the experiment already"
    if experiment.model:
        of_sides = {
            "--left": ask.left,
            "--right": ask.right,
            "--side": others.get("--side"),
            "--left-system": ask.left_system,
            "--right-system": ask.right_system,
            "--left-param": ask.left_param,
            "--right-param": ask.right_param,
        }
        for name in _given_of(of_sides):
            yield "--model", name, ": --model says which models are asked, instead of the sides"
    if experiment.template is not None and experiment.template_file is not None:
        yield "--template", "--template-file", ": each is the whole template"
    if experiment.ray is not None and experiment.shard is not None:
        yield "--ray", "--shard", ": each divides the experiment among machines in its own way"


def _given_of(values: dict[str, Any]) -> Iterator[str]:
    return (name for name, value in values.items() if _is_given(value))
