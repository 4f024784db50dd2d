"""The commands that ask models: `diptych`, `diptych demo` and `diptych run`."""

import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from diptych.cli.ask_options import AskOptions, ask_options, attachments_of
from diptych.cli.asked_settings import require_keys, settings_again, side_settings
from diptych.cli.chosen_configuration import configuration_of, warn_of_configuration
from diptych.cli.command_error import CommandError
from diptych.cli.experiment.experiment_options import (
    ExperimentCommand,
    ExperimentOptions,
    experiment_options,
)
from diptych.cli.experiment.option_conflicts import check_options
from diptych.cli.group import APP, AppCommand
from diptych.cli.history_completion import complete_redone
from diptych.cli.prompt_input import optional_prompt, prompt_argument, required_prompt
from diptych.cli.run_app import require_drawing_terminal
from diptych.cli.signals import Shutdown, shutdown_signals
from diptych.cli.standard_error import warn
from diptych.cli.terminal_input import has_terminal, is_in_browser, take_keys_from_terminal
from diptych.cli.wiring import open_app, run_round
from diptych.config.configuration import CurrentConfiguration
from diptych.config.sides import SIDES, SideName
from diptych.core.gc_policy import importing
from diptych.core.request import Label
from diptych.core.secrets.guard import MustNotBeSentError
from diptych.core.settings import Settings

if TYPE_CHECKING:
    from diptych.core.attachment import Attachment
    from diptych.engine.session import Draft
    from diptych.headless.live_display import OutputForm
    from diptych.headless.runner import Redo


def _app_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the prompt and the options of the commands that open the app."""
    once = click.option("--once", is_flag=True, help="Exit when both sides have ended, and print their figures.")
    return prompt_argument()(once(ask_options(command)))


def _show_main_help(ctx: click.Context, option: click.Parameter, value: bool) -> None:
    if value:
        click.echo((ctx.parent or ctx).get_help())
        ctx.exit()


@click.command(APP, cls=AppCommand, hidden=True, add_help_option=False)
@click.option("-h", "--help", is_flag=True, is_eager=True, expose_value=False, callback=_show_main_help, hidden=True)
@_app_options
def app(prompt: str | None, once: bool, **values: Any) -> None:
    """Open the app."""
    _start_app(prompt, once, AskOptions(**values))


@click.command()
@_app_options
def demo(prompt: str | None, once: bool, **values: Any) -> None:
    """Open the app with simulated models: no key, no network."""
    _start_app(prompt, once, AskOptions(**(values | {"demo": True})))


@click.command(cls=ExperimentCommand)
@prompt_argument(complete_redone)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object at the end.")
@click.option("--events", "as_events", is_flag=True, help="Print every event as a line of JSON, as it arrives.")
@click.option("--side", type=click.Choice(SIDES), help="Ask only this side.")
@click.option(
    "--redo",
    type=click.Choice(SIDES),
    help="Ask this side of a round of the history again: a new take. PROMPT is then the round's ID, or last.",
)
@click.option(
    "--record", type=click.Path(path_type=Path), metavar="FILE", help="Record to this file instead of the history."
)
@click.option(
    "--live/--no-live",
    default=None,
    help="Show what happens until answers are printed. [default: on a terminal, unless CI is set]",
)
@experiment_options
@ask_options
def run(
    prompt: str | None,
    as_json: bool,
    as_events: bool,
    side: SideName | None,
    redo: SideName | None,
    record: Path | None,
    live: bool | None,
    **values: Any,
) -> None:
    """Ask both models without the app, and print their answers.

    \b
    Examples:
      diptych run "Say hi"                      both answers, with figures
      diptych run --side left "Say hi"          only the left model
      git diff | diptych run "Review this"      the prompt, then the diff
      diptych run --json "Say hi" > round.json  one JSON object
      diptych run --repeat 20 "Say hi"          medians with their intervals
      diptych run --set cases.jsonl -m openai:a -m @b --budget 2

    The prompt is PROMPT, the text of --file and standard input (unless it is a terminal), in this order, separated by
    blank lines. Use - for PROMPT or PATH to read standard input from a terminal.

    With --redo, a side of a round of the history is asked again, with the same conversation and the settings that it
    had, unless options change them. The new take is kept in that round.

    With options of experiments, prompts are asked several times, or of several models, and figures are printed at the
    end.

    \b
    Exit codes:
        0  both answers are complete; with --redo, the new one; of an experiment all, and all checks passed
        1  a side failed, was cut off or stopped, or could not be read completely, or a check failed
        2  wrong usage or settings
        3  the budget of an experiment allows no more
       70  Diptych crashed
      129  the terminal was closed
      130  interrupted (Ctrl-C)
      143  terminated
    """
    if as_json and as_events:
        raise CommandError("--json and --events cannot be used together.")
    experiment = ExperimentOptions.taken_from(values)
    options = AskOptions(**values)
    others = {"--side": side, "--redo": redo, "--record": record, "--events": as_events, "a prompt": prompt}
    check_options(experiment, options, others)
    with shutdown_signals() as shutdown:
        if experiment.asks_experiment:
            with importing():
                from diptych.cli.experiment.experiment_command import run_experiment_command

            sys.exit(run_experiment_command(prompt, side, options, experiment, shutdown, live, as_json=as_json))
        form: OutputForm = "json" if as_json else "events" if as_events else "text"
        if redo:
            from diptych.cli.redo import find_redo, refuse_options_of_prompts

            refuse_options_of_prompts(redo, options, side, record)
            code = _redo(find_redo(redo, prompt or "last", options.history), redo, options, form, shutdown, live)
        else:
            text = required_prompt(prompt, options.file)
            configuration = configuration_of(options, "none")
            settings = side_settings(options, configuration, SIDES if side is None else (side,))
            draft = _draft(text, settings, attachments_of(options))
            require_keys(settings)
            warn_of_configuration(configuration)
            if draft.caution:
                warn(f"{draft.caution}. It is sent anyway.")
            code = run_round(draft, settings, options, form, record, shutdown, live)
    sys.exit(code)


def _start_app(prompt: str | None, once: bool, options: AskOptions) -> None:
    in_browser = is_in_browser()
    can_open = in_browser or has_terminal()
    text = optional_prompt(prompt, options.file, reads_pipe=can_open and not in_browser)
    if once and text is None:
        raise CommandError("--once needs a prompt: give one as an argument, with --file or through a pipe.")
    configuration = CurrentConfiguration(partial(configuration_of, options, "without key"))
    settings = side_settings(options, configuration.now)
    attachments = attachments_of(options)
    if not can_open:
        raise CommandError("The app needs a terminal. Without one, use `diptych run`.")
    if not in_browser:
        require_drawing_terminal()
        take_keys_from_terminal()
    with shutdown_signals(screen=True) as shutdown:
        open_app(text, attachments, once, settings, options, configuration, shutdown)


def _redo(
    again: "Redo", side: SideName, options: AskOptions, form: "OutputForm", shutdown: Shutdown, live: bool | None
) -> int:
    """Ask a side of a recorded round again, and return the exit code."""
    configuration = configuration_of(options, "none")
    recorded = again.round.takes(side)[-1].request.settings
    settings = settings_again(side, recorded, options, configuration)
    require_keys(settings)
    warn_of_configuration(configuration)
    try:
        return run_round(again, settings, options, form, None, shutdown, live)
    except MustNotBeSentError as error:
        raise CommandError(str(error)) from None


def _draft(prompt: str, settings: Mapping[Label, Settings], attachments: "Sequence[Attachment]") -> "Draft":
    """Return the requests for a prompt and its attachments, made before an engine or the history is opened.

    Raises `CommandError` if they must not be sent.
    """
    from diptych.engine.session import Session

    try:
        return Session(settings).draft(prompt, attachments)
    except MustNotBeSentError as error:
        raise CommandError(str(error)) from None
