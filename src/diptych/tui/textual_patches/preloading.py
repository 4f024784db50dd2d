"""Screens that are ready before they are shown."""

from typing import Any

from textual.app import App
from textual.screen import Screen


def mount_in_advance(app: App[Any], screen: Screen[Any], name: str) -> None:
    """Install a screen under a name and mount it, so that showing it takes no longer than a frame.

    Uses `App._load_screen_css` and `App._get_screen`, which `push_screen` calls.
    Noticed by tests/tui/screens/test_inspect.py::test_the_screen_is_mounted_before_the_first_event_is_opened.
    """
    app.install_screen(screen, name)
    app._load_screen_css(screen)
    app._get_screen(screen)
