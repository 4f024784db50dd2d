"""Finds which of the blocks of two answers belong together, or the items of two arrays.

Equal blocks are matched first. What is left between them is compared word by word as a whole, and the blocks that have
enough words in common become pairs. At last, as many blocks as stand in the place of others of the same rank replace
them.
"""

from collections.abc import Hashable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple, Protocol

from diptych.differences.sequences import Pause, Stretch, common_stretches, stretches_around_unique
from diptych.differences.words import Vocabulary

_ALIKE = 0.4
"""From this share of common words on, two blocks are a pair: twice the common words by the words of both."""

_FEWEST_WORDS = 3
"""Things with fewer words are not looked for elsewhere."""


class Alignable(Protocol):
    """What can be aligned: things with the same key are equal, and the tokens tell how similar others are.

    Only things of the same rank, such as paragraphs in the same depth, can replace each other.
    """

    @property
    def key(self) -> Hashable:
        """What two equal things have in common."""

    @property
    def rank(self) -> Hashable:
        """What two things have in common that can replace each other."""

    @property
    def ids(self) -> Sequence[int]:
        """The numbers of the tokens in the vocabulary."""


class Place(NamedTuple):
    """Two things that belong together, by their indices. None means that a thing is only on the other side."""

    left: int | None
    right: int | None


def align(left: Sequence[Alignable], right: Sequence[Alignable], vocabulary: Vocabulary, pause: Pause) -> list[Place]:
    """Return all things of both sides in order: pairs, and what is only on one side."""
    places: list[Place] = []
    left_at = right_at = 0
    for stretch in _equal_stretches(left, right, vocabulary, pause):
        places += _align_different(
            left[left_at : stretch.left], right[right_at : stretch.right], left_at, right_at, vocabulary, pause
        )
        places += (Place(stretch.left + index, stretch.right + index) for index in range(stretch.length))
        left_at, right_at = stretch.left + stretch.length, stretch.right + stretch.length
    moves = moved(places, left, right, vocabulary)
    return list(_with_replaced(places, left, right, moves))


def moved(
    places: Sequence[Place], left: Sequence[Alignable], right: Sequence[Alignable], vocabulary: Vocabulary
) -> dict[int, int]:
    """Return which things that are only on the left stand elsewhere on the right, by their indices.

    Things of few words do not count: the same short line may be in many places by chance.
    """
    elsewhere: dict[Hashable, list[int]] = {}
    for place in reversed(places):
        if place.left is None and place.right is not None:
            elsewhere.setdefault(right[place.right].key, []).append(place.right)
    moves = {}
    for place in places:
        if place.right is None and place.left is not None:
            thing = left[place.left]
            found = elsewhere.get(thing.key)
            if found and vocabulary.count_words(thing.ids) >= _FEWEST_WORDS:
                moves[place.left] = found.pop()
    return moves


def _with_replaced(
    places: Sequence[Place], left: Sequence[Alignable], right: Sequence[Alignable], moves: dict[int, int]
) -> Iterator[Place]:
    """Yield the places, in which things that stand in the place of as many others of the same rank replace them."""
    arrived = set(moves.values())
    for is_paired, group in groupby(places, lambda place: place.left is not None and place.right is not None):
        found = list(group)
        lefts = [place.left for place in found if place.left is not None]
        rights = [place.right for place in found if place.right is not None]
        stay = moves.keys().isdisjoint(lefts) and arrived.isdisjoint(rights)
        if not is_paired and stay and [left[one].rank for one in lefts] == [right[one].rank for one in rights]:
            yield from map(Place, lefts, rights)
        else:
            yield from found


def _equal_stretches(
    left: Sequence[Alignable], right: Sequence[Alignable], vocabulary: Vocabulary, pause: Pause
) -> Iterator[Stretch]:
    """Yield where equal things stand, the beginning and the end first, and last an empty stretch at the end.

    In between, only things with words count: a fence or a brace is in many places.
    """
    keys: dict[Hashable, int] = {}
    left_keys = [keys.setdefault(thing.key, len(keys)) for thing in left]
    right_keys = [keys.setdefault(thing.key, len(keys)) for thing in right]
    size = min(len(left), len(right))
    start = 0
    while start < size and left_keys[start] == right_keys[start]:
        start += 1
    end = 0
    while end < size - start and left_keys[-1 - end] == right_keys[-1 - end]:
        end += 1
    yield Stretch(0, 0, start)
    left_places = [place for place in range(start, len(left) - end) if vocabulary.count_words(left[place].ids)]
    right_places = [place for place in range(start, len(right) - end) if vocabulary.count_words(right[place].ids)]
    for stretch in stretches_around_unique(
        [left_keys[place] for place in left_places], [right_keys[place] for place in right_places], pause
    ):
        for index in range(stretch.length):
            yield Stretch(left_places[stretch.left + index], right_places[stretch.right + index], 1)
    yield Stretch(len(left) - end, len(right) - end, end)


def _align_different(
    left: Sequence[Alignable],
    right: Sequence[Alignable],
    left_at: int,
    right_at: int,
    vocabulary: Vocabulary,
    pause: Pause,
) -> Iterator[Place]:
    """Yield the places of things between equal ones, which begin at these indices."""
    pairs = _similar_pairs(left, right, vocabulary, pause) if left and right else []
    left_done = right_done = 0
    for left_index, right_index in [*pairs, (len(left), len(right))]:
        yield from (Place(left_at + index, None) for index in range(left_done, left_index))
        yield from (Place(None, right_at + index) for index in range(right_done, right_index))
        if left_index < len(left):
            yield Place(left_at + left_index, right_at + right_index)
        left_done, right_done = left_index + 1, right_index + 1


def _similar_pairs(
    left: Sequence[Alignable], right: Sequence[Alignable], vocabulary: Vocabulary, pause: Pause
) -> list[tuple[int, int]]:
    """Return the pairs of things, in order, that together have the most words in common."""
    if len(left) == len(right) == 1 and left[0].rank == right[0].rank:
        return [(0, 0)]  # it would replace the other even if nothing were in common
    left_owners = [index for index, thing in enumerate(left) for _ in thing.ids]
    right_owners = [index for index, thing in enumerate(right) for _ in thing.ids]
    left_ids = [token for thing in left for token in thing.ids]
    right_ids = [token for thing in right for token in thing.ids]
    common = (
        (left_owners[stretch.left + index], right_owners[stretch.right + index], left_ids[stretch.left + index])
        for stretch in common_stretches(left_ids, right_ids, pause)
        for index in range(stretch.length)
    )
    weighed = []
    for (left_index, right_index), tokens in groupby(common, key=lambda each: each[:2]):
        ids = [token for _, _, token in tokens]
        if is_similar(left[left_index].ids, right[right_index].ids, ids, vocabulary):
            weighed.append((left_index, right_index, 1 + len(ids) + 8 * vocabulary.count_words(ids)))
    return _heaviest_chain(weighed)


def is_similar(left: Sequence[int], right: Sequence[int], common: Sequence[int], vocabulary: Vocabulary) -> bool:
    """Whether two things with these tokens in common are similar enough to belong together."""
    left_words, right_words = vocabulary.count_words(left), vocabulary.count_words(right)
    if left_words or right_words:
        return 2 * vocabulary.count_words(common) >= _ALIKE * (left_words + right_words)
    return 2 * len(common) >= _ALIKE * (len(left) + len(right))


def _heaviest_chain(weighed: Sequence[tuple[int, int, int]]) -> list[tuple[int, int]]:
    """Choose pairs so that each index is used once and the weights add up to the most.

    The indices of the pairs never fall, so that pairs exclude each other only if they share an index.
    """
    best_until: list[tuple[int, int]] = []  # up to each pair: the greatest weight, and the pair with which it ends
    totals: list[int] = []
    before: list[int] = []
    free = 0  # how many of the first pairs share no index with the present one
    for index, (left_index, right_index, weight) in enumerate(weighed):
        while weighed[free][0] < left_index and weighed[free][1] < right_index:
            free += 1
        total, last = best_until[free - 1] if free else (0, -1)
        totals.append(total + weight)
        before.append(last)
        best_until.append(max(best_until[-1] if best_until else (0, -1), (total + weight, index)))
    chain = []
    index = best_until[-1][1] if best_until else -1
    while index >= 0:
        chain.append(weighed[index][:2])
        index = before[index]
    return chain[::-1]
