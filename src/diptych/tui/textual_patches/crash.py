"""What happens when something breaks while the app runs."""

from textual.app import App, ScreenError
from textual.css.query import QueryError
from textual.dom import NoScreen
from textual.widget import MountError
from textual.worker import WorkerFailed

_MISSING = (QueryError, ScreenError, MountError, NoScreen)
"""What is raised where a widget or a screen is gone."""


class CrashSafeApp(App[None]):
    """An app that prints nothing when something breaks: it ends, and keeps the exception for its caller.

    Replaces `App._handle_exception`, which prints a traceback with the values of all variables.
    Noticed by tests/test_crash.py::test_an_exception_ends_it_with_two_lines.
    """

    crash: Exception | None = None
    """The first exception that the app broke down with."""

    def break_down(self, error: Exception) -> None:
        """End the app because of that exception."""
        self._handle_exception(error)

    def panic(self, *renderables: object) -> None:
        """End the app; what Textual would print is left out."""
        self.break_down(RuntimeError("Textual gave up"))

    def _handle_exception(self, error: Exception) -> None:
        if isinstance(error, WorkerFailed) and isinstance(error.error, Exception):
            error = error.error
        # While the app ends, widgets that come or go may miss each other. That does no harm.
        ends = self._exit or not self._running
        if not (ends and isinstance(error, _MISSING)):
            self.crash = self.crash or error
            self._return_code = 1
            if self._exception is None:  # what `run_test` raises
                self._exception = error
                self._exception_event.set()
        self._close_messages_no_wait()
