"""Searches the choices by any part of their names, the best matches first."""

from collections.abc import Iterable
from dataclasses import dataclass

from diptych.catalog.choices import Choice, ChoiceGroup
from diptych.config.presets import PRESET_MARK

_SEPARATORS = str.maketrans(dict.fromkeys("-_./:@,()[]", " "))

_SAME, _WORD, _BEGINNING, _ENDPOINT, _DETAIL, _PART, _PART_OF_ENDPOINT, _PART_OF_DETAIL, _SCATTERED = range(9)
"""How well a typed word matches: it is the model's name, one of its words, or the beginning of one; it begins a word of
the endpoint or of the detail; it is any part of the model's name, of the endpoint or of the detail; or its letters come
in this order."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """A choice, and what is compared: lower case, with a space in place of every separator and around it."""

    choice: Choice
    endpoint: str
    model: str
    detail: str


class ChoiceSearch:
    """The choices of some groups, each name once, ready to be searched at every key."""

    def __init__(self, groups: Iterable[ChoiceGroup]) -> None:
        choices: dict[str, Choice] = {}
        for group in groups:
            for choice in group.choices:
                choices.setdefault(choice.name, choice)
        self._entries = [_entry(choice) for choice in choices.values()]

    def find(self, typed: str) -> list[Choice]:
        """Return the choices that every typed word matches.

        Choices that match equally well keep the order of their groups. After `@`, only presets are searched. With a
        colon, letters in a row are searched and no scattered ones, since it begins a model's whole name.
        """
        is_preset = typed.lstrip().startswith(PRESET_MARK)
        may_scatter = ":" not in typed
        words = [word for part in typed.replace(":", " ").split() if (word := _normal(part).strip())]
        found = []
        for index, entry in enumerate(self._entries):
            if is_preset and not entry.choice.name.startswith(PRESET_MARK):
                continue
            total = 0
            for word in words:
                score = _score(word, entry, may_scatter=may_scatter)
                if score is None:
                    break
                total += score
            else:
                found.append((total, index))
        return [self._entries[index].choice for _, index in sorted(found)]


def _entry(choice: Choice) -> _Entry:
    is_preset = choice.name.startswith(PRESET_MARK)
    endpoint, _, model = ("", "", choice.name) if is_preset else choice.name.partition(":")
    return _Entry(choice, _normal(endpoint), _normal(model), _normal(choice.detail))


def _normal(text: str) -> str:
    return f" {' '.join(text.casefold().translate(_SEPARATORS).split())} "


def _score(word: str, entry: _Entry, *, may_scatter: bool) -> int | None:
    """Return how well a word matches, from `_SAME` to `_SCATTERED`; None if it does not."""
    whole, beginning = f" {word} ", f" {word}"
    if whole == entry.model:
        return _SAME
    if whole in entry.model:
        return _WORD
    for score, part, text in (
        (_BEGINNING, beginning, entry.model),
        (_ENDPOINT, beginning, entry.endpoint),
        (_DETAIL, beginning, entry.detail),
        (_PART, word, entry.model),
        (_PART_OF_ENDPOINT, word, entry.endpoint),
        (_PART_OF_DETAIL, word, entry.detail),
    ):
        if part in text:
            return score
    return _SCATTERED if may_scatter and _is_scattered(word, entry.endpoint + entry.model) else None


def _is_scattered(word: str, text: str) -> bool:
    """Whether a text has the letters of a word in this order, the first of them at the beginning of a word."""
    place = text.find(f" {word[0]}")
    if place < 0:
        return False
    place += 1
    for letter in word[1:]:
        place = text.find(letter, place + 1)
        if place < 0:
            return False
    return True
