"""Finds which values of two JSON texts belong together: members by their names, items of arrays by their likeness."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from diptych.differences.alignment import Alignable, align
from diptych.differences.compared_blocks import Block
from diptych.differences.json_nodes import JsonNode, JsonSource, MemberName
from diptych.differences.sequences import Pause
from diptych.differences.words import Vocabulary


@dataclass(frozen=True, slots=True)
class JsonPair:
    """Two values that belong together, or one that only one side has, each with the number of its words.

    Equal values may be written differently.
    """

    left: Block | None
    right: Block | None
    left_words: int
    right_words: int
    is_equal: bool


class JsonAlignment:
    """Aligns two JSON texts. Values are plain, or empty objects and arrays: what holds values is only their path."""

    def __init__(self, left: JsonSource, right: JsonSource, vocabulary: Vocabulary, pause: Pause) -> None:
        self._left = left
        self._right = right
        self._left_tokens = _SourceTokens(left, vocabulary)
        self._right_tokens = _SourceTokens(right, vocabulary)
        self._pause = pause

    def pairs(self) -> Iterator[JsonPair]:
        """Yield all values, in the order of the left text, with what only the right one has after its neighbour."""
        yield from self._pairs(self._left.root, self._right.root)

    def _pairs(self, left: JsonNode | None, right: JsonNode | None) -> Iterator[JsonPair]:
        if left is None or right is None or left.form != right.form or (not left.inner) != (not right.inner):
            yield from (self._pair(leaf, None) for leaf in _leaves(left))
            yield from (self._pair(None, leaf) for leaf in _leaves(right))
        elif left.members and right.members:
            for name in _merged(left.members, right.members):
                yield from self._pairs(left.members.get(name), right.members.get(name))
        elif left.items and right.items:
            lefts = [self._left_tokens.alignable(item) for item in left.items]
            rights = [self._right_tokens.alignable(item) for item in right.items]
            for one, other in align(lefts, rights, self._pause).places:
                yield from self._pairs(
                    None if one is None else left.items[one], None if other is None else right.items[other]
                )
        else:
            yield self._pair(left, right)

    def _pair(self, left: JsonNode | None, right: JsonNode | None) -> JsonPair:
        return JsonPair(
            self._left.block(left) if left else None,
            self._right.block(right) if right else None,
            self._left_tokens.count_words(left) if left else 0,
            self._right_tokens.count_words(right) if right else 0,
            is_equal=left is not None and right is not None and left.key == right.key,
        )


class _SourceTokens:
    """The tokens of all plain values of a text, in order, of which every object and array has a stretch."""

    def __init__(self, source: JsonSource, vocabulary: Vocabulary) -> None:
        self._ids: list[int] = []
        self._words: list[int] = []
        self._starts: list[int] = []  # where each value begins
        self._id_counts, self._word_counts = [0], [0]  # how many tokens and words come before it
        for leaf in _leaves(source.root):
            tokens = vocabulary.tokens(source.text, leaf.start, leaf.end)
            self._ids += tokens.ids
            self._words += tokens.words
            self._starts.append(leaf.start)
            self._id_counts.append(len(self._ids))
            self._word_counts.append(len(self._words))

    def alignable(self, item: JsonNode) -> Alignable:
        """Return what stands for an item of an array in the alignment."""
        first, last = self._leaves_of(item)
        ids = self._ids[self._id_counts[first] : self._id_counts[last]]
        return Alignable(item.key, item.form, ids, self._words[self._word_counts[first] : self._word_counts[last]])

    def count_words(self, node: JsonNode) -> int:
        """Return how many words a value has."""
        first, last = self._leaves_of(node)
        return self._word_counts[last] - self._word_counts[first]

    def _leaves_of(self, node: JsonNode) -> tuple[int, int]:
        """Return the index of the first plain value in a value, and the index after the last one."""
        return bisect_left(self._starts, node.start), bisect_left(self._starts, node.end)


def _leaves(node: JsonNode | None) -> Iterator[JsonNode]:
    """Yield the plain values in a value, and empty objects and arrays."""
    if node is not None and node.inner:
        for inner in node.inner:
            yield from _leaves(inner)
    elif node is not None:
        yield node


def _merged(left: dict[MemberName, JsonNode], right: dict[MemberName, JsonNode]) -> Iterator[MemberName]:
    """Yield the names of the left object, and behind each one those that in the right object follow it alone."""
    following: dict[MemberName | None, list[MemberName]] = {}
    last: MemberName | None = None
    for name in right:
        if name in left:
            last = name
        else:
            following.setdefault(last, []).append(name)
    yield from following.get(None, ())
    for name in left:
        yield name
        yield from following.get(name, ())
