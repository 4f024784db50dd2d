"""Where a place in one answer is in the other one."""

import pytest

from diptych.differences.compared_answers import compare_answers
from diptych.differences.offsets import AlignedOffsets

LEFT = "First words.\n\nOnly left.\n\nMiddle of it all.\n\nLast words."
RIGHT = "First words.\n\nMiddle of it all.\n\nOnly right, and long enough to be seen.\n\nLast words."


def aligned(left: str, right: str) -> AlignedOffsets:
    return AlignedOffsets(compare_answers(left, right), len(left), len(right))


@pytest.mark.parametrize("words", ["First", "Middle", "Last"])
def test_what_both_have_is_found_in_the_other(words: str) -> None:
    offsets = aligned(LEFT, RIGHT)

    assert offsets.in_right(LEFT.index(words)) == RIGHT.index(words)
    assert offsets.in_left(RIGHT.index(words)) == LEFT.index(words)


def test_what_only_one_has_is_between_its_neighbours() -> None:
    offsets = aligned(LEFT, RIGHT)

    assert RIGHT.index("words") < offsets.in_right(LEFT.index("Only")) <= RIGHT.index("Middle")
    assert LEFT.index("all.") < offsets.in_left(RIGHT.index("long")) <= LEFT.index("Last")


def test_a_place_inside_a_block_is_at_the_same_share_of_it() -> None:
    left, right = "one two three four", "one two three and four and five"

    assert aligned(left, right).in_right(len(left) // 2) == pytest.approx(len(right) / 2, abs=1)


def test_both_ends_belong_together() -> None:
    offsets = aligned(LEFT, RIGHT)

    assert (offsets.in_right(0), offsets.in_right(len(LEFT))) == (0, len(RIGHT))
    assert offsets.in_right(len(LEFT) + 100) == len(RIGHT)
    assert aligned("", "").in_right(0) == 0
    assert aligned("", "only right").in_left(5) == 0


def test_members_of_json_in_another_order_do_not_lead_back() -> None:
    left, right = '{"a": 1, "b": 2, "c": 3}', '{"c": 3, "a": 1, "b": 2}'
    offsets = aligned(left, right)

    mapped = [offsets.in_right(place) for place in range(len(left))]
    assert mapped == sorted(mapped)
