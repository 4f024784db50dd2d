"""Whether the terminal keeps up with what is drawn."""

from typing import Any

from textual.app import App

from diptych.tui.textual_patches.running_app import driver_of


def terminal_lags(app: App[Any]) -> bool:
    """Whether the terminal has not read all of the last frame yet, as over a slow connection.

    Another frame would wait behind it and be old when it is shown; after 30 of them Textual blocks its loop.
    """
    return getattr(driver_of(app), "is_waiting", False)  # drivers of other kinds do not know
