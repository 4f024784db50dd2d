"""What signal handlers and other threads need of an app."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from textual.app import App
from textual.driver import Driver


def driver_of(app: App[Any]) -> Driver | None:
    """Return the driver of an app; None while the app does not run.

    Uses `App._driver`: Textual has no public way to reach the driver.
    Noticed by tests/test_signals.py::test_a_signal_ends_it_however_busy_its_loop_is.
    """
    return app._driver


def call_soon(app: App[Any], callback: Callable[[], object]) -> None:
    """Call that in the app's loop. Nothing happens if the loop does not run yet, or is closed.

    Uses `App._loop`: the public `App.call_from_thread` waits for the result, which a signal handler must not do.
    Noticed by tests/tui/test_app.py::test_a_signal_ends_it_in_order.
    """
    loop = app._loop
    if loop is not None:
        with suppress(RuntimeError):  # it is closed
            loop.call_soon_threadsafe(callback)
