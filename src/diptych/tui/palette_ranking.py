"""Decides which commands of the palette a query finds, and in which order."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Findable:
    """What the palette searches in a command.

    `title` is shown. `words` are others that a user may type for it; they are not shown. A command that `sends` a
    request is found by those words alone, each typed to its end, so that nobody sends one by accident. One that is not
    `is_listed` comes after a listed one that fits as well.
    """

    title: str
    words: str = ""
    sends: bool = False
    is_listed: bool = True


def rank(query: str, commands: Sequence[Findable]) -> list[int]:
    """Return the indexes of the commands that a query finds, the best one first.

    Every word of the query must be found. Whole words come before beginnings of words, these before parts of words,
    and words of which letters were left out come last, shorter titles first. Equal ones stay in their order.
    """
    asked = _WORD.findall(query.lower())
    if not asked:
        return []
    found = []
    for index, command in enumerate(commands):
        if command.sends:
            penalty = 0.0 if set(asked) <= set(_WORD.findall(command.words.lower())) else None
        else:
            penalty = _penalty(asked, command)
        if penalty is not None:
            found.append((penalty, index))
    return [index for _, index in sorted(found)]


def _penalty(asked: Sequence[str], command: Findable) -> float | None:
    """Return how badly a command fits, 0 for the best; None if it does not."""
    title = _WORD.findall(command.title.lower())
    hidden = _WORD.findall(command.words.lower())
    penalties = [_word_penalty(word, title, hidden) for word in asked]
    known = [each for each in penalties if each is not None]
    if len(known) == len(penalties):
        unlisted = 0.0 if command.is_listed or max(known) == 0 else 0.5
        return max(known) + unlisted + sum(known) / 1000
    if all(any(_is_shortened(word, each) for each in title) for word in asked):
        return 100 + len(command.title) / 1000
    return None


def _is_shortened(short: str, word: str) -> bool:
    """Whether letters were left out inside a word: `scrsht` for `screenshot`."""
    letters = iter(word)
    return short[0] == word[0] and short[-1] == word[-1] and all(letter in letters for letter in short)


def _word_penalty(word: str, title: Sequence[str], hidden: Sequence[str]) -> float | None:
    """Return how badly a word fits. A command is best known by its first hidden word, then by its title's beginning."""
    if hidden and word == hidden[0]:
        return 0.0
    if word in title[:2]:
        return 1.0
    if word in title or word in hidden:
        return 2.0
    if any(each.startswith(word) for each in (*title, *hidden)):
        return 10.0
    if any(word in each for each in (*title, *hidden)):
        return 20.0
    return None
