"""Runs the commands that answer tool calls: without a shell, for a limited time, and with limited output."""

import os
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from diptych.core.text.excerpt import in_sentence
from diptych.core.wording.exit_code import how_it_ended

TIME_LIMIT = 30.0
"""Seconds after which a command is ended."""

OUTPUT_LIMIT = 1_000_000
"""The most bytes of output that a command may write."""

_LOOK = 0.02
"""Seconds between two looks at whether a command has ended or must be ended."""

_UNTIL_READ = 2.0
"""Seconds to wait for the last words of a command that has ended; they are read at once."""

_KILL = 9
_kill_all = getattr(os, "killpg", os.kill)
"""Ends a process with all that it has started; on Windows, which has no process groups, the process alone."""

_ERROR_LIMIT = 4_000
_READ_SIZE = 65_536


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command answered, or the sentence that says why it gave no answer."""

    text: str
    is_error: bool = False


def run_command(
    command: tuple[str, ...],
    arguments: str,
    folder: Path | None,
    is_cancelled: Callable[[], bool],
    time_limit: float = TIME_LIMIT,
) -> Outcome:
    """Run a command in a folder, with `arguments` on its standard input, and return its standard output.

    It is ended, with everything that it has started, after `time_limit` seconds, when it writes more than
    `OUTPUT_LIMIT` bytes, and as soon as `is_cancelled` returns true. Blocks until then; raises nothing.
    """
    try:
        process = subprocess.Popen(  # noqa: S603 - the user's own file names the command, and no shell reads it
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            start_new_session=True,  # so that everything that it starts can be ended with it
        )
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return Outcome(f"The command {in_sentence(command[0])} cannot be run: {why}.", is_error=True)
    output, errors = _Reader(process.stdout, OUTPUT_LIMIT), _Reader(process.stderr, _ERROR_LIMIT, keeps_end=True)
    threading.Thread(target=_write, args=(process.stdin, arguments), daemon=True).start()
    deadline = time.monotonic() + time_limit
    while output.goes_on or process.poll() is None:
        if output.is_full or is_cancelled() or time.monotonic() >= deadline:
            break
        if output.goes_on:
            output.wait(_LOOK)
        else:  # the command has closed its output, and goes on
            time.sleep(_LOOK)
    has_ended = not output.goes_on and process.poll() is not None
    _end(process)
    if output.is_full:
        return Outcome(f"The command wrote more than {OUTPUT_LIMIT:,} bytes.", is_error=True)
    if not has_ended:
        why = "was stopped by the user" if is_cancelled() else f"took more than {time_limit:g} seconds"
        return Outcome(f"The command {why}.", is_error=True)
    if process.returncode:
        errors.wait(_UNTIL_READ)
        lines = errors.data.decode("utf-8", "replace").strip().splitlines()
        detail = f": {in_sentence(lines[-1])}" if lines else ""
        return Outcome(f"The command {how_it_ended(process.returncode)}{detail}.", is_error=True)
    return Outcome(output.data.decode("utf-8", "replace").removesuffix("\n").removesuffix("\r"))


class _Reader:
    """Reads a pipe in a thread of its own, up to a limit or only its end, so that no pipe is ever full."""

    def __init__(self, pipe: IO[bytes] | None, limit: int, *, keeps_end: bool = False) -> None:
        self.data = b""
        self.is_full = False
        self._limit = limit
        self._keeps_end = keeps_end
        self._thread = threading.Thread(target=self._read, args=(pipe,), daemon=True)
        self._thread.start()

    @property
    def goes_on(self) -> bool:
        return self._thread.is_alive()

    def wait(self, seconds: float) -> None:
        self._thread.join(seconds)

    def _read(self, pipe: IO[bytes] | None) -> None:
        assert pipe is not None  # noqa: S101 - for mypy: both are pipes
        with pipe:
            pieces: list[bytes] = []
            size = 0
            while piece := os.read(pipe.fileno(), _READ_SIZE):
                pieces.append(piece)
                size += len(piece)
                if self._keeps_end:
                    pieces = [b"".join(pieces)[-self._limit :]]
                elif size > self._limit:
                    self.is_full = True
                    return
            self.data = b"".join(pieces)


def _write(pipe: IO[bytes] | None, text: str) -> None:
    assert pipe is not None  # noqa: S101 - for mypy: it is a pipe
    with suppress(OSError), pipe:  # the command need not read it
        pipe.write(text.encode())


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a command and what it has started, whether it has ended itself or not."""
    with suppress(ProcessLookupError, PermissionError):
        _kill_all(process.pid, _KILL)
    process.wait()
