"""Runs an app to its end, on a terminal that can draw it."""

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from diptych.cli.command_error import CommandError

if TYPE_CHECKING:
    from diptych.cli.signals import Shutdown
    from diptych.tui.app import DiptychApp


def show(app: "DiptychApp", shutdown: "Shutdown") -> None:
    """Run an app until the user or a signal ends it, which leaves with the exit code of that.

    Raises what the app broke down with.
    """
    shutdown.calls(app.leave)
    shutdown.at_last(app.give_back_terminal)
    app.on_hang_up = shutdown.hang_up
    app.run()
    if app.crash:
        raise app.crash
    if app.return_code:
        sys.exit(app.return_code)


def refuse_to_draw() -> None:
    """Raise `CommandError` where the terminal cannot draw a screen."""
    if not can_draw():
        raise CommandError(
            f"TERM={os.environ['TERM']} names a terminal that cannot draw a screen: use `diptych run` to ask and "
            "`diptych show` to read a round without one, or set TERM to what the terminal really is."
        )


def can_draw() -> bool:
    """Whether a screen can be drawn on a terminal such as `TERM` names.

    It cannot where the system's terminfo database says that the terminal does not place the cursor. Textual writes ANSI
    sequences whatever `TERM` is, and so do nearly all terminals that the database does not know: these can.
    """
    name = os.environ.get("TERM", "")
    if name.lower().startswith(("dumb", "unknown")):
        return False
    with suppress(ImportError):  # Windows has no such database, and some builds of Python leave it out
        import curses

        with suppress(curses.error):
            curses.setupterm(name, sys.__stderr__.fileno() if sys.__stderr__ else 2)
            return curses.tigetstr("cup") is not None
    return True
