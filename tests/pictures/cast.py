"""A recording of a terminal in the format of asciinema, version 2, and the screens that a terminal shows of it.

The format: https://docs.asciinema.org/manual/asciicast/v2/
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Self

import pyte


@dataclass(frozen=True, slots=True)
class Cell:
    """A character on the screen, with its colours as `rrggbb` or "default". After a wide character, `text` is ""."""

    text: str
    colour: str
    background: str
    bold: bool = False
    italic: bool = False
    underlined: bool = False
    struck: bool = False


Screen = tuple[tuple[Cell, ...], ...]
"""The rows of a screen."""


@dataclass(slots=True)
class Cast:
    """What a program wrote to a terminal, and when, in seconds since the beginning."""

    columns: int
    lines: int
    title: str
    output: list[tuple[float, str]] = field(default_factory=list)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read a file of asciinema."""
        first, *others = map(json.loads, text.splitlines())
        return cls(
            first["width"],
            first["height"],
            first["title"],
            [(time, data) for time, kind, data in others if kind == "o"],
        )

    @property
    def text(self) -> str:
        """The contents of a file that `asciinema play` plays."""
        header = {
            "version": 2,
            "width": self.columns,
            "height": self.lines,
            "title": self.title,
            "env": {"TERM": "xterm-256color"},
        }
        lines = (header, *([round(time, 3), "o", data] for time, data in self.output))
        return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)

    def screens(self) -> Iterator[tuple[float, Screen]]:
        """Yield what the terminal shows after each output, and when."""
        terminal = pyte.Screen(self.columns, self.lines)
        stream = pyte.Stream(terminal)
        for time, data in self.output:
            stream.feed(data)
            yield time, tuple(_row(terminal, line) for line in range(self.lines))


def _row(terminal: pyte.Screen, line: int) -> tuple[Cell, ...]:
    return tuple(_cell(terminal.buffer[line][column]) for column in range(terminal.columns))


def _cell(char: pyte.screens.Char) -> Cell:
    colours = (char.bg, char.fg) if char.reverse else (char.fg, char.bg)
    return Cell(char.data, *colours, char.bold, char.italics, char.underscore, char.strikethrough)
