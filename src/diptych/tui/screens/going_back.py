"""Leaves a screen with which the app may have been opened."""

from typing import Any

from textual.screen import Screen


def go_back(screen: Screen[Any]) -> None:
    """Go back to the screen that opened this one, or quit if there is none."""
    if len(screen.app.screen_stack) > 1:
        screen.dismiss()
    else:
        screen.app.exit()
