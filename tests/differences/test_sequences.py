"""What two sequences have in common, however long they are."""

import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diptych.differences.sequences import CommonStretch, common_length, common_stretches, stretches_around_unique


def nothing() -> None:
    """Do not stop."""


def found(left: Sequence[int], right: Sequence[int], *, around_unique: bool = False) -> list[CommonStretch]:
    """Return the stretches, after checking that they are in both sequences, and in order."""
    find = stretches_around_unique if around_unique else common_stretches
    stretches = list(find(left, right, nothing))
    left_at = right_at = 0
    for stretch in stretches:
        assert stretch.left >= left_at
        assert stretch.right >= right_at
        left_at, right_at = stretch.left + stretch.length, stretch.right + stretch.length
        assert list(left[stretch.left : left_at]) == list(right[stretch.right : right_at])
    return stretches


def total(stretches: list[CommonStretch]) -> int:
    return sum(stretch.length for stretch in stretches)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.integers(0, 9), max_size=30), st.lists(st.integers(0, 9), max_size=30), st.booleans())
def test_stretches_are_in_both_and_in_order(left: list[int], right: list[int], around_unique: bool) -> None:
    found(left, right, around_unique=around_unique)


def test_as_much_as_possible_is_in_common() -> None:
    assert found([1, 2, 3, 4], [1, 3, 4, 5]) == [(0, 0, 1), (2, 1, 2)]
    assert found([], [1]) == found([1], []) == found([1], [2]) == []


def test_what_is_unique_goes_before_what_is_frequent() -> None:
    left, right = [7, 0, 0, 0], [0, 0, 0, 7]

    assert total(found(left, right)) == 3
    assert found(left, right, around_unique=True) == [(0, 3, 1)]


@pytest.mark.parametrize("kinds", [3, 5_000, 1_000_000])
def test_very_long_sequences_keep_nearly_everything(kinds: int) -> None:
    chance = random.Random(1)
    left = [chance.randrange(kinds) for _ in range(30_000)]
    right = list(left)
    for _ in range(300):
        right[chance.randrange(len(right))] = -1
    del right[10_000:10_050]

    assert total(found(left, right)) > 29_500
    assert common_length(left, right, nothing) == total(found(left, right))


def test_what_very_long_sequences_begin_and_end_with_is_in_common() -> None:
    left = [1] * 9_000 + [2] + [1] * 9_000
    right = [1] * 9_000 + [3, 3] + [1] * 9_000

    assert found(left, right) == [(0, 0, 9_000), (9_001, 9_002, 9_000)]
    assert found(left, left) == [(0, 0, 18_001)]
    assert found([5, *left], [6, *left, 7])[-1].length < 18_001


def test_the_work_is_divided_into_portions() -> None:
    pauses: list[None] = []
    chance = random.Random(1)
    left, right = ([chance.randrange(4) for _ in range(20_000)] for _ in range(2))

    list(common_stretches(left, right, lambda: pauses.append(None)))

    assert len(pauses) == 4
