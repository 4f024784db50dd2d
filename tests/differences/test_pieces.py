"""How pieces are put together."""

from diptych.differences.pieces import ComparedText, PairPiece, joined, pieces_between
from diptych.differences.sequences import common_stretches
from diptych.differences.words import Vocabulary


def between(left: str, right: str, *, spaces_count: bool = False) -> list[tuple[str, str, str]]:
    """Return the pieces of two texts."""
    vocabulary = Vocabulary()
    one, other = (ComparedText(text, 0, len(text), vocabulary.tokens(text, 0, len(text))) for text in (left, right))
    common = common_stretches(one.tokens.ids, other.tokens.ids, lambda: None)
    pieces = joined(pieces_between(one, other, common, spaces_count=spaces_count))
    return [(piece.kind, piece.left, piece.right) for piece in pieces]


def test_spaces_go_with_the_words_that_come_or_go() -> None:
    assert between("a b", "a new b") == [("equal", "a ", "a "), ("changed", "", "new "), ("equal", "b", "b")]
    assert between("a b", "a b new") == [("equal", "a b", "a b"), ("changed", "", " new")]
    assert between("a old b", "a new b") == [("equal", "a ", "a "), ("changed", "old", "new"), ("equal", " b", " b")]


def test_words_that_change_together_are_one_piece() -> None:
    assert between("a red car b", "a blue bike b")[1] == ("changed", "red car", "blue bike")


def test_only_in_code_white_space_counts() -> None:
    assert between("a  b", "a b") == [("equal", "a", "a"), ("alike", "  ", " "), ("equal", "b", "b")]
    assert between("a  b", "a b", spaces_count=True)[1] == ("changed", "  ", " ")
    assert between("a\nold b", "a new b")[1:3] == [("alike", "\n", " "), ("changed", "old", "new")]


def test_pieces_that_cancel_each_other_out_are_equal() -> None:
    assert joined([PairPiece("equal", "a", "a"), PairPiece("changed", "b", ""), PairPiece("changed", "", "b")]) == (
        PairPiece("equal", "ab", "ab"),
    )
    assert joined([PairPiece("equal", "", "")]) == ()
