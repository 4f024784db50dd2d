"""Divides text into the words and signs that are compared, and gives every distinct one a number."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from diptych.core.text.combining import mark_ranges

_MARKS = "".join(f"{chr(first)}-{chr(last)}" for first, last in mark_ranges())
_SELECTORS = "\ufe0e\ufe0f\u20e3\U0001f3fb-\U0001f3ff"
"""Characters that change how the emoji before them looks: selectors, the keycap, and skin tones."""

_WITHOUT_SPACES = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Scripts that put no spaces between words. Each of their characters counts as a word."""

_LETTER = f"[^\\W_{_WITHOUT_SPACES}][{_MARKS}\ufe0f\u20e3\u200c\u200d]*+"
"""A letter or digit with the marks, joiners and the like behind it.

It never gives back one of them (`*+`): many of them would take endless time.
"""

_TOKEN = re.compile(
    f"{_LETTER}(?:(?:_++|['’.,])?{_LETTER})*+"  # a word, a number, an identifier
    f"|[{_WITHOUT_SPACES}][{_MARKS}]*"
    "|[\U0001f1e6-\U0001f1ff]{2}"  # a flag
    f"|[^\\w\\s](?:[{_MARKS}{_SELECTORS}]|\u200d[^\\w\\s])+"  # an emoji of several characters
    r"|([^\w\s])\1*"  # a run of one sign
    "|_+"
)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The words and signs of a text, in order: the number of each in a `Vocabulary`, and where it begins and ends.

    `words` are the numbers without those of punctuation. Symbols such as emoji count as words.
    """

    ids: Sequence[int]
    spans: Sequence[tuple[int, int]]
    words: Sequence[int]


class Vocabulary:
    """Gives a number to every distinct word and sign of the texts that are compared with each other.

    Canonically equivalent texts, such as a letter with its accent as one character or as two, count as the same.
    """

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}
        self._is_word: list[bool] = []

    def tokens(self, text: str, start: int, end: int) -> Tokens:
        """Return the words and signs of `text[start:end]`."""
        ids, spans = [], []
        known = self._ids
        for match in _TOKEN.finditer(text, start, end):
            spans.append(match.span())
            token = match.group()
            found = known.get(token)
            ids.append(self._add(token) if found is None else found)
        return Tokens(ids, spans, self.words(ids))

    def sign(self, name: str) -> int:
        """Return the number of a sign that no text contains, for something that has a name but no text."""
        name = f"\n{name}"
        if name not in self._ids:
            self._ids[name] = self._new(is_word=False)
        return self._ids[name]

    def words(self, ids: Sequence[int]) -> Sequence[int]:
        """Return the tokens that are words."""
        is_word = self._is_word
        return [token_id for token_id in ids if is_word[token_id]]

    def _add(self, token: str) -> int:
        canonical = token if token.isascii() else unicodedata.normalize("NFC", token)
        found = self._ids.get(canonical)
        if found is None:
            category = unicodedata.category(canonical[0])
            found = self._ids[canonical] = self._new(is_word=category[0] in "LMN" or category == "So")
        self._ids[token] = found
        return found

    def _new(self, *, is_word: bool) -> int:
        self._is_word.append(is_word)
        return len(self._is_word) - 1
