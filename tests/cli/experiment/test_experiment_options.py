from decimal import Decimal
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from diptych.cli.ask_options import AskOptions, ask_options
from diptych.cli.experiment.experiment_options import (
    ExperimentCommand,
    ExperimentOptions,
    experiment_options,
)
from diptych.cli.experiment.option_conflicts import check_options
from diptych.core.experiment.order import Shard

OF_RUN = ("side", "redo", "record", "events")


def run(*arguments: str) -> tuple[Result, list[ExperimentOptions]]:
    """What a command with the options prints, and what it read."""
    found: list[ExperimentOptions] = []

    @click.command(cls=ExperimentCommand)
    @click.option("--side")
    @click.option("--redo")
    @click.option("--record")
    @click.option("--events", is_flag=True)
    @experiment_options
    @ask_options
    def command(**values: Any) -> None:
        experiment = ExperimentOptions.taken_from(values)
        others = {f"--{name}": values.pop(name) for name in OF_RUN}
        check_options(experiment, AskOptions(**values), others)
        found.append(experiment)

    return CliRunner().invoke(command, arguments), found


def options(*arguments: str) -> ExperimentOptions:
    """The options that a command line gives."""
    result, found = run(*arguments)
    assert not result.exception, result.output
    return found[0]


def test_a_command_without_these_options_asks_no_experiment() -> None:
    assert not options().asks_experiment
    assert not options("-l", "openai:a", "--yes").asks_experiment


@pytest.mark.parametrize(
    "arguments",
    [
        ("-m", "openai:a"),
        ("--repeat", "1"),
        ("--set", "-"),
        ("--at-once",),
        ("--resume", "x3"),
        ("--ray",),
        ("--rows",),
    ],
)
def test_each_of_these_options_asks_an_experiment(arguments: tuple[str, ...]) -> None:
    assert options(*arguments).asks_experiment


def test_values_are_read_in_their_types() -> None:
    read = options(
        *("-m", "openai:a", "-m", "@terse", "--repeat", "3", "--set", "cases.csv", "--sequential", "--budget", "1.50"),
        *("--shard", "2/8"),
    )

    assert read.model == ("openai:a", "@terse")
    assert (read.repeat, read.prompt_set, read.sequential) == (3, Path("cases.csv"), True)
    assert read.budget == Decimal("1.50")
    assert read.shard == Shard(2, 8)
    assert read.given == ("--model", "--repeat", "--set", "--sequential", "--budget", "--shard")


def test_an_experiment_is_named_by_its_number() -> None:
    assert options("--resume", "x12").resume == "x12"


def test_ray_has_an_address_or_none() -> None:
    assert options("--ray").ray == "auto"
    assert options("--ray", "ray://head:10001").ray == "ray://head:10001"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--repeat", "0"), "'--repeat': '0' is not a whole number from 1 to 1,000,000."),
        (("--concurrency", "x"), "'--concurrency': 'x' is not a whole number from 1 to"),
        (("--budget", "nan"), "not an amount greater than 0"),
        (("--budget", "-1"), "not an amount greater than 0"),
        (("--budget", "much"), "not an amount of US dollars, such as 1.50"),
        (("--shard", "9/8"), "write 2/8 for the second of 8 parts"),
        (("--shard", "0/8"), "write 2/8 for the second of 8 parts"),
        (("--ray", "Say hi"), "Write --ray=auto where a prompt follows"),
        (("--region", "a\nb"), "expected a name on one line"),
        (("--retry-failed",), "--retry-failed needs --resume"),
        (("--rubric", "good.md"), "--rubric needs --judge"),
        (("--ray=auto", "--shard", "1/2"), "--ray and --shard cannot be used together: each divides"),
        (("--template", "a", "--template-file", "b"), "--template and --template-file cannot be used together"),
        (("-m", "openai:a", "-l", "openai:b"), "--model and --left cannot be used together"),
        (("-m", "openai:a", "--side", "left"), "--model and --side cannot be used together"),
        (("-m", "openai:a", "--right-param", "a=1"), "--model and --right-param cannot be used together"),
        (("--resume", "x1", "--repeat", "2"), "--resume and --repeat cannot be used together: what is asked is in"),
        (("--resume", "x1", "--system", ""), "--resume and --system cannot be used together"),
        (("--redo", "left", "--repeat", "2"), "--redo and --repeat cannot be used together"),
        (("--events", "--rows"), "--events and --rows cannot be used together: it is about a single round"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_sentence(arguments: tuple[str, ...], sentence: str) -> None:
    result, found = run(*arguments)

    assert result.exit_code == 2
    assert sentence in " ".join(result.output.split())
    assert not found


def test_the_help_has_the_options_of_experiments_behind_the_others() -> None:
    result, _ = run("--help")
    others, _, experiments = result.output.partition("Options of experiments:")

    assert "--left ENDPOINT:MODEL" in others
    assert "--help" in others
    assert "--repeat N" in experiments
    assert "--left " not in experiments
    assert "<=x" not in experiments
