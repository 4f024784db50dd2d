"""The commands, and what they wire together."""

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from diptych import __version__
from diptych.cli.ask_options import AskOptions, ask_options, known_endpoints, side_settings
from diptych.cli.command_error import CommandError
from diptych.cli.group import APP, AppCommand, CommandGroup
from diptych.cli.history_commands import export, history, import_, open_history, replay, show
from diptych.cli.prompt_input import optional_prompt, prompt_argument, required_prompt
from diptych.cli.recorded import HINT, recorded
from diptych.cli.run_app import refuse_to_draw
from diptych.cli.run_app import show as show_screen
from diptych.cli.signals import Shutdown, shutdown_signals
from diptych.cli.terminal_input import has_terminal, take_keys_from_terminal
from diptych.config.environment import missing_key_hint
from diptych.config.sides import SIDES, SideName
from diptych.core.endpoint import Endpoint
from diptych.core.observers import Observers
from diptych.core.request import Label
from diptych.core.secrets.guard import MustNotBeSentError, caution, refuse_exposure
from diptych.core.settings import Settings
from diptych.core.text.sanitize import clean_line

if TYPE_CHECKING:
    from diptych.core.round import RoundObserver
    from diptych.engine.engine import Engine
    from diptych.headless.runner import OutputForm
    from diptych.store.recorder import Recorder


def _app_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what the app alone understands."""
    once = click.option("--once", is_flag=True, help="Leave when both sides have ended, and print the figures.")
    return prompt_argument(once(ask_options(command)))


def _show_door_help(ctx: click.Context, option: click.Parameter, value: bool) -> None:
    if value:
        click.echo((ctx.parent or ctx).get_help())
        ctx.exit()


@click.group(
    cls=CommandGroup,
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
      git diff | diptych run "Review this"      the prompt, and after it what the pipe brings
      diptych -- run                            a prompt that is a command's name

    A prompt of several words needs quotes.
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
@prompt_argument
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
    """Ask both sides without a screen.

    What is asked is PROMPT, the text of --file and piped standard input, in this order, with a blank line between.
    PROMPT or PATH may be - for standard input.

    \b
    Exit codes: 0 both sides complete · 1 a side failed, was cut or stopped
                2 wrong usage or settings · 70 a fault of Diptych's own
                129 hung up · 130 interrupted · 143 terminated
    """
    if as_json and as_events:
        raise CommandError("--json and --events exclude each other: choose one.")
    with shutdown_signals() as shutdown:
        asked = AskOptions(**options)
        text = required_prompt(prompt, asked.file)
        known = known_endpoints(asked)
        settings = side_settings(asked, known, simulate_without_key=False)
        settings = {name: value for name, value in settings.items() if side in (None, name)}
        _refuse_exposure(settings.values())
        for name, value in settings.items():
            if value.endpoint.lacks_key and not value.simulated:
                variable = value.endpoint.key_variable
                raise CommandError(
                    f"{variable} is not set, so {value.name} ({name}) cannot be asked: set it, or use --demo."
                )
        _warn_of_keys(text, settings.values())
        form: OutputForm = "json" if as_json else "events" if as_events else "text"
        code = _run(text, settings, asked, known, form, record, shutdown)
    sys.exit(code)


def _run(
    text: str,
    settings: dict[Label, Settings],
    asked: AskOptions,
    known: Mapping[str, Endpoint],
    form: "OutputForm",
    record: Path | None,
    shutdown: Shutdown,
) -> int:
    from diptych.headless.feed import Feed
    from diptych.headless.runner import EXIT_COMPLETE, EXIT_INCOMPLETE, run_headless

    feed = Feed()
    shutdown.calls(feed.interrupt)
    with (
        recorded(_recorder(asked, record), shutdown, HINT if record is None else "") as recording,
        closing(_engine(settings, asked, known, Observers(feed, recording.recorder))) as engine,
        nullcontext(sys.stdout) if sys.stdout else open(os.devnull, "w") as out,
    ):
        shutdown.at_last(recording.recorder.close, engine.close)
        code = run_headless(engine, feed, text, form, out)
        recording.can_wait = code in (EXIT_COMPLETE, EXIT_INCOMPLETE)
        if engine.problem:
            click.echo(clean_line(engine.problem), err=True)
    return code


for _command in (history, show, replay, export, import_):
    main.add_command(_command)


def _open_app(prompt: str | None, once: bool, asked: AskOptions) -> None:
    can_open = has_terminal()
    text = optional_prompt(prompt, asked.file, reads_pipe=can_open)
    if once and text is None:
        raise CommandError("--once needs a prompt: give one as an argument, with --file or through a pipe.")
    known = known_endpoints(asked)
    settings = side_settings(asked, known, simulate_without_key=True)
    _refuse_exposure(settings.values())
    if not can_open:
        raise CommandError("The app needs a terminal; `diptych run` asks without one.")
    refuse_to_draw()
    take_keys_from_terminal()
    with shutdown_signals(screen=True) as shutdown:
        _show_app(text, once, settings, asked, known, shutdown)


def _show_app(
    text: str | None,
    once: bool,
    settings: dict[Label, Settings],
    asked: AskOptions,
    known: Mapping[str, Endpoint],
    shutdown: Shutdown,
) -> None:
    from diptych.headless.runner import exit_code
    from diptych.report.plain_text import summary
    from diptych.simulated.scenarios import SCENARIOS
    from diptych.tui.app import DiptychApp

    with (
        recorded(_recorder(asked), shutdown, HINT) as recording,
        closing(_engine(settings, asked, known, recording.recorder)) as engine,
    ):
        shutdown.at_last(recording.recorder.close, engine.close)
        tui = DiptychApp(
            engine,
            prompt=text,
            once=once,
            hint=missing_key_hint,
            scenarios=SCENARIOS,
            history=None if asked.no_history else open_history(asked.history),
            unrecorded=lambda: recording.recorder.problem,
        )
        show_screen(tui, shutdown)
        recording.can_wait = not recording.recorder.problem  # which the user was asked about before the app was left
        if once and engine.rounds:
            click.echo(summary(engine.rounds[-1]))
            sys.exit(exit_code(engine.rounds[-1]))


def _warn_of_keys(prompt: str, sides: Iterable[Settings]) -> None:
    try:
        seems = caution(prompt, sides)
    except MustNotBeSentError as error:
        raise CommandError(str(error)) from None
    if seems:
        click.echo(f"Warning: {seems[0].lower()}{seems[1:]}, and is sent.", err=True)


def _refuse_exposure(sides: Iterable[Settings]) -> None:
    try:
        for settings in sides:
            refuse_exposure(settings)
    except MustNotBeSentError as error:
        raise CommandError(str(error)) from None


def _recorder(asked: AskOptions, file: Path | None = None) -> "Recorder":
    """What writes the rounds down: into a file, into the history, or nowhere. Raises `CommandError`."""
    from diptych.store.errors import StoreError
    from diptych.store.history_writer import HistorySink
    from diptych.store.recorder import Nowhere, Recorder
    from diptych.store.recording_files import RecordingFile

    if file is not None:
        try:
            return Recorder(RecordingFile(file))
        except StoreError as error:
            raise CommandError(str(error)) from None
    if asked.no_history:
        return Recorder(Nowhere())
    return Recorder(HistorySink(open_history(asked.history).path))


def _engine(
    settings: dict[Label, Settings],
    asked: AskOptions,
    known: Mapping[str, Endpoint],
    observer: "RoundObserver | None" = None,
) -> "Engine":
    from diptych.core.event_log import MemoryBudget
    from diptych.engine.engine import Engine, EngineOptions
    from diptych.store.spill_file import TemporarySpillFile

    def new_memory() -> MemoryBudget:
        return MemoryBudget(TemporarySpillFile(open_history(asked.history).path.parent), asked.memory * 1_000_000)

    return Engine(settings, EngineOptions(known, asked.timeout, asked.demo, asked.seed, new_memory), observer)
