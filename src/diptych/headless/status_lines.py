"""Lines at the end of a terminal's output that are rewritten in place, and gone at the end."""

import os
import unicodedata
from collections.abc import Iterable
from typing import IO

_MARGIN = 4
"""Columns that stay free, since terminals disagree about the width of some signs. A line must never wrap."""

_USUAL_SIZE = os.terminal_size((80, 24))


class StatusLines:
    """Draws lines on a terminal and erases them, so that other output can come between.

    The cursor rests at the beginning of the first line: whatever the terminal does with the lines when its size
    changes, everything below that place is rewritten. A terminal that cannot be written to any more gets nothing.
    """

    def __init__(self, terminal: IO[str]) -> None:
        self._terminal: IO[str] | None = terminal
        self._drawn: list[str] = []

    def draw(self, lines: Iterable[str]) -> None:
        """Draw the lines in place of those before, as many of them as the terminal has room for."""
        if self._terminal is None:
            return
        columns, rows = _size(self._terminal)
        shown = [_cut(_encodable(line, self._terminal), columns - _MARGIN) for line in lines][: max(rows - 1, 1)]
        if shown != self._drawn and shown:
            up = f"\x1b[{len(shown) - 1}A" if len(shown) > 1 else ""
            self._write("\r" + "\x1b[K\n".join(shown) + f"\x1b[J{up}\r")
            self._drawn = shown

    def erase(self) -> None:
        """Erase the lines. Other output may begin where they stood."""
        if self._drawn:
            self._drawn = []
            self._write("\r\x1b[J")

    def _write(self, text: str) -> None:
        if self._terminal is not None:
            try:
                self._terminal.write(text)
                self._terminal.flush()
            except (OSError, ValueError):  # it is gone, or closed
                self._terminal = None


def is_terminal(stream: IO[str] | None) -> bool:
    """Whether a stream is there and is a terminal."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # it is closed
        return False


def _size(terminal: IO[str]) -> os.terminal_size:
    try:
        size = os.get_terminal_size(terminal.fileno())
    except (OSError, ValueError):
        return _USUAL_SIZE
    return size if size.columns and size.lines else _USUAL_SIZE


def _encodable(line: str, terminal: IO[str]) -> str:
    """Return a line in which "?" stands for what the terminal's encoding lacks."""
    encoding = getattr(terminal, "encoding", None) or "utf-8"
    return line.encode(encoding, "replace").decode(encoding, "replace")


def _cut(line: str, columns: int) -> str:
    """Return as much of a line as fits."""
    width = 0
    for index, character in enumerate(line):
        width += 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if width > columns:
            return line[: max(index - 1, 0)] + "…"
    return line
