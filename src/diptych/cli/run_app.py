"""Runs an app on a terminal, until the user or a signal ends it."""

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from diptych.cli.command_error import CommandError
from diptych.config.configuration import Configuration
from diptych.core.gc_policy import no_collections

if TYPE_CHECKING:
    from collections.abc import Callable

    from diptych.cli.signals import Shutdown
    from diptych.tui.app import DiptychApp
    from diptych.tui.screens.compare import CompareScreen
    from diptych.tui.screens.experiment import ExperimentScreen
    from diptych.tui.screens.history_browser import HistoryScreen
    from diptych.tui.screens.replay import ReplayScreen
    from diptych.tui.screens.votes import VotesScreen


def new_app(
    screen: "CompareScreen | ExperimentScreen | HistoryScreen | ReplayScreen | VotesScreen",
    configuration: Configuration,
    unrecorded: "Callable[[], str]" = str,
) -> "DiptychApp":
    """Return an app that opens with a screen, with the keys and the theme that the user wants."""
    from diptych.store.state_file import StateFile, state_path
    from diptych.tui.app import DiptychApp
    from diptych.tui.export_choice import ExportChoice
    from diptych.tui.theme_choice import ThemeChoice

    state = StateFile(state_path())
    theme = ThemeChoice(configuration.theme, state)
    return DiptychApp(screen, unrecorded, keys=configuration.keys, theme=theme, exports=ExportChoice(state))


def run_app(app: "DiptychApp", shutdown: "Shutdown") -> None:
    """Run an app to its end. If that was a signal, exit with its code; if the app crashed, raise the exception."""
    shutdown.on_signal(app.leave)
    shutdown.before_exit(app.give_back_terminal)
    app.on_hang_up = shutdown.hang_up
    with no_collections():  # until the first frame is painted, when the app switches them on
        app.run()
    if app.crash:
        raise app.crash
    if app.return_code:
        sys.exit(app.return_code)


def require_drawing_terminal() -> None:
    """Raise `CommandError` if the terminal cannot draw a screen."""
    if not can_draw():
        raise CommandError(
            f"TERM={os.environ['TERM']} names a terminal that cannot draw the app. Use `diptych run` and "
            "`diptych show` instead, or set TERM to the terminal's real type."
        )


def can_draw() -> bool:
    """Whether the terminal that `TERM` names can draw a screen.

    It cannot if the system's terminfo database says that it cannot position the cursor. Terminals that the database
    does not know are trusted: nearly all understand the ANSI sequences that Textual writes, whatever `TERM` is.
    """
    name = os.environ.get("TERM", "")
    if name.lower().startswith(("dumb", "unknown")):
        return False
    with suppress(ImportError):  # on Windows, and in builds of Python without the database
        import curses

        with suppress(curses.error):
            curses.setupterm(name, sys.__stderr__.fileno() if sys.__stderr__ else 2)
            return curses.tigetstr("cup") is not None
    return True


def is_interactive() -> bool:
    """Whether standard input, output and error are all a terminal, so that a screen can be shown."""
    return all(stream and stream.isatty() for stream in (sys.__stdin__, sys.__stdout__, sys.__stderr__))
