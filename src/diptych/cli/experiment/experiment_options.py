"""The options of `diptych run` that make an experiment of it."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

import click

from diptych.cli.completion import complete_model
from diptych.cli.experiment.option_types import (
    RAY_OF_THIS_MACHINE,
    Amount,
    Count,
    ShardPart,
    one_line,
    ray_address,
)
from diptych.cli.history_completion import complete_experiment

if TYPE_CHECKING:
    from diptych.core.experiment.order import Shard

MOST_REPEATS = 1_000_000
MOST_CONCURRENCY = 10_000

STANDARD_INPUT = Path("-")
"""The value of `--set -`."""


@dataclass(frozen=True, slots=True)
class ExperimentOptions:
    """The values of the options, as given on the command line. None, "", () and False stand for those not given.

    `prompt_set` is the value of `--set`, perhaps `STANDARD_INPUT`. The `check`s have the form KIND=VALUE. `resume` is
    the name of an experiment, such as x3. `shard` is "auto" where the environment says which one it is.
    """

    model: tuple[str, ...] = ()
    repeat: int | None = None
    prompt_set: Path | None = None
    template: str | None = None
    template_file: Path | None = None
    check: tuple[str, ...] = ()
    plan: Path | None = None
    sequential: bool | None = None
    warm_up: int | None = None
    order_seed: int | None = None
    concurrency: int | None = None
    budget: Decimal | None = None
    stop_after_failures: int | None = None
    resume: str | None = None
    retry_failed: bool = False
    yes: bool = False
    rows: bool = False
    junit: Path | None = None
    shard: "Shard | Literal['auto'] | None" = None
    out: Path | None = None
    region: str | None = None
    judge: str | None = None
    rubric: Path | None = None
    ray: str | None = None

    @classmethod
    def taken_from(cls, values: dict[str, Any]) -> Self:
        """Return the options among the values that click passes to a command, and remove them there."""
        return cls(**{field.name: values.pop(field.name) for field in fields(cls)})

    @property
    def given(self) -> tuple[str, ...]:
        """The names of the options that were given, as they are written on the command line."""
        return tuple(
            _OPTION_NAMES.get(field.name, f"--{field.name.replace('_', '-')}")
            for field in fields(self)
            if getattr(self, field.name) != field.default
        )

    @property
    def asks_experiment(self) -> bool:
        """Whether these options make an experiment of the command. `--yes` alone does not."""
        return any(name != "--yes" for name in self.given)


_OPTION_NAMES = {"prompt_set": "--set"}


class ExperimentCommand(click.Command):
    """A command whose help has the options of experiments in a section of their own, behind the others."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the two sections."""
        of_experiments = {field.name for field in fields(ExperimentOptions)}
        all_options = [each for each in self.get_params(ctx) if not isinstance(each, click.Argument)]
        for heading, is_meant in (("Options", False), ("Options of experiments", True)):
            options = [each for each in all_options if (each.name in of_experiments) is is_meant]
            records = [record for each in options if (record := each.get_help_record(ctx))]
            if records:
                with formatter.section(heading):
                    formatter.write_dl(records)


def experiment_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options to a command whose values `ExperimentOptions` holds."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


_OPTIONS = (
    click.option(
        "-m",
        "--model",
        metavar="ENDPOINT:MODEL",
        multiple=True,
        shell_complete=complete_model,
        help="Ask this model, or @PRESET, instead of the two sides. May be repeated, for any number of models.",
    ),
    click.option("--repeat", type=Count(1, MOST_REPEATS), metavar="N", help="Ask every prompt N times. [default: 1]"),
    click.option(
        "--set",
        "prompt_set",
        type=click.Path(path_type=Path, allow_dash=True),
        metavar="FILE",
        help="Ask all prompts of a file: JSON Lines, CSV, or a batch file of OpenAI. - is standard input.",
    ),
    click.option(
        "--template",
        metavar="TEXT",
        help='Prompt for each line of the set, such as "Translate to {{language}}: {{text}}".',
    ),
    click.option(
        "--template-file", type=click.Path(path_type=Path), metavar="FILE", help="Read the template from a file."
    ),
    click.option(
        "--check",
        metavar="KIND=VALUE",
        multiple=True,
        help="What every answer must be like, such as contains=Paris or max_total=10. May be repeated.",
    ),
    click.option(
        "--plan",
        type=click.Path(path_type=Path),
        metavar="FILE.toml",
        help="Read prompts, models, checks and limits from a file. Options on the command line win over it.",
    ),
    click.option(
        "--sequential/--at-once",
        default=None,
        help="Ask the models of a round one after another, or all at the same moment. [default: --at-once]",
    ),
    click.option(
        "--warm-up",
        type=Count(0, MOST_REPEATS),
        metavar="N",
        help="Ask N rounds first that do not count. [default: 0]",
    ),
    click.option(
        "--order-seed",
        type=Count(0, 2**53),
        metavar="N",
        help="Choose another order of the models. [default: 0]",
    ),
    click.option(
        "--concurrency",
        type=Count(1, MOST_CONCURRENCY),
        metavar="N",
        help="Rounds that are asked at the same time. [default: 1]",
    ),
    click.option("--budget", type=Amount(), metavar="USD", help="Ask nothing more that could cost more than this."),
    click.option(
        "--stop-after-failures",
        type=Count(1, MOST_REPEATS),
        metavar="N",
        help="Ask nothing more after N answers have failed.",
    ),
    click.option(
        "--resume",
        metavar="xN",
        shell_complete=complete_experiment,
        help="Ask what is missing of an experiment; xlast is the newest.",
    ),
    click.option("--retry-failed", is_flag=True, help="With --resume, ask again for answers that failed or were cut."),
    click.option("-y", "--yes", is_flag=True, help="Do not ask whether to begin, however much it may cost."),
    click.option("--rows", is_flag=True, help="Print each answer as a line of JSON, as it ends."),
    click.option(
        "--junit", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write a JUnit report for CI."
    ),
    click.option(
        "--shard",
        type=ShardPart(),
        metavar="I/N",
        help="Ask only part I of N. auto: the part that Kubernetes or Slurm names. Needs --out.",
    ),
    click.option(
        "--out",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="DIR",
        help="Write recordings and rows to this folder instead of the history, for diptych merge.",
    ),
    click.option("--region", metavar="NAME", callback=one_line, help="Where this machine is, for the rows."),
    click.option(
        "--judge",
        metavar="ENDPOINT:MODEL",
        shell_complete=complete_model,
        help="Let this model, or @PRESET, say which answers are better.",
    ),
    click.option(
        "--rubric",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="Tell the judge what makes an answer good.",
    ),
    click.option(
        "--ray",
        is_flag=False,
        flag_value=RAY_OF_THIS_MACHINE,
        metavar="[ADDRESS]",
        callback=ray_address,
        help="Ask from the machines of a Ray cluster (needs diptych[ray]).",
    ),
)
