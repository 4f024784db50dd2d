"""Collects exceptions that nothing else caught, writes them into a crash report, and tells the user in two lines."""

import errno
import logging
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

import click

from diptych.cli.crash_report import crash_report, location
from diptych.core.secrets.values import Secrets

EXIT_CRASHED = 70
"""The exit code when Diptych itself fails: EX_SOFTWARE of sysexits.h."""


class UnexpectedErrors:
    """The exceptions that nothing caught, whichever thread raised them. It is true if there are any."""

    def __init__(self) -> None:
        self._errors: list[BaseException] = []
        self.are_fatal = False
        """Whether one of them ended something that was still needed."""

    def __bool__(self) -> bool:
        return bool(self._errors)

    def add(self, error: BaseException, *, fatal: bool = True) -> None:
        """Keep an exception for the report. May be called from any thread."""
        self._errors.append(error)
        self.are_fatal = self.are_fatal or fatal

    @contextmanager
    def collected(self) -> Iterator[None]:
        """Collect what threads, event loops and finalizers raise while the block runs.

        During that time no traceback, warning or log line of a library is written to standard error, because a full
        screen may be shown there.
        """
        before = threading.excepthook, sys.unraisablehook
        threading.excepthook = self._on_thread
        sys.unraisablehook = self._on_unraisable
        handlers = ((logging.getLogger(), logging.NullHandler()), (logging.getLogger("asyncio"), _LoopErrors(self)))
        for logger, handler in handlers:
            logger.addHandler(handler)
        logging.captureWarnings(True)
        try:
            yield
        finally:
            logging.captureWarnings(False)
            for logger, handler in handlers:
                logger.removeHandler(handler)
            threading.excepthook, sys.unraisablehook = before

    def report(self, command: str, secrets: Secrets) -> None:
        """Write the crash report without these secrets, and print what happened and where the report is.

        `command` is the command line.
        """
        text = crash_report(self._errors, command, secrets)
        where = location(self._errors[0])
        if self.are_fatal:
            summary = (
                f"Diptych crashed ({where}). What had arrived by then is in the history, unless it was turned off."
            )
        else:
            summary = f"An internal error occurred ({where}), but Diptych could go on."
        try:
            details = f"Crash report without keys, prompts and answers: {_write(text)}"
        except OSError as error:
            details = f"The crash report could not be written ({error.strerror or error}), so here it is:\n\n{text}"
        with suppress(OSError):  # standard error is a terminal that is gone
            click.echo(f"{summary}\n{details}", err=True)

    def _on_thread(self, hooked: threading.ExceptHookArgs) -> None:
        if hooked.exc_value is not None and not isinstance(hooked.exc_value, SystemExit):
            self.add(hooked.exc_value)

    def _on_unraisable(self, hooked: "sys.UnraisableHookArgs") -> None:
        if hooked.exc_value is not None:
            self.add(hooked.exc_value, fatal=False)


class _LoopErrors(logging.Handler):
    """Collects the exceptions that asyncio logs because no task handled them."""

    def __init__(self, errors: UnexpectedErrors) -> None:
        super().__init__(logging.ERROR)
        self._errors = errors

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the exception, unless it only says that a connection was lost."""
        error = record.exc_info[1] if record.exc_info else None
        if error is not None and not isinstance(error, OSError):
            self._errors.add(error, fatal=False)


def is_closed_pipe(error: BaseException) -> bool:
    """Whether the reader of the output closed the pipe, which click handles by exiting quietly."""
    return isinstance(error, OSError) and error.errno == errno.EPIPE


def _write(text: str) -> Path:
    """Write a crash report into the folder for a user's state, and return its path."""
    from platformdirs import user_state_path

    from diptych.store.private import create_file, make_folder

    folder = user_state_path("diptych", appauthor=False)
    make_folder(folder)
    for number in range(1, 100):
        suffix = f"-{number}" if number > 1 else ""
        path = folder / f"crash-{datetime.now():%Y%m%d-%H%M%S}{suffix}.txt"
        with suppress(FileExistsError), os.fdopen(create_file(path), "w", encoding="utf-8", errors="replace") as file:
            file.write(text)
            return path
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
