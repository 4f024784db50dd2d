"""Runs an app to its end."""

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from diptych.cli.signals import Ending
    from diptych.tui.app import BaseApp


def show(app: "BaseApp", ending: "Ending") -> None:
    """Run an app until the user or a signal ends it, which leaves with the exit code of that.

    Raises what the app broke down with.
    """
    ending.calls(app.leave)
    app.run()
    if app.crash:
        raise app.crash
    if app.return_code:
        sys.exit(app.return_code)
