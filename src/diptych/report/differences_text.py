"""What differs between two answers as plain text, for a terminal or a pipe, and as the lines of a diff.

A sign stands before each line: `-` and `+` for what only the first or the second answer has, `~` for a block whose
words differ, `<` and `>` for where a block that has moved was and is. Words that differ stand in marks, `[-old-]` and
`{+new+}` as in `git diff --word-diff`, or are painted.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Literal, assert_never

from diptych.core.run import Run
from diptych.core.wording.counted import counted
from diptych.differences.compared_answers import AnswerDifferences, Likeness, Pair
from diptych.differences.equal_stretches import fold_equal
from diptych.differences.pieces import PairPiece
from diptych.differences.runs import PartDifferences

Role = Literal["removed", "added", "removed line", "added line", "moved line", "folded", "title"]
"""What a text on one line is: words or a line that only the first or the second answer has, or a remark."""

_LEAST_SHARE = 0.2
"""Texts that are less alike are not shown block by block in exports."""

_LONGEST = 1_000_000
"""Characters of an answer that exports compare at most."""

TOO_LONG = "The answers are too long to be compared here: use `diptych diff`."
"""What exports say instead of comparing longer ones."""

Paint = Callable[[Role, str], str]
"""Returns text with what shows its role around it."""


def with_marks(role: Role, text: str) -> str:
    """Return text with marks around words that differ, and anything else as it is."""
    match role:
        case "removed":
            return f"[-{text}-]"
        case "added":
            return f"{{+{text}+}}"
        case _:
            return text


def likeness_text(likeness: Likeness) -> str:
    """Return a line about how alike two answers are, such as `82 % alike · 412 words kept · 30 removed · 41 added`."""
    if likeness.share is None:
        return "no words"
    kept = counted(likeness.kept, "word")
    return f"{share_text(likeness.share)} alike · {kept} kept · {likeness.removed:,} removed · {likeness.added:,} added"


def share_text(share: float) -> str:
    """Return a share in per cent. It is 100 % only if no word differs, and 0 % only if none is in common."""
    percent = round(100 * share)
    if percent == 100 and share < 1:
        return "99 %"
    return "1 %" if percent == 0 and share > 0 else f"{percent} %"


def are_too_long(left: Run, right: Run) -> bool:
    """Whether answers are not compared in exports, since that takes much more memory than their texts."""
    return max(len(run.text) + len(run.thinking) for run in (left, right)) > _LONGEST


def is_shown_in_exports(differences: AnswerDifferences) -> bool:
    """Whether exports show the blocks of two texts, and not only how alike they are.

    They do not where the texts read the same, or have so little in common that both would be printed once more.
    """
    share = differences.likeness.share
    return not differences.is_equal and (share is None or share >= _LEAST_SHARE)


def differences_text(
    parts: Iterable[PartDifferences], paint: Paint = with_marks, *, folds: bool = True
) -> Iterator[str]:
    """Yield what differs part by part, line by line, each with its line feed. `folds` is whether equal blocks fold."""
    for part in parts:
        differences = part.differences
        yield paint("title", f"{part.part}: {likeness_text(differences.likeness)}") + "\n"
        if differences.is_equal and differences.pairs:
            yield paint("folded", "They read the same.") + "\n"
        elif differences.pairs:
            yield from _lines(differences, paint, folds)
        yield "\n"


def _lines(differences: AnswerDifferences, paint: Paint, folds: bool) -> Iterator[str]:
    for fold in fold_equal(differences.pairs):
        if fold.is_folded and folds:
            yield paint("folded", f"  … {counted(len(fold.pairs), 'equal block')}") + "\n"
        else:
            for pair in fold.pairs:
                yield from _pair_lines(pair, paint)


def _pair_lines(pair: Pair, paint: Paint) -> Iterator[str]:
    """Yield the lines of a pair behind its sign."""
    sign, role = _sign(pair)
    texts = (_words(piece, paint, is_whole=role is not None) for piece in pair.pieces)
    path = f"{path_text(pair)}: " if path_text(pair) else ""
    for line in f"{path}{''.join(texts)}".split("\n"):
        yield (paint(role, f"{sign} {line}") if role else f"{sign} {line}".rstrip()) + "\n"


def path_text(pair: Pair) -> str:
    """Return where a value of JSON is in the second answer, or else in the first; "" for other blocks."""
    block = pair.right or pair.left
    return block.path if block else ""


def _sign(pair: Pair) -> tuple[str, Role | None]:
    """Return the sign of a pair, and the role of its lines if they have one as a whole."""
    if pair.moved is not None:
        return ("<" if pair.kind == "left" else ">"), "moved line"
    match pair.kind:
        case "equal":
            return " ", None
        case "changed":
            return "~", None
        case "left":
            return "-", "removed line"
        case "right":
            return "+", "added line"
        case _:
            assert_never(pair.kind)


def _words(piece: PairPiece, paint: Paint, *, is_whole: bool) -> str:
    """Return a piece with both texts where they differ, and the second one where it is only written differently."""
    if piece.kind != "changed":
        return piece.right
    if is_whole:  # only one answer has the block
        return piece.left or piece.right
    return _painted("removed", piece.left, paint) + _painted("added", piece.right, paint)


def _painted(role: Role, text: str, paint: Paint) -> str:
    """Paint each line of a text for itself, so that what is painted never extends over the end of a line."""
    return "\n".join(paint(role, line) if line else "" for line in text.split("\n"))
