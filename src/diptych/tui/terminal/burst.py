"""Text that was read from the terminal at once: nobody types several different letters within one read.

A held key repeats the same letter, so that is not a burst.
"""

from collections.abc import Iterable, Iterator

from textual.events import Event, Key
from textual.message import Message

_LINE_ENDS = ("enter", "ctrl+j")


class Burst(Event, bubble=False):
    """Keys of at least two different characters that were read at once, with the line ends between and after them."""

    def __init__(self, keys: tuple[Key, ...]) -> None:
        super().__init__()
        self.keys = keys

    @property
    def text(self) -> str:
        """The text that the keys write, without line ends after it."""
        return "".join("\n" if key.key in _LINE_ENDS else key.character or "" for key in self.keys).rstrip("\n")


def is_character(key: Key) -> bool:
    """Whether the key writes a character."""
    return key.is_printable and "+" not in key.key


def join_bursts(messages: Iterable[Message]) -> Iterator[Message]:
    """Yield the messages that were read at once, with the keys of each burst as one message."""
    keys: list[Key] = []
    for message in messages:
        if isinstance(message, Key) and (is_character(message) or (keys and message.key in _LINE_ENDS)):
            keys.append(message)
            continue
        yield from _joined(keys)
        keys = []
        yield message
    yield from _joined(keys)


def _joined(keys: list[Key]) -> Iterator[Message]:
    if len({key.character for key in keys if is_character(key)}) > 1:
        yield Burst(tuple(keys))
    else:
        yield from keys
