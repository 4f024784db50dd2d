"""What differs between two answers as the JSON object of `diff --json`. docs/output.md describes it to users."""

from collections.abc import Iterable

from diptych.core.json_text import JsonObject
from diptych.differences.answer_blocks import Block
from diptych.differences.compared_answers import AnswerDifferences, Likeness, Pair
from diptych.differences.runs import PartDifferences


def parts_object(parts: Iterable[PartDifferences]) -> JsonObject:
    """Return the parts of two answers by their names."""
    return {part.part.replace(" ", "_"): _differences_object(part.differences) for part in parts}


def _differences_object(differences: AnswerDifferences) -> JsonObject:
    return {
        "likeness": likeness_object(differences.likeness),
        "pairs": [_pair_object(pair) for pair in differences.pairs],
    }


def likeness_object(likeness: Likeness) -> JsonObject:
    """Return how alike two texts are."""
    share = likeness.share
    return {
        "share": None if share is None else round(share, 4),
        "kept": likeness.kept,
        "removed": likeness.removed,
        "added": likeness.added,
    }


def _pair_object(pair: Pair) -> JsonObject:
    whole: JsonObject = {"kind": pair.kind, "left": _block_object(pair.left), "right": _block_object(pair.right)}
    if pair.moved is not None:
        whole["moved"] = pair.moved
    if pair.kind == "changed":
        whole["pieces"] = [{"kind": each.kind, "left": each.left, "right": each.right} for each in pair.pieces]
    return whole


def _block_object(block: Block | None) -> JsonObject | None:
    """Return a block with the lines that it takes, counted from 1."""
    if block is None:
        return None
    whole: JsonObject = {"kind": block.kind, "text": block.text, "lines": [block.first_line + 1, block.last_line + 1]}
    return whole | {"path": block.path} if block.path else whole
