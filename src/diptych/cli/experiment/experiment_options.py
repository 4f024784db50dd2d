"""The options of `diptych run` that make an experiment of it, and which of them exclude each other."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

import click
from click.shell_completion import CompletionItem

from diptych.cli.ask_options import AskOptions
from diptych.cli.command_error import CommandError
from diptych.cli.completion import complete_model
from diptych.cli.history_completion import complete_experiment

if TYPE_CHECKING:
    from diptych.core.experiment.order import Shard

MOST_REPEATS = 1_000_000
MOST_CONCURRENCY = 10_000

STANDARD_INPUT = Path("-")
"""The value of `--set -`."""

RAY_OF_THIS_MACHINE = "auto"
"""The value of `--ray` without an address."""


@dataclass(frozen=True, slots=True)
class ExperimentOptions:
    """The values of the options, as given on the command line. None, "", () and False stand for those not given.

    `prompt_set` is the value of `--set`, perhaps `STANDARD_INPUT`. The `check`s have the form KIND=VALUE. `resume` is
    the number of an experiment. `shard` is "auto" where the environment says which one it is.
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
    resume: int | None = None
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


def _given_of(values: dict[str, Any]) -> Iterator[str]:
    return (name for name, value in values.items() if _is_given(value))


class Amount(click.ParamType[Decimal]):
    """An amount of US dollars that is greater than 0."""

    name = "amount"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        """Return the amount."""
        try:
            amount = Decimal(str(value).strip().removeprefix("$"))
        except InvalidOperation:
            self.fail(f"{value!r} is not an amount of US dollars, such as 1.50.", param, ctx)
        if not amount.is_finite() or amount <= 0:
            self.fail(f"{value!r} is not an amount greater than 0.", param, ctx)
        return amount


class _Count(click.ParamType[int]):
    """A whole number between two others. The help does not show its range, which nobody will come near."""

    name = "integer"

    def __init__(self, least: int, most: int) -> None:
        self._least = least
        self._most = most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number."""
        number = click.INT.convert(value, param, ctx)
        if not self._least <= number <= self._most:
            self.fail(f"{number} is not a whole number from {self._least} to {self._most:,}.", param, ctx)
        return int(number)


class _Experiment(click.ParamType[int]):
    """The number of an experiment, which users write as x3."""

    name = "experiment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number."""
        match = re.fullmatch(r"[xX]([1-9][0-9]{0,17})", str(value), re.ASCII)
        if not match:
            self.fail(f"{value!r} is not an experiment: experiments are called x1, x2 …", param, ctx)
        return int(match[1])


class _ShardType(click.ParamType["Shard | Literal['auto']"]):
    """A part of an experiment, such as 2/8, or `auto`."""

    name = "shard"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> "Shard | Literal['auto']":
        """Return the shard."""
        from diptych.core.experiment.order import Shard

        if isinstance(value, Shard) or value == "auto":
            return "auto" if value == "auto" else value
        match = re.fullmatch(r"([0-9]{1,9})/([0-9]{1,9})", str(value), re.ASCII)
        if not match or not 1 <= int(match[1]) <= int(match[2]):
            self.fail(f"{value!r} is not a part of a whole: write 2/8 for the second of 8 parts, or auto.", param, ctx)
        return Shard(int(match[1]), int(match[2]))

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Return `auto`."""
        del ctx, param
        return [CompletionItem("auto")] if "auto".startswith(incomplete) else []


def _ray_address(ctx: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """Refuse a word after `--ray` that is not an address: click takes the prompt for one."""
    del ctx
    if value is None or value in (RAY_OF_THIS_MACHINE, "local") or re.fullmatch(r"(ray://)?[^\s:/]+:[0-9]+", value):
        return value
    raise click.BadParameter(
        f"{value!r} is not the address of a Ray cluster, such as ray://head:10001. Write --ray=auto where a prompt "
        "follows.",
        param=option,
    )


def _no_line_break(ctx: click.Context, option: click.Parameter, value: str | None) -> str | None:
    del ctx
    if value is not None and (not value.strip() or not value.isprintable()):
        raise click.BadParameter("expected a name on one line.", param=option)
    return value


class ExperimentCommand(click.Command):
    """A command whose help has the options of experiments in a section of their own, behind the others."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the two sections."""
        of_experiments = {field.name for field in fields(ExperimentOptions)}
        for heading, is_meant in (("Options", False), ("Options of experiments", True)):
            options = [each for each in self.get_params(ctx) if (each.name in of_experiments) is is_meant]
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
    click.option("--repeat", type=_Count(1, MOST_REPEATS), metavar="N", help="Ask every prompt N times. [default: 1]"),
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
        type=_Count(0, MOST_REPEATS),
        metavar="N",
        help="Ask N rounds first that do not count. [default: 0]",
    ),
    click.option(
        "--order-seed",
        type=_Count(0, 2**53),
        metavar="N",
        help="Choose another order of the models. [default: 0]",
    ),
    click.option(
        "--concurrency",
        type=_Count(1, MOST_CONCURRENCY),
        metavar="N",
        help="Rounds that are asked at the same time. [default: 1]",
    ),
    click.option("--budget", type=Amount(), metavar="USD", help="Ask nothing more that could cost more than this."),
    click.option(
        "--stop-after-failures",
        type=_Count(1, MOST_REPEATS),
        metavar="N",
        help="Ask nothing more after N answers have failed.",
    ),
    click.option(
        "--resume",
        type=_Experiment(),
        metavar="xN",
        shell_complete=complete_experiment,
        help="Ask what is missing of an experiment.",
    ),
    click.option("--retry-failed", is_flag=True, help="With --resume, ask again for answers that failed or were cut."),
    click.option("-y", "--yes", is_flag=True, help="Do not ask whether to begin, however much it may cost."),
    click.option("--rows", is_flag=True, help="Print each answer as a line of JSON, as it ends."),
    click.option(
        "--junit", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write a JUnit report for CI."
    ),
    click.option(
        "--shard",
        type=_ShardType(),
        metavar="I/N",
        help="Ask only part I of N. auto: the part that Kubernetes or Slurm names. Needs --out.",
    ),
    click.option(
        "--out",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="DIR",
        help="Write recordings and rows to this folder instead of the history, for diptych merge.",
    ),
    click.option("--region", metavar="NAME", callback=_no_line_break, help="Where this machine is, for the rows."),
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
        callback=_ray_address,
        help="Ask from the machines of a Ray cluster (needs diptych[ray]).",
    ),
)
