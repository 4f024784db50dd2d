"""The commands for the config file: `diptych config path`, `show`, `check`, `init` and `keys`."""

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from diptych.cli.command_error import CommandError
from diptych.cli.key_commands import keys
from diptych.cli.shared_options import config_option
from diptych.config.config_file import ConfigFile, config_path, is_chosen, read_config_file
from diptych.config.endpoints import source_of
from diptych.config.problems import key_path, shown_path
from diptych.core.text.sanitize import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from diptych.config.configuration import Configuration

_EXIT_PROBLEMS = 2


@click.group("config")
def config() -> None:
    """Show, check or begin the config file."""


config.add_command(keys)


@config.command("path")
@config_option
def path(config: Path | None) -> None:
    """Print the path of the config file, whether or not it exists."""
    click.echo(config or config_path(os.environ))


@config.command("show")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@config_option
def show(as_json: bool, config: Path | None) -> None:
    """Print what is in effect, and where each value comes from.

    A value comes from the config file, from an environment variable, or is the default. Secrets are not printed.
    """
    from diptych.config.in_effect import values_in_effect
    from diptych.core.json_text import to_json

    file, configuration = _read(config)
    values = list(values_in_effect(configuration, file, os.environ))
    if as_json:
        shown = {
            "path": str(file.path),
            "exists": file.exists,
            "values": [{"key": list(each.key), "value": each.value, "source": each.source} for each in values],
            "problems": list(configuration.problems),
            "warnings": [*file.warnings, *file.keys_in_clear],
        }
        click.echo(to_json(shown))
        return
    click.echo(clean_line(f"{file.path}{'' if file.exists else ' (there is no such file)'}"))
    rows = [(key_path(each.key), _shown(each.value), each.source) for each in values]
    width = max(len(key) for key, _, _ in rows)
    for key, value, source in rows:
        click.echo(clean_line(f"{key:<{width}}  {value}  ({source})"))
    _say_findings(file, configuration)


@config.command("check")
@config_option
def check(config: Path | None) -> None:
    """Check the config file.

    \b
    Exit codes:
      0  the file can be used, though there may be warnings
      2  something in it cannot be used
    """
    file, configuration = _read(config)
    _say_findings(file, configuration)
    if configuration.problems:
        sys.exit(_EXIT_PROBLEMS)
    if not file.exists:
        click.echo(f"{shown_path(file.path)} does not exist, so the defaults are in effect.")
    else:
        click.echo(f"{shown_path(file.path)} can be used.")


@config.command("init")
@config_option
def init(config: Path | None) -> None:
    """Write a config file that explains every member.

    Everything in it is commented out, so it changes nothing. A file that exists is never overwritten.
    """
    from importlib.resources import files

    from diptych.store.private import create_file, make_folder

    target = config or config_path(os.environ)
    text = files("diptych.config").joinpath("commented.toml").read_text("utf-8")
    try:
        make_folder(target.absolute().parent)
    except OSError as error:
        raise CommandError(f"The folder of {target} cannot be made: {error.strerror or error}.") from None
    try:
        with os.fdopen(create_file(target), "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise CommandError(f"{target} already exists. It was not changed.") from None
    except OSError as error:
        raise CommandError(f"{target} cannot be written: {error.strerror or error}.") from None
    click.echo(target)


def _read(path: Path | None) -> "tuple[ConfigFile, Configuration]":
    """Return the config file that an option or the environment names, and what is configured with it."""
    from diptych.cli.known_secrets import know_secrets
    from diptych.config.configuration import configuration_of_file

    is_named = path is not None or is_chosen(os.environ)
    file = read_config_file(path or config_path(os.environ), required=is_named)
    configuration = configuration_of_file(file, os.environ)
    know_secrets(configuration.secrets)
    on_screen = tuple(f"{shown_path(file.path)}: {problem}" for problem in _screen_problems(configuration))
    return file, replace(configuration, problems=(*configuration.problems, *on_screen))


def _screen_problems(configuration: "Configuration") -> list[str]:
    """Return what is wrong with the keys and the theme, which only the screen knows."""
    from diptych.tui.keymap import keymap_problems
    from diptych.tui.theme_choice import theme_problem

    themes = theme_problem(configuration.theme) if configuration.theme else ""
    return [*keymap_problems(configuration.keys), *filter(None, [themes])]


def _say_findings(file: ConfigFile, configuration: "Configuration") -> None:
    """Print all problems and warnings on standard error.

    What keeps an endpoint of a right file from being asked, such as a variable that is not set, is a warning.
    """
    from diptych.cli.known_secrets import safe_message

    for problem in configuration.problems:
        click.echo(f"Error: {safe_message(problem)}", err=True)
    by_environment = dict.fromkeys(
        each.problem for name, each in configuration.endpoints.items() if not file.problems.of("endpoints", name)
    )
    missing = _missing_certificates(configuration)
    for warning in (*filter(None, by_environment), *missing, *file.warnings, *file.keys_in_clear):
        click.echo(f"Warning: {safe_message(warning)}", err=True)


def _missing_certificates(configuration: "Configuration") -> "Iterator[str]":
    """Yield a sentence for each `ca_file` that does not lead to a file; requests say what else is wrong with it."""
    for name, endpoint in configuration.endpoints.items():
        certificates = endpoint.connection.ca_file
        if certificates and not os.path.isfile(certificates):
            yield f"{source_of(name, 'ca_file')} does not name a file: {shown_path(Path(certificates))}."


def _shown(value: object) -> str:
    """Return a value as one line: text as it is, anything else as JSON."""
    from diptych.core.json_text import to_json

    if value is None:
        return "not set"
    return value if isinstance(value, str) else to_json(value)
