"""What stood on the screen when: the terminal's output, played again to a terminal emulator, which is too slow live."""

import re
from collections.abc import Iterable

import pyte

from tests.bench.terminal import COLUMNS, LINES, Output


class Replay:
    """A screen that is as far as the output it was given; it begins empty."""

    def __init__(self) -> None:
        self._screen = pyte.Screen(COLUMNS, LINES)
        self._stream = pyte.ByteStream(self._screen)
        self._rows: dict[int, tuple[object, ...]] = {}

    @property
    def lines(self) -> list[str]:
        """The screen, line by line."""
        return list(self._screen.display)

    def feed(self, output: Output) -> bool:
        """Take some output; whether any cell looks different now."""
        # pyte takes the numbers of a private sequence it does not know for text.
        self._stream.feed(output.data.replace(b"\x1b[>", b"\x1b[?"))
        changed = False
        for number in self._screen.dirty:
            cells = self._screen.buffer[number]
            row = tuple(cells[column] for column in range(COLUMNS))
            changed = changed or row != self._rows.get(number)
            self._rows[number] = row
        self._screen.dirty.clear()
        return changed


def first_shown(word: str, outputs: Iterable[Output]) -> float | None:
    """When a word first stood in an answer; None if it never did.

    Event lists quote the pieces they show, so that a word between quotes is one of theirs.
    """
    replay = Replay()
    bare = re.compile(rf'(?<!["\w]){word}(?!["\w])')
    for output in outputs:
        if replay.feed(output) and any(bare.search(line) for line in replay.lines):
            return output.at
    return None
