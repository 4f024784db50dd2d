"""What a pane says while there is no answer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from diptych.tui.wrapping import Wrapping

_WORD = 11
_INTRODUCTION = "Begin the prompt with one of these words to see:"


@dataclass(frozen=True, slots=True)
class Hint:
    """Sentences, and the words that a simulated model knows, each with what it makes the model show.

    `help_key` is the key that opens the help, where they are explained.
    """

    sentences: Sequence[str]
    words: Mapping[str, str]
    help_key: str = "F1"

    def rows(self, width: int, height: int) -> list[str]:
        """Return the hint in rows of that width. If that is too high, the words are listed without explanations."""
        explained = list(self._rows(width, explained=True))
        return explained if len(explained) <= height else list(self._rows(width, explained=False))

    def _rows(self, width: int, *, explained: bool) -> Iterator[str]:
        for sentence in self.sentences:
            yield from _wrap(sentence, width)
            yield ""
        if not self.words:
            return
        if not explained:
            yield from _wrap(
                f"{_INTRODUCTION} {', '.join(self.words)}. {self.help_key} says what each one shows.", width
            )
            return
        yield from _wrap(_INTRODUCTION, width)
        for word, shows in self.words.items():
            first, *others = _wrap(shows, width - _WORD - 3)
            yield f"  {word:<{_WORD}} {first}"
            yield from (" " * (_WORD + 3) + other for other in others)


def _wrap(text: str, width: int) -> list[str]:
    wrapping = Wrapping(width, text)
    return [wrapping.shown(row) for row in range(wrapping.height)]
