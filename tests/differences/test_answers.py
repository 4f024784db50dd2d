"""What two answers have in common, block by block and word by word."""

from diptych.differences.answers import AnswerDifferences, Likeness, Pair, compare_answers


def _brief(pair: Pair) -> tuple[str, str, str]:
    return pair.kind, pair.left.text if pair.left else "", pair.right.text if pair.right else ""


def _marked(pair: Pair) -> str:
    """The text of a pair with what changed in brackets: `a [old|new] word`."""
    return "".join(f"[{piece.left}|{piece.right}]" if piece.kind == "changed" else piece.right for piece in pair.pieces)


def _compare(left: str, right: str) -> tuple[list[str], AnswerDifferences]:
    differences = compare_answers(left, right)
    return [_marked(pair) for pair in differences.pairs if pair.kind != "equal"], differences


def test_equal_answers_do_not_differ() -> None:
    text = "# Title\n\nA paragraph.\n\n- one\n- two\n\n```py\nx = 1\n```\n"
    changed, differences = _compare(text, text)
    assert not changed
    assert differences.is_equal
    assert differences.likeness == Likeness(8, 0, 0)
    assert differences.likeness.share == 1.0


def test_a_changed_word_is_marked_in_its_block() -> None:
    changed, differences = _compare("First one.\n\nThe quick brown fox.", "First one.\n\nThe quick red fox.")
    assert changed == ["The quick [brown|red] fox."]
    assert differences.likeness == Likeness(5, 1, 1)


def test_a_block_knows_its_lines() -> None:
    pair = compare_answers("one two\nthree\n\nfour five six", "four five six").pairs[1]
    assert _brief(pair) == ("equal", "four five six", "four five six")
    assert pair.left is not None
    assert pair.right is not None
    assert (pair.left.first_line, pair.left.last_line, pair.left.offset) == (3, 3, 15)
    assert (pair.right.first_line, pair.right.last_line, pair.right.offset) == (0, 0, 0)
