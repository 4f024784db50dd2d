"""Lets pastes and bursts of text reach the app as one message each, quickly however long they are.

Textual parses its input character by character, so that keys wait for many seconds behind 10 MB of pasted text. It
takes what follows an escape character in a paste for keys, so that a pasted line end might send a prompt. And from a
terminal without bracketed paste everything would be keys, at a millisecond each. Several characters that are read at
once are a `Burst`: the app decides whether they are keys or text.
"""

import re
from collections.abc import Callable, Generator, Iterable, Iterator
from time import monotonic

from textual.events import Paste
from textual.message import Message

from diptych.tui.terminal.burst import join_bursts
from diptych.tui.textual_patches.key_parser import PASTE_END, PASTE_START, KeyParser

MOST_IN_BOX = 100_000
"""Characters that a box accepts: with more of them, keys would no longer show at once."""

_MOST_KEPT = 2**24
"""Characters of one paste that are kept. A paste this long is refused anyway, so the rest is dropped."""

_FLOOD = 1_000
"""Characters of plain text that come at once and so cannot come from a keyboard."""

_FLOOD_GAP = 0.1
"""Seconds without input after which such a flood has ended."""

_OVERLAP = len(PASTE_START) - 1
"""The most characters of a mark that can come before the rest of it."""

_PLAIN = re.compile(r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+")


def too_much(count: int) -> str:
    """Return why `count` characters are not inserted into a box, and what to do instead."""
    return (
        f"{count:,} characters are more than the {MOST_IN_BOX:,} that a box takes, so nothing was inserted. "
        "Save the text to a file and start diptych with --file PATH."
    )


class PasteParser(KeyParser):
    """Textual's parser of what a terminal sends, except that each paste becomes one message."""

    def __init__(self, debug: bool = False, clock: Callable[[], float] = monotonic) -> None:
        super().__init__(debug)
        self._clock = clock
        self._typed = ""  # the end of the parsed input, in which the mark of a paste may begin
        self._paste: _Pasted | None = None
        self._flood: _Pasted | None = None
        self._flooded_at = 0.0

    def feed(self, data: str) -> Iterable[Message]:
        """Yield the messages of the input; "" is the end of input."""
        if not data:
            yield from super().feed(data)
        while data:
            if self._paste:
                data = yield from self._feed_paste(self._paste, data)
            elif _PLAIN.fullmatch(data) and (self._flood or len(data) >= _FLOOD):
                self._flood = self._flood or _Pasted()
                self._flood.add(data)
                self._flooded_at = self._clock()
                data = ""
            else:
                yield from self._end_flood()
                data = yield from self._feed_keys(data)

    def tick(self) -> Iterable[Message]:
        """Yield the messages that are due because nothing came for a while."""
        yield from super().tick()
        if self._clock() - self._flooded_at >= _FLOOD_GAP:
            yield from self._end_flood()

    def _feed_keys(self, data: str) -> Generator[Message, None, str]:
        """Parse up to the beginning of a paste; returns the rest of the data."""
        seen = self._typed + data
        at = seen.find(PASTE_START)
        if at < 0:
            self._typed = seen[-_OVERLAP:]
            yield from join_bursts(super().feed(data))
            return ""
        begins = at + len(PASTE_START) - len(self._typed)
        self._typed = ""
        yield from join_bursts(super().feed(data[:begins]))
        self._paste = _Pasted()
        return data[begins:]

    def _feed_paste(self, paste: "_Pasted", data: str) -> Generator[Message, None, str]:
        """Collect pasted text; returns the data after the paste."""
        text, end, rest = (paste.held + data).partition(PASTE_END)
        if not end:
            paste.add(text[:-_OVERLAP])
            paste.held = text[-_OVERLAP:]
            return ""
        paste.add(text)
        self._paste = None
        for _ in super().feed(end):
            pass  # Textual has seen the marks alone, so its own paste is empty
        yield Paste(paste.text)
        return rest

    def _end_flood(self) -> Iterator[Message]:
        if self._flood:
            flood, self._flood = self._flood, None
            yield Paste(flood.text)


class _Pasted:
    """The pieces of a paste; `held` are its last characters while they may belong to the mark of its end."""

    def __init__(self) -> None:
        self.held = ""
        self._pieces: list[str] = []
        self._kept = 0

    @property
    def text(self) -> str:
        """The whole text without NUL characters."""
        return "".join(self._pieces).replace("\x00", "")

    def add(self, text: str) -> None:
        """Add a piece."""
        if self._kept < _MOST_KEPT:
            self._pieces.append(text)
            self._kept += len(text)
