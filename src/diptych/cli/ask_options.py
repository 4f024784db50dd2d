"""The options that all commands share that ask models, and the settings of each side that they result in."""

import math
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from diptych.cli.command_error import CommandError
from diptych.cli.completion import complete_model
from diptych.cli.known_secrets import know_secrets, safe_message
from diptych.cli.prompt_input import unix_lines
from diptych.cli.telemetry_option import otel_option
from diptych.cli.tool_options import TOOL_OPTIONS, GivenTools
from diptych.config.configuration import Configuration, load_configuration
from diptych.config.endpoints import DEFAULT_MODELS
from diptych.config.sides import SIDES, SideName
from diptych.config.simulation import Simulation
from diptych.core.event_log import DEFAULT_CAP
from diptych.core.request import Label
from diptych.core.request_fields import parse_param
from diptych.core.settings import DEFAULT_MAX_TOKENS, Settings
from diptych.core.tools_file import DEFAULT_MAX_TURNS

_MOST_WARNINGS = 3
"""Warnings of the configuration that a command prints."""

if TYPE_CHECKING:
    from diptych.core.attachment import Attachment


@dataclass(frozen=True, slots=True)
class AskOptions:
    """The values of the shared options, as given on the command line."""

    left: str | None
    right: str | None
    system: str | None
    left_system: str | None
    right_system: str | None
    max_tokens: int | None
    param: tuple[str, ...]
    left_param: tuple[str, ...]
    right_param: tuple[str, ...]
    file: str | None
    attach: tuple[Path, ...]
    timeout: float | None
    demo: bool
    seed: int | None
    config: Path | None
    history: Path | None
    no_history: bool
    memory: int
    insecure: bool
    otel: bool = False
    tools: GivenTools | None = None
    schema: Mapping[str, Any] | None = None
    max_turns: int = DEFAULT_MAX_TURNS


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

config_option = click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="PATH",
    help="Use this config file instead of the one in your config folder. [env: DIPTYCH_CONFIG]",
)
"""The option `--config` of every command that reads the config file."""


def ask_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options to a command whose values `AskOptions` holds."""
    options = (
        click.option(
            "-l",
            "--left",
            metavar="ENDPOINT:MODEL",
            shell_complete=complete_model,
            help=f"Endpoint and model, or @PRESET, of the left side. [default: {DEFAULT_MODELS['left']}]",
        ),
        click.option(
            "-r",
            "--right",
            metavar="ENDPOINT:MODEL",
            shell_complete=complete_model,
            help=f"Endpoint and model, or @PRESET, of the right side. [default: {DEFAULT_MODELS['right']}]",
        ),
        click.option("--system", metavar="TEXT", help="System prompt for both sides."),
        click.option("--left-system", metavar="TEXT", help="System prompt for the left side only."),
        click.option("--right-system", metavar="TEXT", help="System prompt for the right side only."),
        click.option(
            "--max-tokens",
            type=click.IntRange(min=1),
            metavar="N",
            help=f"Maximum number of output tokens. [default: {DEFAULT_MAX_TOKENS}]",
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
        *TOOL_OPTIONS,
        click.option(
            "-f", "--file", metavar="PATH", help="Read the prompt from a file. With PROMPT, the file is sent after it."
        ),
        click.option(
            "-a",
            "--attach",
            type=click.Path(path_type=Path),
            metavar="FILE",
            multiple=True,
            help="Attach an image, a PDF or a text to the prompt. May be repeated.",
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
        config_option,
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
        otel_option,
    )
    for option in reversed(options):
        command = option(command)
    return command


def side_settings(
    options: AskOptions, configuration: Configuration, sides: Sequence[SideName] = SIDES
) -> dict[Label, Settings]:
    """Return the settings of these sides: what its model or preset says, changed by the options that were given.

    Raises `CommandError` if an option cannot be used, or what the config file says about these sides.
    """
    _refuse_unusable(options, configuration, sides)
    try:
        return {side: _changed(_named_settings(side, options, configuration), options, side) for side in sides}
    except ValueError as error:
        raise CommandError(str(error)) from None


def settings_again(
    side: SideName, recorded: Settings, options: AskOptions, configuration: Configuration
) -> dict[Label, Settings]:
    """Return the settings with which a side of a recorded round is asked again.

    They are those of the round, with its endpoint as it is configured now; the options change them. A preset that the
    option of the side names brings its own. What was simulated stays simulated, unless that option is given.
    Raises `CommandError` if the endpoint is gone, or an option cannot be used.
    """
    name: str | None = getattr(options, side)
    try:
        if name is not None:
            base = configuration.settings_for(name, recorded)
        else:
            renewed = configuration.renewed(recorded)
            if renewed is None:
                raise CommandError(
                    f"{safe_message(recorded.name)} cannot be asked again: its endpoint is gone or has a problem. "
                    f"Name another model with --{side}."
                )
            base = replace(renewed, simulated=renewed.simulated or recorded.simulated)
        return {side: _changed(base, options, side)}
    except ValueError as error:
        raise CommandError(str(error)) from None


def model_settings(names: Sequence[str], options: AskOptions, configuration: Configuration) -> dict[Label, Settings]:
    """Return the settings of any models or presets, each under its name, a second one of the same name as `NAME#2`.

    They are changed by the options that were given. Raises `CommandError` as `side_settings` does.
    """
    _refuse_unusable(options, configuration, ())
    found: dict[Label, Settings] = {}
    try:
        for name in map(str.strip, names):
            numbered = (f"{name}#{number}" for number in count(2))
            label = name if name not in found else next(each for each in numbered if each not in found)
            found[label] = _changed(configuration.settings_for(name), options)
    except ValueError as error:
        raise CommandError(str(error)) from None
    return found


def _changed(named: Settings, options: AskOptions, side: SideName | None = None) -> Settings:
    """Return settings as the options change them; `side` is whose own options count as well.

    Raises `ValueError` for an option that cannot be used.
    """
    systems: dict[Label, str | None] = {"left": options.left_system, "right": options.right_system}
    own_params: dict[Label, tuple[str, ...]] = {"left": options.left_param, "right": options.right_param}
    own_system = systems[side] if side else None
    system = options.system if own_system is None else own_system
    params = dict(parse_param(param) for param in (*options.param, *(own_params[side] if side else ())))
    changed = replace(
        named,
        system=named.system if system is None else unix_lines(system),
        max_tokens=options.max_tokens or named.max_tokens,
        params={**named.params, **params},
        tools=options.tools.file.tools if options.tools else named.tools,
        response_schema=named.response_schema if options.schema is None else options.schema,
    )
    return changed if changed == named else replace(changed, preset="")


def _named_settings(side: SideName, options: AskOptions, configuration: Configuration) -> Settings:
    """Return the settings of the model or preset that an option or the config file names for a side.

    A demo works whatever is in the file. Raises `ValueError` with a sentence for users.
    """
    name: str | None = getattr(options, side)
    if name is not None:
        return configuration.settings_for(name)
    try:
        return configuration.settings_for(getattr(configuration, side))
    except ValueError:
        if not options.demo:
            raise
        return configuration.settings_for(DEFAULT_MODELS[side])


def _refuse_unusable(options: AskOptions, configuration: Configuration, sides: Sequence[SideName]) -> None:
    """Raise `CommandError` if a value of the config file is wrong and no option stands in its place.

    Another value would be used without it, and the user's prompt sent to another model, for example.
    """
    for member, problem in configuration.unusable.items():
        is_needed = member not in SIDES or member in sides
        if is_needed and not options.demo and getattr(options, member, "") is None:
            raise CommandError(problem)


def require_keys(settings: Mapping[Label, Settings]) -> None:
    """Raise `CommandError` if a model cannot be asked because its key is missing. It names every such model."""
    missing = {label: each for label, each in settings.items() if each.endpoint.lacks_key and not each.simulated}
    if missing:
        sentences = [
            f"{each.endpoint.key_source} is not set, so {each.name} ({label}) cannot be asked"
            for label, each in missing.items()
        ]
        raise CommandError(f"{'. '.join(sentences)}: set {'it' if len(missing) == 1 else 'them'}, or use --demo.")


def attachments_of(options: AskOptions) -> "tuple[Attachment, ...]":
    """Return the files that `--attach` names. Raises `CommandError` for one that cannot be attached."""
    from diptych.attachments.load_attachment import AttachmentError, load_attachment

    try:
        return tuple(map(load_attachment, options.attach))
    except AttachmentError as error:
        raise CommandError(str(error)) from None


def configuration_of(options: AskOptions, simulation: Simulation) -> Configuration:
    """Return what the config file and the environment configure; with `--demo` all models are simulated."""
    configuration = load_configuration(
        os.environ, options.config, insecure=options.insecure, simulation="all" if options.demo else simulation
    )
    know_secrets(configuration.secrets)
    return configuration


def warn_of_configuration(configuration: Configuration) -> None:
    """Print what is wrong with the config file, where that does not keep these models from being asked."""
    remarks = (*configuration.problems, *configuration.warnings)
    for remark in remarks[:_MOST_WARNINGS]:
        click.echo(f"Warning: {safe_message(remark)}", err=True)
    if len(remarks) > _MOST_WARNINGS:
        click.echo(f"Warning: {len(remarks) - _MOST_WARNINGS} more: `diptych config check` lists them all.", err=True)
