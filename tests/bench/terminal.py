"""A command in a pseudo-terminal of 160 × 45 that is always drained: what it wrote and when, and what is typed."""

import os
import pty
import signal
import termios
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TypeVar

from tests.bench.load import BenchError
from tests.bench.processes import Ended, cpu_seconds, resident_bytes

COLUMNS, LINES = 160, 45
PATIENCE = 180.0
"""Seconds after which what does not come true is given up."""

T = TypeVar("T")


@dataclass(frozen=True)
class Output:
    """Bytes that the command wrote, and when they were read, by the monotonic clock."""

    at: float
    data: bytes


class Terminal:
    """The terminal as a measurement sees it. A thread drains it and keeps what came, without looking at it."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self.began = time.perf_counter()
        self.pid, self._fd = _spawn(command, environment)
        self._news = threading.Condition()
        self._outputs: list[Output] = []
        self._closed = False
        self._ended: Ended | None = None
        self._drain = threading.Thread(target=self._read, name="drain", daemon=True)
        self._drain.start()

    @property
    def outputs(self) -> Sequence[Output]:
        """Everything written so far; it only grows."""
        return self._outputs

    @property
    def cpu(self) -> float:
        """Seconds of CPU so far."""
        return cpu_seconds(self.pid)

    @property
    def resident(self) -> int:
        """Bytes of memory now."""
        return resident_bytes(self.pid)

    def press(self, keys: str) -> float:
        """Send keys as a terminal does; the moment before."""
        at = time.perf_counter()
        os.write(self._fd, keys.encode())
        return at

    def repaint(self) -> None:
        """Make the command draw everything anew, as it does when the window changes its size; back it changes too."""
        for columns in (COLUMNS - 1, COLUMNS):
            termios.tcsetwinsize(self._fd, (LINES, columns))
            self.wait_until_quiet(0.3)

    def wait_for(self, text: str, since: int = 0, patience: float = PATIENCE) -> float:
        """Wait until that text is written in one piece, from output number `since` on; the moment it was read."""
        looked, before, wanted = since, b"", text.encode()

        def look() -> float | None:
            nonlocal looked, before
            while looked < len(self._outputs):
                output = self._outputs[looked]
                looked += 1
                seen = before + output.data
                if wanted in seen:
                    return output.at
                before = seen[1 - len(wanted) :] if len(wanted) > 1 else b""
            return None

        return self._wait(look, f"{text!r} was not written", patience)

    def wait_until_quiet(self, seconds: float) -> None:
        """Wait until nothing was written for so long, counted from now at the earliest."""
        now = time.perf_counter()
        quiet_since, deadline = now, now + PATIENCE
        while (rest := quiet_since + seconds - time.perf_counter()) > 0:
            if time.perf_counter() > deadline:
                raise BenchError("The app never ceased to write.")
            time.sleep(rest)
            quiet_since = max(quiet_since, self._outputs[-1].at if self._outputs else now)

    def wait_until_idle(self, seconds: float = 1.0) -> None:
        """Wait until it has taken no CPU and written nothing for so long."""
        deadline = time.perf_counter() + PATIENCE
        while time.perf_counter() < deadline:
            before, written = self.cpu, len(self._outputs)
            time.sleep(seconds)
            if self.cpu - before <= 0.02 * seconds and len(self._outputs) == written:
                return
        raise BenchError("The app never came to rest.")

    def wait_for_end(self, patience: float = PATIENCE) -> Ended:
        """Wait until the command has left."""
        return self._wait(lambda: self._ended, "The command did not end", patience)

    def close(self) -> None:
        """End the command, should it still run, and let go of the terminal."""
        while self._ended is None and self._drain.is_alive():
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            self._drain.join(1.0)
        os.close(self._fd)

    def _wait(self, look: Callable[[], T | None], otherwise: str, patience: float) -> T:
        deadline = time.perf_counter() + patience
        with self._news:
            while (found := look()) is None:
                rest = deadline - time.perf_counter()
                if rest <= 0 or self._closed:
                    raise BenchError(f"{otherwise} {'before the command ended' if self._closed else 'in time'}.")
                self._news.wait(rest)
        return found

    def _read(self) -> None:
        while True:
            try:
                data = os.read(self._fd, 65536)
            except OSError:  # how Linux says that the other end is closed
                break
            at = time.perf_counter()
            with self._news:
                self._outputs.append(Output(at, data))
                self._news.notify_all()
        ended = Ended.reap(self.pid, self.began)
        with self._news:
            self._ended, self._closed = ended, True
            self._news.notify_all()


@contextmanager
def opened(command: list[str], environment: dict[str, str]) -> Iterator[Terminal]:
    """A terminal with a command in it, which is ended with the block."""
    terminal = Terminal(command, environment)
    try:
        yield terminal
    finally:
        terminal.close()


def _spawn(command: list[str], environment: dict[str, str]) -> tuple[int, int]:
    """Start a command with a terminal that controls it, so that it ends with the benchmark whatever happens."""
    pid, fd = pty.fork()
    if pid == 0:
        try:
            termios.tcsetwinsize(0, (LINES, COLUMNS))
            os.chdir(environment["HOME"])
            os.execve(command[0], command, environment)  # noqa: S606 - no shell is wanted
        finally:
            os._exit(127)
    return pid, fd
