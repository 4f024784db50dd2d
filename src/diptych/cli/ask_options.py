"""The options that all commands share that ask models, and the settings of each side that they result in."""

import math
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from diptych.cli.command_error import CommandError
from diptych.cli.prompt_input import unix_lines
from diptych.config import environment
from diptych.config.endpoints import DEFAULT_MODELS
from diptych.config.sides import SIDES
from diptych.config.simulation import is_simulated
from diptych.core.endpoint import Endpoint, parse_name
from diptych.core.event_log import DEFAULT_CAP
from diptych.core.request import Label
from diptych.core.request_fields import parse_param
from diptych.core.settings import DEFAULT_MAX_TOKENS, Settings


@dataclass(frozen=True, slots=True)
class AskOptions:
    """The values of the shared options, as given on the command line."""

    left: str
    right: str
    system: str
    max_tokens: int
    param: tuple[str, ...]
    left_param: tuple[str, ...]
    right_param: tuple[str, ...]
    file: str | None
    timeout: float | None
    demo: bool
    seed: int | None
    history: Path | None
    no_history: bool
    memory: int
    insecure: bool


def _refuse_nan(ctx: click.Context, option: click.Parameter, value: float | None) -> float | None:
    del ctx
    if value is not None and math.isnan(value):
        raise click.BadParameter("NaN is not a number of seconds.", param=option)
    return value


history_option = click.option(
    "--history",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="PATH",
    help="Use this history file instead of the one in your data folder. [env: DIPTYCH_HISTORY]",
)
"""The option `--history` of every command that reads or writes the history."""


def ask_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options to a command whose values `AskOptions` holds."""
    options = (
        click.option(
            "-l",
            "--left",
            metavar="ENDPOINT:MODEL",
            default=DEFAULT_MODELS["left"],
            show_default=True,
            help="Endpoint and model of the left side.",
        ),
        click.option(
            "-r",
            "--right",
            metavar="ENDPOINT:MODEL",
            default=DEFAULT_MODELS["right"],
            show_default=True,
            help="Endpoint and model of the right side.",
        ),
        click.option("--system", metavar="TEXT", default="", help="System prompt for both sides."),
        click.option(
            "--max-tokens",
            type=click.IntRange(min=1),
            metavar="N",
            default=DEFAULT_MAX_TOKENS,
            show_default=True,
            help="Maximum number of output tokens.",
        ),
        click.option(
            "-p",
            "--param",
            metavar="KEY=JSON",
            multiple=True,
            help="Extra request field for both sides, such as temperature=0.5. May be repeated.",
        ),
        click.option(
            "--left-param", metavar="KEY=JSON", multiple=True, help="Extra request field for the left side only."
        ),
        click.option(
            "--right-param", metavar="KEY=JSON", multiple=True, help="Extra request field for the right side only."
        ),
        click.option(
            "-f", "--file", metavar="PATH", help="Read the prompt from a file. With PROMPT, the file is sent after it."
        ),
        click.option(
            "--timeout",
            type=click.FloatRange(min=0, min_open=True),
            metavar="SECONDS",
            callback=_refuse_nan,
            help="Fail a side that sends nothing for this long. [default: 600 before the first content, 60 after it]",
        ),
        click.option("--demo", is_flag=True, help="Use simulated models: no key, no network."),
        click.option("--seed", type=int, metavar="N", help="Make simulated models repeat the same answers."),
        history_option,
        click.option("--no-history", is_flag=True, help="Do not save anything to the history."),
        click.option(
            "--memory",
            type=click.IntRange(min=1),
            metavar="MB",
            default=DEFAULT_CAP // 1_000_000,
            show_default=True,
            help="Memory for the events of a session. Beyond it, the oldest move to a temporary file.",
        ),
        click.option("--insecure", is_flag=True, help="Allow keys to be sent over plain http to other machines."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def side_settings(
    options: AskOptions, endpoints: Mapping[str, Endpoint], *, simulate_without_key: bool
) -> dict[Label, Settings]:
    """Return the settings of each side. Raises `CommandError` if an option cannot be used.

    With `simulate_without_key`, a side whose key is missing is simulated.
    """
    names: dict[Label, str] = {"left": options.left, "right": options.right}
    own_params: dict[Label, tuple[str, ...]] = {"left": options.left_param, "right": options.right_param}
    settings: dict[Label, Settings] = {}
    system = unix_lines(options.system)
    try:
        for side in SIDES:
            endpoint, model = parse_name(names[side], endpoints)
            simulated = is_simulated(endpoint, everywhere=options.demo, without_key=simulate_without_key)
            params = dict(parse_param(param) for param in (*options.param, *own_params[side]))
            settings[side] = Settings(endpoint, model, simulated, system, options.max_tokens, params)
    except ValueError as error:
        raise CommandError(str(error)) from None
    return settings


def known_endpoints(options: AskOptions) -> dict[str, Endpoint]:
    """Return the endpoints by name, as the environment configures them."""
    return environment.endpoints(os.environ, insecure=options.insecure)
