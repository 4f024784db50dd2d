"""The commands, and what they wire together."""

import logging
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import closing, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from diptych import __version__
from diptych.cli.door import APP, AppCommand, Door
from diptych.cli.options import AskOptions, ask_options, side_settings
from diptych.cli.prompt import optional_prompt, required_prompt
from diptych.cli.records import export, history, import_, open_history, replay, show
from diptych.cli.refused import Refused
from diptych.core.endpoint import Endpoint
from diptych.core.observers import Observers
from diptych.core.request import SIDES, SideName, SideSettings
from diptych.settings import SettingsError, endpoints, missing_key_hint

if TYPE_CHECKING:
    from diptych.core.round import RoundObserver
    from diptych.engine.engine import Engine
    from diptych.store.recorder import Recorder


def _app_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what the app alone understands."""
    once = click.option("--once", is_flag=True, help="Leave when both sides have ended, and print the figures.")
    return click.argument("prompt", required=False)(once(ask_options(command)))


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
@click.version_option(__version__, prog_name="diptych", message="%(prog)s %(version)s")
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


@main.command(APP, cls=AppCommand, hidden=True, add_help_option=False)
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
@click.option(
    "--record", type=click.Path(path_type=Path), metavar="FILE", help="Record into FILE instead of the history."
)
@ask_options
def run(
    prompt: str | None, as_json: bool, as_events: bool, side: SideName | None, record: Path | None, **options: Any
) -> None:
    """Ask both sides without a screen; PROMPT `-` reads standard input.

    \b
    Exit codes: 0 both sides complete · 1 a side failed, was cut or stopped
                2 wrong usage or settings · 130 interrupted · 143 terminated
    """
    from diptych.headless import Feed, OutputForm, run_headless

    if as_json and as_events:
        raise Refused("--json and --events exclude each other: choose one.")
    asked = AskOptions(**options)
    text = required_prompt(prompt, asked.file)
    known = _endpoints()
    settings = side_settings(asked, known, simulate_without_key=False)
    settings = {name: value for name, value in settings.items() if side in (None, name)}
    for name, value in settings.items():
        if value.endpoint.lacks_key and not value.simulated:
            variable = value.endpoint.key_variable
            raise Refused(f"{variable} is not set, so {value.name} ({name}) cannot be asked: set it, or use --demo.")
    form: OutputForm = "json" if as_json else "events" if as_events else "text"
    feed = Feed()
    recorder = _recorder(asked, record)
    with (
        closing(recorder),
        closing(_engine(settings, asked, known, Observers(feed, recorder))) as engine,
        nullcontext(sys.stdout) if sys.stdout else open(os.devnull, "w") as out,
    ):
        code = run_headless(engine, feed, text, form, out)
    if recorder.problem:
        from diptych.core.text import clean_line

        click.echo(clean_line(recorder.problem), err=True)
    sys.exit(code)


for _command in (history, show, replay, export, import_):
    main.add_command(_command)


def _open_app(prompt: str | None, once: bool, asked: AskOptions) -> None:
    text = optional_prompt(prompt, asked.file)
    if once and text is None:
        raise Refused("--once needs a prompt: give one as an argument or with --file.")
    known = _endpoints()
    settings = side_settings(asked, known, simulate_without_key=True)
    if not (sys.__stdin__ and sys.__stdin__.isatty() and sys.__stderr__ and sys.__stderr__.isatty()):
        raise Refused("The app needs a terminal; `diptych run` asks without one.")
    from diptych.headless import exit_code
    from diptych.report.text import summary
    from diptych.tui.app import DiptychApp
    from diptych.wire.simulated.scenarios import SCENARIOS

    recorder = _recorder(asked)
    with closing(recorder), closing(_engine(settings, asked, known, recorder)) as engine:
        tui = DiptychApp(
            engine,
            prompt=text,
            once=once,
            hint=missing_key_hint,
            scenarios=SCENARIOS,
            history=None if asked.no_history else open_history(asked.history),
            unrecorded=lambda: recorder.problem,
        )
        tui.run()
        if tui.return_code:
            sys.exit(tui.return_code)
        if once and engine.rounds:
            click.echo(summary(engine.rounds[-1]))
            sys.exit(exit_code(engine.rounds[-1]))


def _recorder(asked: AskOptions, file: Path | None = None) -> "Recorder":
    """What writes the rounds down: into a file, into the history, or nowhere. Raises `Refused`."""
    from diptych.store.files import RecordingFile
    from diptych.store.problem import StoreError
    from diptych.store.recorder import Nowhere, Recorder
    from diptych.store.writing import HistorySink

    if file is not None:
        try:
            return Recorder(RecordingFile(file))
        except StoreError as error:
            raise Refused(str(error)) from None
    if asked.no_history:
        return Recorder(Nowhere())
    return Recorder(HistorySink(open_history(asked.history).path))


def _endpoints() -> dict[str, Endpoint]:
    try:
        return endpoints(os.environ)
    except SettingsError as error:
        raise Refused(str(error)) from None


def _engine(
    settings: dict[SideName, SideSettings],
    asked: AskOptions,
    known: Mapping[str, Endpoint],
    observer: "RoundObserver | None" = None,
) -> "Engine":
    from diptych.engine.engine import Engine, EngineOptions

    # Some libraries log to standard error where nobody configured logging, which would land on the picture.
    logging.getLogger().addHandler(logging.NullHandler())
    return Engine(settings, EngineOptions(known, asked.timeout, asked.demo, asked.seed), observer)
