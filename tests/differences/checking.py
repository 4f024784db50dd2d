"""What is true of the differences of any two texts."""

import re
from collections.abc import Iterable
from itertools import pairwise

from diptych.differences.compared_answers import AnswerDifferences, compare_answers
from diptych.differences.compared_blocks import Block


def checked(left: str, right: str) -> AnswerDifferences:
    """Return the differences of two texts, after checking that applying them to one text gives the other."""
    differences = compare_answers(left, right)
    lefts = [pair.left for pair in differences.pairs if pair.left]
    rights = [pair.right for pair in differences.pairs if pair.right]
    if all(block.kind != "json" for block in (*lefts, *rights)):
        check_blocks(left, lefts)
        check_blocks(right, rights)
    for pair in differences.pairs:
        assert "".join(piece.left for piece in pair.pieces) == (pair.left.text if pair.left else "")
        assert "".join(piece.right for piece in pair.pieces) == (pair.right.text if pair.right else "")
        assert all(piece.left == piece.right for piece in pair.pieces if piece.kind == "equal")
        assert all(piece.left != piece.right for piece in pair.pieces if piece.kind != "equal")
        assert all(before.kind != after.kind for before, after in pairwise(pair.pieces))
        assert pair.kind != "equal" or all(piece.kind != "changed" for piece in pair.pieces)
        if pair.moved is not None:
            assert differences.pairs[pair.moved].moved is not None
    likeness = differences.likeness
    assert min(likeness.kept, likeness.removed, likeness.added) >= 0
    return differences


def check_blocks(text: str, blocks: Iterable[Block]) -> None:
    """Assert that blocks are the text in order, but for white space between them."""
    at = 0
    line = -1
    for block in blocks:
        assert text[at : block.offset].strip() == ""
        assert text[block.offset : block.offset + len(block.text)] == block.text
        assert 0 <= block.start <= block.end <= len(block.text)
        assert line < block.first_line <= block.last_line
        assert block.first_line == text.count("\n", 0, block.offset)
        assert block.last_line == text.count("\n", 0, block.offset + len(block.text))
        at, line = block.offset + len(block.text), block.last_line
    assert text[at:].strip() == ""


def marked(differences: AnswerDifferences) -> list[str]:
    """Return the pairs that differ, with what changed in brackets: `a [old|new] word`."""
    return [
        "".join(f"[{piece.left}|{piece.right}]" if piece.kind == "changed" else piece.right for piece in pair.pieces)
        for pair in differences.pairs
        if pair.kind != "equal"
    ]


def words(text: str) -> int:
    """Return how many words a text of plain words has."""
    return len(re.findall(r"\w+", text))
