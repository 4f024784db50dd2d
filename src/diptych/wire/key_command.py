"""Runs the command that prints an endpoint's key, when a request needs the key.

The command runs without a shell, in a session of its own: it cannot read from the terminal or write to it. Only its
exit code and its output are looked at, and no message quotes the output.
"""

import asyncio
import os
import signal
import subprocess
import threading
from contextlib import suppress
from typing import IO

from diptych.apis.failures import ConfigurationError
from diptych.core.endpoint import Endpoint
from diptych.core.secrets.printed_keys import PrintedKeys
from diptych.core.secrets.values import Secret
from diptych.core.text.excerpt import in_sentence
from diptych.core.wording.exit_code import how_it_ended

TIME_LIMIT = 10.0
"""Seconds after which a command is ended, with every process that it has started."""

_REST_OF_OUTPUT = 0.5
"""Seconds to read what a command has printed after it has ended, where a process that it started holds the output."""

_LONGEST_KEY = 16 * 1024
"""Bytes. Few servers take a longer header."""

_lock = threading.Lock()
"""Held while a command runs, so that no command runs twice for requests that begin at the same time."""


async def ensure_key(endpoint: Endpoint, refused: Secret | None = None) -> None:
    """Have an endpoint's `key_command` print the key, unless it has already printed another one than `refused`.

    Raises `ConfigurationError` with a sentence about what is wrong with the command. Cancelling ends the command.
    """
    printed = endpoint.environment.printed
    if not endpoint.key_command or printed is None or printed.latest(endpoint.key_command) not in (None, refused):
        return
    running = _RunningCommand(endpoint, printed, refused)
    try:
        # In another thread: starting a process takes some milliseconds.
        await asyncio.to_thread(running.run)
    finally:
        running.end()


class _RunningCommand:
    """One run of an endpoint's `key_command`."""

    def __init__(self, endpoint: Endpoint, printed: PrintedKeys, refused: Secret | None) -> None:
        self._command = endpoint.key_command
        self._source = f"key_command of [endpoints.{endpoint.name}]"
        self._printed = printed
        self._refused = refused
        self._process: subprocess.Popen[bytes] | None = None
        self._output = bytearray()
        self._has_ended = False

    def run(self) -> None:
        """Run the command and keep the key. Blocks for as long as the command runs."""
        with _lock:
            if self._has_ended or self._printed.latest(self._command) not in (None, self._refused):
                return
            self._process = process = self._start()
            assert process.stdout is not None  # noqa: S101 - a pipe was asked for
            try:
                if self._has_ended:  # while it was started
                    process.stdout.close()
                    return
                code = self._wait(process, process.stdout)
            finally:
                self._kill()
                with suppress(subprocess.TimeoutExpired):
                    process.wait(1.0)
            if not self._has_ended:
                self._printed.add(self._source, self._command, self._key(code))

    def end(self) -> None:
        """End the command, if it still runs or has yet to start."""
        self._has_ended = True
        self._kill()

    def _start(self) -> subprocess.Popen[bytes]:
        # Without its variable, GnuPG does not ask for a passphrase in the terminal that the app paints.
        environment = {name: value for name, value in os.environ.items() if name != "GPG_TTY"}
        program = in_sentence(self._command[0])
        try:
            return subprocess.Popen(  # noqa: S603 - the user's own command
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
                start_new_session=True,
            )
        except FileNotFoundError:
            raise ConfigurationError(f"{self._source} names a program that cannot be found: {program}.") from None
        except OSError as error:
            raise ConfigurationError(
                f"{self._source} names a program that cannot be run ({error.strerror}): {program}."
            ) from None
        except ValueError:
            raise ConfigurationError(f"{self._source} holds a character that no command can have.") from None

    def _wait(self, process: subprocess.Popen[bytes], stdout: IO[bytes]) -> int:
        """Return the exit code once the command has ended and its output was read."""
        # In a thread of its own: a process that the command leaves behind may keep the output open for ever.
        reader = threading.Thread(target=self._read, args=(stdout,), name="key-command", daemon=True)
        reader.start()
        code: int | None = None
        with suppress(subprocess.TimeoutExpired):
            code = process.wait(TIME_LIMIT)
            reader.join(_REST_OF_OUTPUT)
            if reader.is_alive():
                _end_session(process)
        if len(self._output) > _LONGEST_KEY:
            raise ConfigurationError(f"{self._source} prints more than a key can be: {_LONGEST_KEY:,} bytes and more.")
        if code is None:
            raise ConfigurationError(f"{self._source} did not end within {TIME_LIMIT:g} s.")
        return code

    def _read(self, stdout: IO[bytes]) -> None:
        with stdout:
            while len(self._output) <= _LONGEST_KEY and (piece := os.read(stdout.fileno(), _LONGEST_KEY)):
                self._output += piece

    def _kill(self) -> None:
        """End the command, with every process that it has started in its session. One that has ended stays ended."""
        process = self._process
        if process is not None and process.returncode is None:
            _end_session(process)

    def _key(self, code: int) -> Secret:
        """Return what the command printed, without the line break at its end."""
        key = Secret(self._output.decode("latin-1").removesuffix("\n").removesuffix("\r"))
        self._output.clear()
        if code:
            raise ConfigurationError(f"{self._source} {how_it_ended(code)}. Run the command in a terminal to see why.")
        if problem := _problem_of(key):
            raise ConfigurationError(f"{self._source} {problem}.")
        return key


def _end_session(process: "subprocess.Popen[bytes]") -> None:
    """End a command and the processes that it has started in its session; where there are none, the command alone."""
    with suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def _problem_of(key: Secret) -> str:
    """Return why a text cannot be a key, in words that follow the name of what printed it; "" if it can."""
    text = key.reveal()
    if not text.strip():
        return "printed nothing"
    if not text.isascii() or not text.isprintable() or " " in text:
        return "printed something that cannot be a key: it must print the key alone, on one line"
    return ""
