"""What differs between the answers of a round as HTML: a table of aligned blocks, in which equal ones are folded."""

from collections.abc import Iterator, Mapping

from diptych.core.naming import side_name
from diptych.core.request import Label
from diptych.core.round import Round
from diptych.core.wording.counted import counted
from diptych.differences.compared_answers import Pair
from diptych.differences.compared_blocks import Block, BlockKind
from diptych.differences.equal_stretches import Fold, fold_equal
from diptych.differences.phases import RunPhases
from diptych.differences.pieces import PairPiece
from diptych.differences.runs import PartDifferences, compare_runs
from diptych.report.differences_text import TOO_LONG, are_too_long, is_shown_in_exports, likeness_text, path_text
from diptych.report.html.accents import accents
from diptych.report.html.escape import block, words
from diptych.report.html.html_tables import head_cell
from diptych.report.html.run_differences import figures_table, phases_table, requests_table

_PROSE: tuple[BlockKind, ...] = ("paragraph", "heading", "item", "rule")


def differences_html(round_: Round, phases: Mapping[Label, RunPhases]) -> Iterator[str]:
    """Yield a section for each side after the first one, which is compared with the first.

    `phases` has those of each run; computing them reads all lines of the run.
    """
    runs = list(round_.runs.values())
    for other in runs[1:]:
        first = runs[0]
        heads = _side_cells(round_, first.label, other.label)
        between = "" if len(runs) == 2 else f": {words(side_name(first.label))}, {words(side_name(other.label))}"
        yield f"<section>\n<h2>Differences{between}</h2>\n"
        yield from phases_table(first.label, other.label, phases, heads)
        yield from figures_table(first, other, heads)
        yield from requests_table(first, other, heads)
        if are_too_long(first, other):
            yield f'<p class="note">{TOO_LONG}</p>\n'
        else:
            for part in compare_runs(first, other):
                yield from _part(part, f"<thead><tr>{heads}</tr></thead>")
        yield "</section>\n"


def _side_cells(round_: Round, *labels: str) -> str:
    return "".join(head_cell(side_name(label), accents(round_)[label]) for label in labels)


def _part(part: PartDifferences, head: str) -> Iterator[str]:
    name = part.part.capitalize()
    differences = part.differences
    yield f'<h3>{name}</h3>\n<p class="note">{likeness_text(differences.likeness)}</p>\n'
    if not is_shown_in_exports(differences):
        return
    yield f'<table class="differences">\n{head}\n'
    for fold in fold_equal(differences.pairs):
        yield from _fold(fold)
    yield "</table>\n"


def _fold(fold: Fold) -> Iterator[str]:
    """Yield pairs as rows. Folded ones are in a row that opens, whose texts are those of the second side."""
    if not fold.is_folded:
        yield f"<tbody>\n{''.join(map(_row, fold.pairs))}</tbody>\n"
        return
    summary = f"<summary>{counted(len(fold.pairs), 'equal block')}</summary>"
    yield f'<tbody><tr><td colspan="2"><details class="note">{summary}\n'
    for pair in fold.pairs:
        if pair.right:
            yield f'<div class="{_class(pair.right)}" dir="auto">{_path(pair)}{block(pair.right.text)}</div>\n'
    yield "</details></td></tr></tbody>\n"


def _row(pair: Pair) -> str:
    kind = "equal" if pair.kind == "equal" else "moved" if pair.moved is not None else pair.kind
    left = "".join(_words(piece, piece.left, "del") for piece in pair.pieces)
    right = "".join(_words(piece, piece.right, "ins") for piece in pair.pieces)
    return f'<tr class="is-{kind}">{_cell(pair, pair.left, left)}{_cell(pair, pair.right, right)}</tr>\n'


def _cell(pair: Pair, shown: Block | None, text: str) -> str:
    if shown is None:
        return "<td></td>"
    moved = '<span class="path">moved</span> ' if pair.moved is not None else ""
    return f'<td class="{_class(shown)}" dir="auto">{moved}{_path(pair)}{text}</td>'


def _class(shown: Block) -> str:
    return "plain" if shown.kind in _PROSE else "plain is-code"


def _words(piece: PairPiece, text: str, tag: str) -> str:
    return f"<{tag}>{block(text)}</{tag}>" if piece.kind == "changed" and text else block(text)


def _path(pair: Pair) -> str:
    path = path_text(pair)
    return f'<span class="path">{words(path)}</span> ' if path else ""
