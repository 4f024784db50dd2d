"""Runs the command in a pseudo-terminal, as a person sees it. Windows has no pseudo-terminals of this kind."""

import os
import re
import select
import signal
import sys
import termios
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pexpect
import pyte

from diptych.core.history_summary import HistoryFilter, ListedRound
from diptych.store.history import History

COLUMNS, LINES = 120, 40
PATIENCE = 120  # seconds after which a condition that does not become true fails the test

_SWITCHES = ("?1049", "?1000", "?1003", "?1004", "?1006", "?2004")
"""The modes that a full-screen app switches on: the alternate buffer, the mouse, focus reports, bracketed paste."""

QUICK_MODELS = """
from diptych.simulated.pacing import Pace
Pace.headers = Pace.after_headers = 0.05
Pace.gap = lambda self, rng: 0.002
"""
"""Statements to run before the command, which make simulated models answer at once."""

Open = Callable[..., "Terminal"]
"""Starts the command with arguments, statements to run `before` it, and additional environment variables."""


class Terminal:
    """A terminal in which the command runs."""

    def __init__(self, command: str, arguments: list[str], environment: dict[str, str]) -> None:
        self._screen = pyte.Screen(COLUMNS, LINES)
        self._stream = pyte.ByteStream(self._screen)
        self.output = b""
        self.child: Any = pexpect.spawn(
            command,
            arguments,
            dimensions=(LINES, COLUMNS),
            env=environment,
            cwd=environment["HOME"],  # where exports without a folder are written
            timeout=PATIENCE,
        )
        self.modes = termios.tcgetattr(self.child.child_fd)
        self.was_given_back = False
        """Whether the command had restored all modes when it ended."""

    @property
    def lines(self) -> list[str]:
        """The lines of the screen. pyte's `display` fails if half of a wide character was painted over."""
        rows = [self._screen.buffer[row] for row in range(self._screen.lines)]
        return ["".join(row[column].data for column in range(self._screen.columns)) for row in rows]

    def wait_until(self, condition: Callable[[list[str]], bool]) -> None:
        """Read the command's output until the screen fulfils the condition."""
        deadline = time.monotonic() + PATIENCE
        while not condition(self.lines):
            self._read(deadline - time.monotonic())

    def wait_for(self, condition: Callable[[], object]) -> None:
        """Read the command's output until a condition holds that does not depend on the screen.

        The command may have ended before this looks again.
        """
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, "\n".join(self.lines)
            if select.select([self.child.child_fd], [], [], 0.02)[0]:
                try:
                    self._read()
                except pexpect.EOF:
                    if condition():
                        return
                    raise

    def type(self, keys: str) -> None:
        """Send keys to the command."""
        self.child.send(keys)

    def resize(self, columns: int, lines: int) -> None:
        """Change the size, and clear the screen."""
        self._screen.reset()
        self._screen.resize(lines, columns)
        self.child.setwinsize(lines, columns)

    def wait_for_end(self) -> int:
        """Read until the command has ended. Return its exit code, or minus the signal that killed it."""
        deadline = time.monotonic() + PATIENCE
        try:
            while True:
                self._read(deadline - time.monotonic())
        except pexpect.EOF:
            self.was_given_back = self.is_given_back
            while self.child.isalive():
                assert time.monotonic() < deadline, "the command left the terminal, but goes on"
                time.sleep(0.01)
            self.child.close()
        status: int = -self.child.signalstatus if self.child.exitstatus is None else self.child.exitstatus
        return status

    @property
    def is_given_back(self) -> bool:
        """Whether all modes are as they were before the command."""
        off = all(self.output.rfind(f"\x1b[{each}l".encode()) >= self._last(f"\x1b[{each}h") for each in _SWITCHES)
        cursor = self.output.rfind(b"\x1b[?25h") >= self._last("\x1b[?25l")
        return off and cursor and termios.tcgetattr(self.child.child_fd)[:4] == self.modes[:4]

    @property
    def said(self) -> str:
        """The text that was printed after the full screen was closed, or all text if there was none."""
        printed = self.output.rpartition(b"\x1b[?1049l")[2].decode().replace("\r\n", "\n")
        return re.sub(r"\x1b\[[?<>]?[\d;]*[a-z]", "", printed)

    def hang_up(self) -> int:
        """Close the terminal while the command runs. Return the command's exit code."""
        self.child.ptyproc.fileobj.close()
        deadline = time.monotonic() + PATIENCE
        ended = status = 0
        while not ended:
            assert time.monotonic() < deadline, "the command continues without a terminal"
            time.sleep(0.01)
            ended, status = os.waitpid(self.child.pid, os.WNOHANG)
        self.child.ptyproc.closed = self.child.closed = self.child.terminated = True
        return os.waitstatus_to_exitcode(status)

    def _last(self, sequence: str) -> int:
        return self.output.rfind(sequence.encode())

    def _read(self, patience: float = PATIENCE) -> None:
        try:
            data = self.child.read_nonblocking(65536, timeout=max(patience, 0))
        except pexpect.TIMEOUT:
            raise AssertionError("\n".join(["The screen does not change any more:", *self.lines])) from None
        if patience < 0:
            raise AssertionError("\n".join(["The screen changes, but does not fulfil the condition:", *self.lines]))
        self.output += data
        # pyte shows the numbers of a private sequence that it does not know as text.
        self._stream.feed(data.replace(b"\x1b[>", b"\x1b[?"))


def new_user(home: Path) -> dict[str, str]:
    """Return the environment of a new user, with an empty home and without keys. `listed` finds the history in it."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "SYSTEMROOT")}
    history = {"DIPTYCH_HISTORY": str(home / "history.db")}
    return kept | history | {"HOME": str(home), "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}


def listed(environment: dict[str, str]) -> Sequence[ListedRound]:
    """Return the rounds that the history lists now."""
    return History(Path(environment["DIPTYCH_HISTORY"])).rounds(HistoryFilter())


def states(environment: dict[str, str]) -> list[tuple[str, ...]]:
    """Return the states of both sides, for each round that the history lists now."""
    return [tuple(run.state for run in each.runs) for each in listed(environment)]


@contextmanager
def opened(environment: dict[str, str], *arguments: str, before: str = "") -> Iterator[Terminal]:
    """Run the command in a terminal until the end of the block. `before` are statements to run before it."""
    if before:
        script = f"{before}\nfrom diptych.__main__ import main\nmain()"
        terminal = Terminal(sys.executable, ["-c", script, *arguments], environment)
    else:
        terminal = Terminal(str(Path(sys.executable).with_name("diptych")), list(arguments), environment)
    with killed_at_end(terminal):
        yield terminal


@contextmanager
def killed_at_end(terminal: Terminal) -> Iterator[Terminal]:
    """Yield a terminal whose command is killed at the end of the block, if it still runs."""
    try:
        yield terminal
    finally:
        kill(terminal.child)


def kill(child: Any) -> None:
    """Kill the command of a `pexpect.spawn` and wait for its end: pexpect gives up after a tenth of a second."""
    if not child.closed:
        if child.isalive():
            child.kill(signal.SIGKILL)
            child.wait()
        child.close()


@contextmanager
def terminals(environment: dict[str, str]) -> Iterator[Open]:
    """Yield a function that opens terminals, which are closed with the block."""
    with ExitStack() as stack:

        def start(*arguments: str, before: str = "", **more: str) -> Terminal:
            return stack.enter_context(opened(environment | more, *arguments, before=before))

        yield start


def shows(*texts: str) -> Callable[[list[str]], bool]:
    """Return the condition that the screen shows all of these texts."""
    return lambda lines: all(any(text in line for line in lines) for text in texts)


def halves(lines: list[str]) -> tuple[str, str]:
    """Return the text in the left half of the screen and in the right half."""
    middle = COLUMNS // 2
    return "\n".join(line[:middle] for line in lines), "\n".join(line[middle:] for line in lines)
