"""Searches the choices by any part of their names, the best matches first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter

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


@dataclass(frozen=True, slots=True)
class SearchableGroup:
    """A group with what a search compares, which is made once."""

    group: ChoiceGroup
    entries: tuple[_Entry, ...]


def searchable(group: ChoiceGroup) -> SearchableGroup:
    """Prepare a group for searches. It takes 10 ms for 2,000 choices."""
    return SearchableGroup(group, tuple(map(_entry, group.choices)))


def find_choices(groups: Iterable[SearchableGroup], typed: str) -> list[Choice]:
    """Return the choices that every typed word matches, each name once.

    Choices that match equally well keep the order of their groups. After `@`, only presets are searched. With a colon,
    no scattered letters are searched, since it stands in a model's whole name.
    """
    is_preset = typed.lstrip().startswith(PRESET_MARK)
    may_scatter = ":" not in typed
    words = [word for part in typed.replace(":", " ").split() if (word := _normal(part).strip())]
    best: dict[str, tuple[int, Choice]] = {}
    for group in groups:
        for entry in group.entries:
            name = entry.choice.name
            if name in best or (is_preset and not name.startswith(PRESET_MARK)):
                continue
            score = _total(words, entry, may_scatter=may_scatter)
            if score is not None:
                best[name] = score, entry.choice
    return [choice for _, choice in sorted(best.values(), key=itemgetter(0))]


def _total(words: Sequence[str], entry: _Entry, *, may_scatter: bool) -> int | None:
    total = 0
    for word in words:
        score = _score(word, entry, may_scatter=may_scatter)
        if score is None:
            return None
        total += score
    return total


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
