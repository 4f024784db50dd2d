"""Finds which values of two JSON texts belong together: members by their names, items of arrays by their likeness."""

from collections.abc import Iterator
from dataclasses import dataclass

from diptych.differences.alignment import Alignable, align
from diptych.differences.compared_blocks import Block
from diptych.differences.json_nodes import JsonNode, JsonSource, MemberName
from diptych.differences.sequences import Pause
from diptych.differences.words import Vocabulary


@dataclass(frozen=True, slots=True)
class JsonPair:
    """Two values that belong together, or one that only one side has. Equal values may be written differently."""

    left: Block | None
    right: Block | None
    is_equal: bool


class JsonAlignment:
    """Aligns two JSON texts. Values are plain, or empty objects and arrays: what holds values is only their path."""

    def __init__(self, left: JsonSource, right: JsonSource, vocabulary: Vocabulary, pause: Pause) -> None:
        self._left = left
        self._right = right
        self._vocabulary = vocabulary
        self._pause = pause

    def pairs(self) -> Iterator[JsonPair]:
        """Yield all values, in the order of the left text, with what only the right one has after its neighbour."""
        yield from self._pairs(self._left.root, self._right.root)

    def _pairs(self, left: JsonNode | None, right: JsonNode | None) -> Iterator[JsonPair]:
        if left is None or right is None or left.form != right.form or (not left.inner) != (not right.inner):
            yield from (JsonPair(self._left.block(leaf), None, is_equal=False) for leaf in _leaves(left))
            yield from (JsonPair(None, self._right.block(leaf), is_equal=False) for leaf in _leaves(right))
        elif left.members and right.members:
            for name in _merged(left.members, right.members):
                yield from self._pairs(left.members.get(name), right.members.get(name))
        elif left.items and right.items:
            lefts = [self._alignable(self._left, item) for item in left.items]
            rights = [self._alignable(self._right, item) for item in right.items]
            for one, other in align(lefts, rights, self._pause).places:
                yield from self._pairs(
                    None if one is None else left.items[one], None if other is None else right.items[other]
                )
        else:
            yield JsonPair(self._left.block(left), self._right.block(right), left.key == right.key)

    def _alignable(self, source: JsonSource, item: JsonNode) -> Alignable:
        tokens = self._vocabulary.tokens(source.text, item.start, item.end)
        return Alignable(item.key, item.form, tokens.ids, tokens.words)


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
