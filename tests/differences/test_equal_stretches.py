"""Which equal blocks are folded."""

from diptych.differences.compared_answers import compare_answers
from diptych.differences.equal_stretches import fold_equal


def folds(left: str, right: str, around: int = 1) -> list[tuple[int, int, bool]]:
    """Return where each stretch begins, how many pairs it has, and whether it is folded."""
    pairs = compare_answers("\n\n".join(left), "\n\n".join(right)).pairs
    return [(fold.start, len(fold.pairs), fold.is_folded) for fold in fold_equal(pairs, around)]


def test_equal_blocks_are_folded_except_around_a_change() -> None:
    assert folds("abcdefgh", "abcdXfgh") == [(0, 3, True), (3, 3, False), (6, 2, True)]
    assert folds("abcdefgh", "abcdXfgh", around=0) == [(0, 4, True), (4, 1, False), (5, 3, True)]


def test_a_single_block_is_not_worth_a_fold() -> None:
    assert folds("abc", "abX") == [(0, 1, False), (1, 2, False)]


def test_equal_answers_are_one_fold() -> None:
    assert folds("abc", "abc") == [(0, 3, True)]
    assert folds("", "") == []
