"""Textual's driver for Unix terminals, with public names for what Diptych changes in it."""

from asyncio import AbstractEventLoop
from typing import Any, TextIO

from textual.app import App
from textual.drivers.linux_driver import LinuxDriver


class UnixDriver(LinuxDriver):
    """A driver whose subclass decides how the terminal is measured, read, suspended and continued.

    Replaces `LinuxDriver._get_terminal_size`, `_run_input_thread`, `_sigtstp_application` and `_sigcont_application`.
    Noticed by tests/test_terminal.py::test_the_size_is_that_of_the_terminal_whatever_the_environment_says.
    """

    def __init__(self, app: App[Any], **options: Any) -> None:
        super().__init__(app, **options)
        self._size = self._get_terminal_size()  # otherwise Textual asks Rich, which believes the environment

    @property
    def app(self) -> App[Any]:
        """The app that is driven."""
        return self._app

    @property
    def loop(self) -> AbstractEventLoop:
        """The loop that the app runs in."""
        return self._loop

    @property
    def output(self) -> TextIO | None:
        """The file that is written to; Textual takes it when application mode starts."""
        return self._file

    @output.setter
    def output(self, file: TextIO | None) -> None:
        self._file = file  # type: ignore[assignment]  # Textual only calls `write`, `flush` and `fileno`

    @property
    def can_write(self) -> bool:
        """Whether the thread that writes to the terminal is running."""
        return self._writer_thread is not None and self._writer_thread.is_alive()

    @property
    def is_debugging(self) -> bool:
        """Whether Textual was asked to report what its parser reads."""
        return self._debug

    def terminal_size(self) -> tuple[int, int] | None:
        """Return the size of the terminal in columns and lines, None where it cannot be asked."""
        raise NotImplementedError

    def suspended(self) -> None:
        """Stop the process: the user pressed Ctrl+Z, or another process asked for it. A signal handler."""
        raise NotImplementedError

    def continued(self) -> None:
        """Go on after the process was stopped. A signal handler."""
        raise NotImplementedError

    def read_input(self) -> None:
        """Read from the terminal until the app ends; runs on a thread, and raises nothing."""
        raise NotImplementedError

    def _get_terminal_size(self) -> tuple[int, int]:
        return self.terminal_size() or self._size or (80, 25)

    def _sigtstp_application(self, *_: object) -> None:
        self.suspended()

    def _sigcont_application(self, *_: object) -> None:
        self.continued()

    def _run_input_thread(self) -> None:
        self.read_input()
