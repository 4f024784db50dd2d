"""What differs between two runs as the JSON object of `diff --json`. docs/reference/output.md describes it to users."""

from collections.abc import Iterable
from decimal import Decimal

from diptych.core.json_text import JsonObject
from diptych.differences.compared_answers import AnswerDifferences, Likeness, Pair
from diptych.differences.compared_blocks import Block
from diptych.differences.compared_figures import ComparedFigure
from diptych.differences.phases import RunPhases
from diptych.differences.requests import RequestSection
from diptych.differences.runs import PartDifferences
from diptych.report.phase_differences import phase_name


def figures_object(figures: Iterable[ComparedFigure]) -> JsonObject:
    """Return the figures of two runs by their names; numbers with their difference and their ratio."""
    return {figure.name: _figure_object(figure) for figure in figures}


def _figure_object(figure: ComparedFigure) -> JsonObject:
    whole: JsonObject = {"left": _plain(figure.left.value), "right": _plain(figure.right.value)}
    if figure.kind == "words":
        return whole
    return whole | {"delta": _plain(figure.delta), "ratio": _plain(figure.ratio)}


def _plain(value: str | float | Decimal | None) -> str | float | None:
    """Return a value as JSON has it: dollars as text, since they are exact, and other numbers rounded."""
    match value:
        case Decimal():
            return f"{value:f}"
        case float():
            return round(value, 6)
        case _:
            return value


def phases_object(run: RunPhases) -> list[JsonObject]:
    """Return the phases of a run in order, in seconds since its t0."""
    return [
        {"phase": phase_name(phase.kind), "start": _plain(phase.start), "end": _plain(phase.end)}
        for phase in run.phases
    ]


def requests_object(sections: Iterable[RequestSection]) -> list[JsonObject]:
    """Return what differs in the requests of two runs."""
    return [
        {"part": section.title, "path": difference.path, "left": difference.left, "right": difference.right}
        for section in sections
        for difference in section.differences
    ]


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
