"""Finds which of the blocks of two answers belong together, or the items of two arrays.

Equal blocks are matched first. What is left between them is compared word by word as a whole, and the blocks that have
enough words in common become pairs. At last, as many blocks as stand in the place of others of the same rank replace
them.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from diptych.differences.sequences import CommonStretch, Pause, common_length, common_stretches, stretches_around_unique

_ALIKE = 0.4
"""From this share of common words on, two blocks are a pair: twice the common words by the words of both."""

_FEWEST_WORDS = 3
"""Things with fewer words are not looked for elsewhere."""


@dataclass(frozen=True, slots=True)
class Alignable:
    """What can be aligned, such as a block. Two things with the same key are equal.

    Only things of the same rank can replace each other, such as paragraphs that are in no list. The ids are the numbers
    of the tokens in a vocabulary, and `words` are those of them that are words: they tell how similar two things are.
    """

    key: Hashable
    rank: Hashable
    ids: Sequence[int]
    words: Sequence[int]


class IndexPair(NamedTuple):
    """Two things that belong together, by their indices. None means that a thing is only on the other side."""

    left: int | None
    right: int | None


@dataclass(frozen=True, slots=True)
class Alignment:
    """Where the things of both sides stand, those that belong together in one place.

    `moves` maps things that are only on the left there to the same thing elsewhere on the right, by their indices.
    """

    places: Sequence[IndexPair]
    moves: Mapping[int, int]


def align(left: Sequence[Alignable], right: Sequence[Alignable], pause: Pause) -> Alignment:
    """Return which things belong together."""
    places: list[IndexPair] = []
    left_at = right_at = 0
    for stretch in _equal_stretches(left, right, pause):
        places += _align_different(
            left[left_at : stretch.left], right[right_at : stretch.right], left_at, right_at, pause
        )
        places += (IndexPair(stretch.left + index, stretch.right + index) for index in range(stretch.length))
        left_at, right_at = stretch.left + stretch.length, stretch.right + stretch.length
    moves = _moved(places, left, right)
    return Alignment(list(_with_replaced(places, left, right, moves)), moves)


def _moved(places: Sequence[IndexPair], left: Sequence[Alignable], right: Sequence[Alignable]) -> dict[int, int]:
    """Return which things that are only on the left stand elsewhere on the right, by their indices.

    Things of few words do not count: the same short line may be in many places by chance.
    """
    elsewhere: dict[Hashable, list[int]] = {}
    for place in reversed(places):
        if place.left is None and place.right is not None and len(right[place.right].words) >= _FEWEST_WORDS:
            elsewhere.setdefault(right[place.right].key, []).append(place.right)
    moves = {}
    for place in places:
        if place.right is None and place.left is not None and (found := elsewhere.get(left[place.left].key)):
            moves[place.left] = found.pop()
    return moves


def _with_replaced(
    places: Sequence[IndexPair], left: Sequence[Alignable], right: Sequence[Alignable], moves: dict[int, int]
) -> Iterator[IndexPair]:
    """Yield the places, in which things that stand in the place of as many others of the same rank replace them."""
    arrived = set(moves.values())
    for is_paired, group in groupby(places, lambda place: place.left is not None and place.right is not None):
        found = list(group)
        lefts = [place.left for place in found if place.left is not None]
        rights = [place.right for place in found if place.right is not None]
        stay = moves.keys().isdisjoint(lefts) and arrived.isdisjoint(rights)
        if not is_paired and stay and [left[one].rank for one in lefts] == [right[one].rank for one in rights]:
            yield from map(IndexPair, lefts, rights)
        else:
            yield from found


def _equal_stretches(left: Sequence[Alignable], right: Sequence[Alignable], pause: Pause) -> Iterator[CommonStretch]:
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
    yield CommonStretch(0, 0, start)
    left_places = [place for place in range(start, len(left) - end) if left[place].words]
    right_places = [place for place in range(start, len(right) - end) if right[place].words]
    for stretch in stretches_around_unique(
        [left_keys[place] for place in left_places], [right_keys[place] for place in right_places], pause
    ):
        for index in range(stretch.length):
            yield CommonStretch(left_places[stretch.left + index], right_places[stretch.right + index], 1)
    yield CommonStretch(len(left) - end, len(right) - end, end)


def _align_different(
    left: Sequence[Alignable],
    right: Sequence[Alignable],
    left_at: int,
    right_at: int,
    pause: Pause,
) -> Iterator[IndexPair]:
    """Yield the places of things between equal ones, which begin at these indices."""
    pairs = _similar_pairs(left, right, pause) if left and right else []
    left_done = right_done = 0
    for left_index, right_index in [*pairs, (len(left), len(right))]:
        yield from (IndexPair(left_at + index, None) for index in range(left_done, left_index))
        yield from (IndexPair(None, right_at + index) for index in range(right_done, right_index))
        if left_index < len(left):
            yield IndexPair(left_at + left_index, right_at + right_index)
        left_done, right_done = left_index + 1, right_index + 1


def _similar_pairs(left: Sequence[Alignable], right: Sequence[Alignable], pause: Pause) -> list[tuple[int, int]]:
    """Return the pairs of things, in order, that together have the most words in common."""
    if len(left) == len(right) == 1 and left[0].rank == right[0].rank:
        return []  # one replaces the other unless it has moved, whatever they have in common
    left_owners = [index for index, thing in enumerate(left) for _ in thing.ids]
    right_owners = [index for index, thing in enumerate(right) for _ in thing.ids]
    left_ids = [token for thing in left for token in thing.ids]
    right_ids = [token for thing in right for token in thing.ids]
    candidates = dict.fromkeys(
        (left_owners[stretch.left + index], right_owners[stretch.right + index])
        for stretch in common_stretches(left_ids, right_ids, pause)
        for index in range(stretch.length)
    )
    weighed = []
    for left_index, right_index in candidates:
        common, share = _in_common(left[left_index], right[right_index], pause)
        if share >= _ALIKE:
            weighed.append((left_index, right_index, common))
    return _heaviest_chain(weighed)


def are_similar(left: Alignable, right: Alignable, pause: Pause) -> bool:
    """Whether two things have enough in common to belong together."""
    return _in_common(left, right, pause)[1] >= _ALIKE


def _in_common(left: Alignable, right: Alignable, pause: Pause) -> tuple[int, float]:
    """Return how many words two things have in common, and their share of both. Without words, signs are counted."""
    if left.words or right.words:
        lefts, rights = left.words, right.words
    else:
        lefts, rights = left.ids, right.ids
    common = common_length(lefts, rights, pause)
    return common, 2 * common / (len(lefts) + len(rights))


def _heaviest_chain(weighed: Sequence[tuple[int, int, int]]) -> list[tuple[int, int]]:
    """Choose pairs so that each index is used once and the weights add up to the most.

    The indices of the pairs never fall, so that pairs exclude each other only if they share an index.
    """
    best_until: list[tuple[int, int]] = []  # up to each pair: the greatest weight, and the pair with which it ends
    before: list[int] = []
    free = 0  # how many of the first pairs share no index with the present one
    for index, (left_index, right_index, weight) in enumerate(weighed):
        while weighed[free][0] < left_index and weighed[free][1] < right_index:
            free += 1
        total, last = best_until[free - 1] if free else (0, -1)
        before.append(last)
        best_until.append(max(best_until[-1] if best_until else (0, -1), (total + weight, index)))
    chain = []
    index = best_until[-1][1] if best_until else -1
    while index >= 0:
        chain.append(weighed[index][:2])
        index = before[index]
    return chain[::-1]
