"""What the commands that ask have in common: their options, and the settings that these come to."""

import math
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from diptych.cli.command_error import CommandError
from diptych.cli.prompt_input import unix_lines
from diptych.config.environment import DEFAULT_MODELS, endpoints
from diptych.config.sides import SIDES
from diptych.config.simulation import is_simulated
from diptych.core.endpoint import Endpoint, parse_name
from diptych.core.event_log import DEFAULT_CAP
from diptych.core.request import Label
from diptych.core.request_fields import parse_param
from diptych.core.settings import DEFAULT_MAX_TOKENS, Settings


@dataclass(frozen=True, slots=True)
class AskOptions:
    """What every command that asks has in common, as given."""

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


def _a_number(ctx: click.Context, option: click.Parameter, value: float | None) -> float | None:
    del ctx
    if value is not None and math.isnan(value):
        raise click.BadParameter("it is not a number.", param=option)
    return value


history_option = click.option(
    "--history",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="PATH",
    help="Another history than your own. [env: DIPTYCH_HISTORY]",
)
"""Where the history is."""


def ask_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of `AskOptions` to a command."""
    options = (
        click.option(
            "-l",
            "--left",
            metavar="ENDPOINT:MODEL",
            default=DEFAULT_MODELS["left"],
            show_default=True,
            help="Who answers on the left.",
        ),
        click.option(
            "-r",
            "--right",
            metavar="ENDPOINT:MODEL",
            default=DEFAULT_MODELS["right"],
            show_default=True,
            help="Who answers on the right.",
        ),
        click.option("--system", metavar="TEXT", default="", help="System prompt for both sides."),
        click.option(
            "--max-tokens",
            type=click.IntRange(min=1),
            default=DEFAULT_MAX_TOKENS,
            show_default=True,
            help="Most tokens of an answer.",
        ),
        click.option("-p", "--param", metavar="KEY=JSON", multiple=True, help="A request field for both sides."),
        click.option("--left-param", metavar="KEY=JSON", multiple=True, help="A request field for the left side."),
        click.option("--right-param", metavar="KEY=JSON", multiple=True, help="A request field for the right side."),
        click.option("-f", "--file", metavar="PATH", help="Read the prompt, or what follows PROMPT, from a file."),
        click.option(
            "--timeout",
            type=click.FloatRange(min=0, min_open=True),
            metavar="SECONDS",
            callback=_a_number,
            help="Silence allowed. [default: 600 before the first content, 60 after]",
        ),
        click.option("--demo", is_flag=True, help="Simulated models on both sides: no key, no network."),
        click.option("--seed", type=int, metavar="N", help="Make simulated models repeatable."),
        history_option,
        click.option("--no-history", is_flag=True, help="Keep nothing of what is asked and answered."),
        click.option(
            "--memory",
            type=click.IntRange(min=1),
            metavar="MB",
            default=DEFAULT_CAP // 1_000_000,
            show_default=True,
            help="Most memory for a session's events; older ones go to a temporary file.",
        ),
        click.option("--insecure", is_flag=True, help="Send keys over plain http also to other machines."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def side_settings(
    asked: AskOptions, known: Mapping[str, Endpoint], *, simulate_without_key: bool
) -> dict[Label, Settings]:
    """How each side asks. Raises `CommandError`."""
    names: dict[Label, str] = {"left": asked.left, "right": asked.right}
    own_params: dict[Label, tuple[str, ...]] = {"left": asked.left_param, "right": asked.right_param}
    settings: dict[Label, Settings] = {}
    system = unix_lines(asked.system)
    try:
        for side in SIDES:
            endpoint, model = parse_name(names[side], known)
            simulated = is_simulated(endpoint, everywhere=asked.demo, without_key=simulate_without_key)
            params = dict(parse_param(param) for param in (*asked.param, *own_params[side]))
            settings[side] = Settings(endpoint, model, simulated, system, asked.max_tokens, params)
    except ValueError as error:
        raise CommandError(str(error)) from None
    return settings


def known_endpoints(asked: AskOptions) -> dict[str, Endpoint]:
    """The endpoints that the environment sets."""
    return endpoints(os.environ, insecure=asked.insecure)
