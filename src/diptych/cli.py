"""The door: argv becomes a command. Sole owner of exit codes, and the only one that reads the environment."""

import json
import logging
import math
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from diptych.core.endpoint import parse_name
from diptych.core.request import DEFAULT_MAX_TOKENS, SIDES, SideName, SideSettings
from diptych.settings import DEFAULT_MODELS, SettingsError, endpoints, missing_key_hint

if TYPE_CHECKING:
    from diptych.engine.engine import Engine

_APP = "\0"  # the command of the app: a word that nobody can type
_FIXED_PARAMS = {"model": "choose it with --left or --right", "stream": "every answer is streamed"}


class Refused(click.ClickException):
    """Wrong usage or settings: one sentence, exit code 2."""

    exit_code = 2


class Door(click.Group):
    """A first word that names a command is that command; anything else belongs to the app."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:  # noqa: D102
        is_for_group = args[:1] in (["--help"], ["-h"], ["--version"]) or (not args and ctx.resilient_parsing)
        if not is_for_group and (not args or args[0] not in self.commands):
            args = [_APP, *args]
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: D102
        return [name for name in super().list_commands(ctx) if name != _APP]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: D102
        self.commands[_APP].format_options(ctx, formatter)
        self.format_commands(ctx, formatter)


class AppCommand(click.Command):
    """The command behind the door, whose usage is the door's own."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: D102
        door = ctx.parent or ctx
        door.command.format_usage(door, formatter)


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


def _ask_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of `AskOptions` to a command."""
    options = (
        click.option("-l", "--left", metavar="ENDPOINT:MODEL", default=DEFAULT_MODELS["left"], show_default=True),
        click.option("-r", "--right", metavar="ENDPOINT:MODEL", default=DEFAULT_MODELS["right"], show_default=True),
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
        click.option("-f", "--file", metavar="PATH", help="Read the prompt from a file."),
        click.option(
            "--timeout",
            type=click.FloatRange(min=0, min_open=True),
            metavar="SECONDS",
            help="Silence allowed. [default: 600 before the first content, 60 after]",
        ),
        click.option("--demo", is_flag=True, help="Simulated models on both sides: no key, no network."),
        click.option("--seed", type=int, metavar="N", help="Make simulated models repeatable."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def _app_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what the app alone understands."""
    once = click.option("--once", is_flag=True, help="Leave when both sides have ended, and print the figures.")
    return click.argument("prompt", required=False)(once(_ask_options(command)))


def _show_door_help(ctx: click.Context, option: click.Parameter, value: bool) -> None:
    if value:
        click.echo((ctx.parent or ctx).get_help())
        ctx.exit()


@click.group(
    cls=Door,
    invoke_without_command=False,
    subcommand_metavar="[PROMPT] | COMMAND [ARGS]...",
    options_metavar="[OPTIONS]",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="diptych", message="%(prog)s %(version)s")
def main() -> None:
    """Compare two language models side by side: live answers, every wire event, true figures.

    \b
    Examples:
      diptych                                   open the app
      diptych "Explain TCP slow start"          open it and ask at once
      diptych demo                              try it: no key, no network
      diptych -l anthropic:claude-opus-5-5 -r openai-responses:gpt-5.6-sol
      diptych run --json "Say hi" > round.json  ask without a screen
      git diff | diptych run -                  the prompt from a pipe
      diptych -- run                            a prompt that is a command's name
    """


@main.command(_APP, cls=AppCommand, hidden=True, add_help_option=False)
@click.option("-h", "--help", is_flag=True, is_eager=True, expose_value=False, callback=_show_door_help, hidden=True)
@_app_options
def app(prompt: str | None, once: bool, **options: Any) -> None:
    """Open the app."""
    _open_app(prompt, once, AskOptions(**options))


@main.command()
@_app_options
def demo(prompt: str | None, once: bool, **options: Any) -> None:
    """Open the app with both sides simulated: no key, no network."""
    _open_app(prompt, once, AskOptions(**(options | {"demo": True})))


@main.command()
@click.argument("prompt", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object at the end.")
@click.option("--events", "as_events", is_flag=True, help="Print every event as a JSON line, as it arrives.")
@click.option("--side", type=click.Choice(SIDES), help="Ask only one side.")
@_ask_options
def run(prompt: str | None, as_json: bool, as_events: bool, side: SideName | None, **options: Any) -> None:
    """Ask both sides without a screen; PROMPT `-` reads standard input.

    \b
    Exit codes: 0 both sides complete · 1 a side failed, was cut or stopped
                2 wrong usage or settings · 130 interrupted · 143 terminated
    """
    from diptych.headless import Feed, run_headless

    if as_json and as_events:
        raise Refused("--json and --events exclude each other: choose one.")
    asked = AskOptions(**options)
    text = _prompt(prompt, asked.file)
    if text is None:
        if sys.stdin is None or sys.stdin.isatty():
            raise Refused("There is no prompt: give one as an argument, with --file, or as - from standard input.")
        text = _read_stdin()
    if not text.strip():
        raise Refused("The prompt is empty.")
    settings = {name: value for name, value in _settings(asked).items() if side in (None, name)}
    for name, value in settings.items():
        if value.endpoint.lacks_key and not value.simulated:
            variable = value.endpoint.key_variable
            raise Refused(
                f"{variable} is not set, so the {name} side ({value.name}) cannot be asked: set it, or --demo."
            )
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")
    feed = Feed()
    engine = _engine(settings, asked, feed)
    try:
        code = run_headless(engine, feed, text, "json" if as_json else "events" if as_events else "text", sys.stdout)
    finally:
        engine.close()
    sys.exit(code)


def _open_app(prompt: str | None, once: bool, asked: AskOptions) -> None:
    text = _prompt(prompt, asked.file)
    if text is not None and not text.strip():
        raise Refused("The prompt is empty.")
    if once and text is None:
        raise Refused("--once needs a prompt: give one as an argument or with --file.")
    settings = _settings(asked, simulate_without_key=True)
    if not (sys.__stdin__ and sys.__stdin__.isatty() and sys.__stderr__ and sys.__stderr__.isatty()):
        raise Refused("The app needs a terminal; `diptych run` asks without one.")
    from diptych.headless import exit_code
    from diptych.report.text import summary
    from diptych.tui.app import DiptychApp

    engine = _engine(settings, asked)
    try:
        hints = {side: missing_key_hint(value) for side, value in settings.items()}
        tui = DiptychApp(engine, prompt=text, once=once, hints=hints, scenarios=_scenarios())
        tui.run()
        if tui.return_code:
            sys.exit(tui.return_code)
        if once and engine.rounds:
            click.echo(summary(engine.rounds[-1]))
            sys.exit(exit_code(engine.rounds[-1]))
    finally:
        engine.close()


def _scenarios() -> dict[str, str]:
    from diptych.wire.simulated.scenarios import SCENARIOS

    return dict(SCENARIOS)


def _engine(settings: dict[SideName, SideSettings], asked: AskOptions, observer: Any = None) -> "Engine":
    from diptych.engine.engine import Engine, EngineOptions

    # Some libraries log to standard error where nobody configured logging, which would land on the picture.
    logging.getLogger().addHandler(logging.NullHandler())
    options = EngineOptions(endpoints(os.environ), asked.timeout, asked.demo, asked.seed)
    return Engine(settings, options, observer)


def _settings(asked: AskOptions, *, simulate_without_key: bool = False) -> dict[SideName, SideSettings]:
    """How each side asks. Raises `Refused`."""
    if asked.timeout is not None and not math.isfinite(asked.timeout):
        raise Refused("--timeout must be a number of seconds.")
    names: dict[SideName, str] = {"left": asked.left, "right": asked.right}
    own_params: dict[SideName, tuple[str, ...]] = {"left": asked.left_param, "right": asked.right_param}
    settings: dict[SideName, SideSettings] = {}
    try:
        known = endpoints(os.environ)
        for side in SIDES:
            endpoint, model = parse_name(names[side], known)
            simulated = asked.demo or (simulate_without_key and endpoint.lacks_key)
            params = _params(asked.param) | _params(own_params[side])
            settings[side] = SideSettings(endpoint, model, simulated, asked.system, asked.max_tokens, params)
    except SettingsError as error:
        raise Refused(str(error)) from None
    except ValueError as error:
        raise Refused(str(error)) from None
    return settings


def _params(pairs: tuple[str, ...]) -> dict[str, Any]:
    """`KEY=JSON` pairs as request fields. Raises `Refused`."""
    params: dict[str, Any] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not key or not equals:
            raise Refused(f"{pair!r} is no request field: write KEY=JSON.")
        if key in _FIXED_PARAMS:
            raise Refused(f"The request field {key} cannot be set: {_FIXED_PARAMS[key]}.")
        try:
            params[key] = json.loads(value)
        except (ValueError, RecursionError):
            raise Refused(
                f"The value of {key} is no JSON: {value!r}. A string needs its quotes, as in '\"low\"'."
            ) from None
    return params


def _prompt(argument: str | None, file: str | None) -> str | None:
    """The prompt from wherever it was given; None where it was not. Raises `Refused`."""
    if argument is not None and file is not None:
        raise Refused("Give the prompt once: as an argument or with --file.")
    if argument == "-" or file == "-":
        return _read_stdin()
    if file is None:
        return argument
    try:
        with open(file, "rb") as handle:
            return _text(handle.read(), file)
    except OSError as error:
        raise Refused(f"The prompt file {file} cannot be read: {error.strerror}.") from None


def _read_stdin() -> str:
    return _text(sys.stdin.buffer.read(), "standard input")


def _text(data: bytes, source: str) -> str:
    try:
        return data.decode("utf-8-sig").rstrip("\n")
    except UnicodeDecodeError:
        raise Refused(f"The prompt from {source} is no UTF-8 text.") from None
