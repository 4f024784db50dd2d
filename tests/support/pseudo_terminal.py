"""The installed command in a pseudo-terminal: what it shows, what it writes, and what is typed.

Not for Windows, which has no pseudo-terminals of this kind.
"""

import os
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

import pexpect
import pyte

COLUMNS, LINES = 120, 40
PATIENCE = 30  # seconds until a condition that does not come true fails the test

Open = Callable[..., "Terminal"]
"""Starts the command with these arguments, and with further variables of its environment."""


class Terminal:
    """A terminal with the command in it: what it shows, and what is typed."""

    def __init__(self, command: str, arguments: list[str], environment: dict[str, str]) -> None:
        self._screen = pyte.Screen(COLUMNS, LINES)
        self._stream = pyte.ByteStream(self._screen)
        self.output = b""
        self.child: Any = pexpect.spawn(
            command, arguments, dimensions=(LINES, COLUMNS), env=environment, timeout=PATIENCE
        )
        self.modes = termios.tcgetattr(self.child.child_fd)

    @property
    def lines(self) -> list[str]:
        """The screen, line by line; pyte's own `display` fails where half of a wide character was painted over."""
        rows = [self._screen.buffer[row] for row in range(LINES)]
        return ["".join(row[column].data for column in range(COLUMNS)) for row in rows]

    def wait_until(self, condition: Callable[[list[str]], bool]) -> None:
        """Read what the command writes until the screen is as wanted."""
        deadline = monotonic() + PATIENCE
        while not condition(self.lines):
            self._read(deadline - monotonic())

    def type(self, keys: str) -> None:
        """Send keys as a terminal does."""
        self.child.send(keys)

    def wait_for_end(self) -> int:
        """Read until the command has left; its exit code."""
        try:
            while True:
                self._read()
        except pexpect.EOF:
            self.child.close()
        status: int = self.child.exitstatus
        return status

    def _read(self, patience: float = PATIENCE) -> None:
        try:
            data = self.child.read_nonblocking(65536, timeout=max(patience, 0))
        except pexpect.TIMEOUT:
            raise AssertionError("\n".join(["This is what stays on the screen:", *self.lines])) from None
        if patience < 0:
            raise AssertionError("\n".join(["The screen changes, but never comes to be as wanted:", *self.lines]))
        self.output += data
        # pyte takes the numbers of a private sequence it does not know for text.
        self._stream.feed(data.replace(b"\x1b[>", b"\x1b[?"))


def new_users_environment(home: Path) -> dict[str, str]:
    """A new user's: an empty home, no keys."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "SYSTEMROOT")}
    return kept | {"HOME": str(home), "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}


@contextmanager
def terminals(environment: dict[str, str]) -> Iterator[Open]:
    """A way to open terminals, which are closed with the block."""
    opened: list[Terminal] = []

    def start(*arguments: str, **more: str) -> Terminal:
        command = Path(sys.executable).with_name("diptych")
        opened.append(Terminal(str(command), list(arguments), environment | more))
        return opened[-1]

    try:
        yield start
    finally:
        for terminal in opened:
            terminal.child.close(force=True)


def shows(*texts: str) -> Callable[[list[str]], bool]:
    """Whether all of these stand on the screen."""
    return lambda lines: all(any(text in line for line in lines) for text in texts)


def halves(lines: list[str]) -> tuple[str, str]:
    """What stands in the left half of the screen, and in the right one."""
    middle = COLUMNS // 2
    return "\n".join(line[:middle] for line in lines), "\n".join(line[middle:] for line in lines)
