"""The command `open`: an experiment or a round of the history on the screen."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from diptych.cli.command_error import CommandError
from diptych.cli.experiment.experiment_history import is_shown_experiment
from diptych.cli.history_completion import complete_shown
from diptych.cli.round_references import find_recording
from diptych.cli.run_app import is_interactive, new_app, require_drawing_terminal, run_app
from diptych.cli.shared_options import history_option, open_history, reveal_option
from diptych.cli.signals import shutdown_signals
from diptych.config.configuration import load_configuration
from diptych.core.history_summary import HistoryError

if TYPE_CHECKING:
    from diptych.tui.screens.experiment import ExperimentScreen
    from diptych.tui.screens.replay import ReplayScreen


@click.command("open")
@click.argument("reference", metavar="[xN|ID|FILE]", default="xlast", shell_complete=complete_shown)
@reveal_option
@history_option
def open_(reference: str, reveal: bool, history: Path | None) -> None:
    """Open an experiment or a round of the history on the screen.

    xN is the number of an experiment, such as x3; xlast, the default, is the newest one. ID is the number of a round,
    or last. FILE is a recording. A round is shown as it ended.
    """
    screen = _screen(reference, history, reveal=reveal)
    with shutdown_signals(screen=True) as shutdown:
        run_app(new_app(screen, load_configuration(os.environ)), shutdown)


def _screen(reference: str, path: Path | None, *, reveal: bool) -> "ExperimentScreen | ReplayScreen":
    stored = open_history(path)
    if not is_shown_experiment(reference):
        recording = find_recording(reference, path, reveal=reveal)
        _require_terminal()
        from diptych.replay.player import Player
        from diptych.tui.screens.replay import ReplayScreen

        player = Player(recording)
        player.advance_to(player.length)
        return ReplayScreen(player, history=stored)
    try:
        number = stored.experiment(reference).number
    except HistoryError as error:
        raise CommandError(str(error)) from None
    _require_terminal()
    from diptych.tui.screens.experiment import ExperimentScreen

    return ExperimentScreen(stored, f"x{number}")


def _require_terminal() -> None:
    if not is_interactive():
        raise CommandError("The screen needs a terminal. Without one, use `diptych show` or `diptych export`.")
    require_drawing_terminal()
