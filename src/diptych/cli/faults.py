"""What goes wrong where nobody can do anything about it: gathered, written into a report, told in two lines."""

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

from diptych.cli.crash_report import place, report
from diptych.config.environment import secrets
from diptych.core.secrets.patterns import without_keys
from diptych.core.text.sanitize import clean

EXIT_BROKEN = 70
"""The exit code when Diptych itself breaks down: EX_SOFTWARE of sysexits.h."""


class Faults:
    """The exceptions that nobody caught, wherever they were raised."""

    def __init__(self) -> None:
        self._errors: list[BaseException] = []
        self.are_fatal = False
        """Whether one of them ended something that was still needed."""

    def __bool__(self) -> bool:
        return bool(self._errors)

    def add(self, error: BaseException, *, fatal: bool = True) -> None:
        """Keep an exception for the report; from any thread."""
        self._errors.append(error)
        self.are_fatal = self.are_fatal or fatal

    @contextmanager
    def gathered(self) -> Iterator[None]:
        """Gather what threads, event loops and finalizers raise, and keep quiet what libraries print.

        Nothing of that is written to standard error, which may be the screen: no traceback, no warning, no log line.
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

    def tell(self, command: str) -> None:
        """Say what happened, and where the report of it is."""
        text = report(self._errors, command, secrets(os.environ))
        what = f"Diptych {'broke down' if self.are_fatal else 'met an error'} ({place(self._errors[0])})."
        if self.are_fatal:
            what += " What was streamed until then is in the history, if one was being kept."
        try:
            where = f"A report without keys, prompts and answers is in {_write(text)}"
        except OSError as error:
            where = f"No report could be written ({error.strerror or error}), so here it is:\n\n{text}"
        with suppress(OSError):  # standard error is a terminal that is gone
            click.echo(f"{what}\n{where}", err=True)

    def _on_thread(self, hooked: threading.ExceptHookArgs) -> None:
        if hooked.exc_value is not None and not isinstance(hooked.exc_value, SystemExit):
            self.add(hooked.exc_value)

    def _on_unraisable(self, hooked: "sys.UnraisableHookArgs") -> None:
        if hooked.exc_value is not None:
            self.add(hooked.exc_value, fatal=False)


class _LoopErrors(logging.Handler):
    """Takes what asyncio logs of exceptions that reached an event loop."""

    def __init__(self, faults: Faults) -> None:
        super().__init__(logging.ERROR)
        self._faults = faults

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the exception, but for those of connections that are gone."""
        error = record.exc_info[1] if record.exc_info else None
        if error is not None and not isinstance(error, OSError):
            self._faults.add(error, fatal=False)


def is_closed_pipe(error: BaseException) -> bool:
    """Whether whoever reads what a command prints has enough, which click leaves quietly for."""
    return isinstance(error, OSError) and error.errno == errno.EPIPE


def harmless(text: str) -> str:
    """What is said of a command line, cleaned, and without the secrets that it may quote."""
    return clean(without_keys(secrets(os.environ).scrub(text)))


def _write(text: str) -> Path:
    from platformdirs import user_state_path

    from diptych.store.private import create_file, make_folder

    folder = user_state_path("diptych", appauthor=False)
    make_folder(folder)
    for number in range(1, 100):
        again = f"-{number}" if number > 1 else ""
        path = folder / f"crash-{datetime.now():%Y%m%d-%H%M%S}{again}.txt"
        with suppress(FileExistsError), os.fdopen(create_file(path), "w", encoding="utf-8", errors="replace") as file:
            file.write(text)
            return path
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
