"""What differs between the answers of a round as HTML: a table of aligned blocks, in which equal ones are folded."""

from collections.abc import Iterator

from diptych.core.naming import side_name
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.wording.counted import counted
from diptych.differences.compared_answers import Pair
from diptych.differences.compared_blocks import Block, BlockKind
from diptych.differences.equal_stretches import Fold, fold_equal
from diptych.differences.phases import run_phases
from diptych.differences.pieces import Piece
from diptych.differences.runs import PartDifferences, compare_runs
from diptych.report.differences_text import TOO_LONG, are_too_long, is_shown_in_exports, likeness_text, path_text
from diptych.report.html.accents import accents
from diptych.report.html.escape import block, words
from diptych.report.phase_differences import phase_rows, why_slower_text

_PROSE: tuple[BlockKind, ...] = ("paragraph", "heading", "item", "rule")


def differences_html(round_: Round) -> Iterator[str]:
    """Yield a section for each side after the first one, which is compared with the first."""
    runs = list(round_.runs.values())
    for other in runs[1:]:
        yield "<section>\n<h2>Differences</h2>\n"
        yield from _phases(round_, runs[0], other)
        if are_too_long(runs[0], other):
            yield f'<p class="note">{TOO_LONG}</p>\n'
        else:
            for part in compare_runs(runs[0], other):
                yield from _part(part, _head(round_, runs[0].label, other.label))
        yield "</section>\n"


def _phases(round_: Round, left: Run, right: Run) -> Iterator[str]:
    """Yield a table of what the time of both runs was spent on, and why one took longer."""
    phases = run_phases(left), run_phases(right)
    rows = phase_rows(*phases)
    if not rows:
        return
    sides = _side_cells(round_, left.label, right.label)
    yield '<div class="scroll"><table class="figures">\n'
    yield f'<thead><tr><th scope="col">phase</th>{sides}<th scope="col">Δ</th></tr></thead>\n<tbody>\n'
    for name, *cells in rows:
        yield f'<tr><th scope="row">{words(name)}</th>{"".join(f"<td>{words(cell)}</td>" for cell in cells)}</tr>\n'
    yield "</tbody>\n</table></div>\n"
    why = why_slower_text(*phases, side_name(left.label), side_name(right.label))
    if why:
        yield f'<p class="note">{words(why)}</p>\n'


def _head(round_: Round, *labels: str) -> str:
    return f"<thead><tr>{_side_cells(round_, *labels)}</tr></thead>"


def _side_cells(round_: Round, *labels: str) -> str:
    return "".join(
        f'<th scope="col" class="{accents(round_)[label]}">{words(side_name(label))}</th>' for label in labels
    )


def _part(part: PartDifferences, head: str) -> Iterator[str]:
    name = part.part.capitalize()
    differences = part.differences
    yield f'<p class="note">{name}: {likeness_text(differences.likeness)}</p>\n'
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


def _words(piece: Piece, text: str, tag: str) -> str:
    return f"<{tag}>{block(text)}</{tag}>" if piece.kind == "changed" and text else block(text)


def _path(pair: Pair) -> str:
    path = path_text(pair)
    return f'<span class="path">{words(path)}</span> ' if path else ""
