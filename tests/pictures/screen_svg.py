"""Draws screens of a terminal as SVG: styles and shapes only, so that they are shown wherever an image is.

Of a recording, the first screen is drawn whole. Each later one is a group with the cells that changed, on top of what
was there, which becomes visible at its time and stays to the end. So a picture that stands still, because the reader
wants no motion or the program that shows it knows none, is the last screen.
"""

from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby, pairwise

from tests.pictures.cast import Cast, Cell, Screen

_WIDTH, _HEIGHT = 8, 17
"""Pixels of a cell, for the letters of the font below."""

_BASELINE = 13
_MARGIN = 12
_TITLE = 30
"""Pixels above the first row, for the frame's title."""

_HOLD = 4.0
"""Seconds for which the last screen is shown."""

_GAP = 4
"""Equal cells between two changes in a row which are drawn again rather than beginning another shape."""

_FONT = 'ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace'

_COLOUR, _BACKGROUND = "c9d1d9", "0f1318"
"""For cells that say nothing of it: the app's own."""


def still_svg(screen: Screen, title: str) -> str:
    """Return a screen as SVG."""
    styles = _Styles()
    shapes = "".join(_drawn(screen, None, styles))
    return _picture(len(screen[0]), len(screen), title, styles.rules(), (shapes,))


def animated_svg(cast: Cast) -> str:
    """Return a recording as SVG that begins anew after its end."""
    (began, before), *frames = _frames(cast)
    seconds = frames[-1][0] - began + _HOLD
    styles = _Styles()
    groups = ["".join(_drawn(before, None, styles))]
    rules = [
        f"g{{animation:{seconds:.1f}s step-end infinite}}",
        "@media (prefers-reduced-motion:reduce){g{animation:none!important}}",
    ]
    for number, (time, screen) in enumerate(frames, 1):
        groups.append(f'<g id="f{number}">{"".join(_drawn(screen, before, styles))}</g>')
        place = 100 * (time - began) / seconds
        rules.append(
            f"#f{number}{{animation-name:k{number}}}"
            f"@keyframes k{number}{{0%{{visibility:hidden}}{place:.2f}%{{visibility:visible}}}}"
        )
        before = screen
    return _picture(cast.columns, cast.lines, cast.title, (*rules, *styles.rules()), groups)


def _picture(columns: int, lines: int, title: str, rules: Iterable[str], shapes: Iterable[str]) -> str:
    """Return the frame of a terminal with shapes in it."""
    width, height = columns * _WIDTH + 2 * _MARGIN, lines * _HEIGHT + _TITLE + _MARGIN
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"'
            ' aria-labelledby="title" xml:space="preserve">',
            f'<title id="title">{escape(title)}</title>',
            "<style>",
            f"text{{font:13.3px {_FONT};white-space:pre}}rect{{shape-rendering:crispEdges}}",
            *rules,
            "</style>",
            f'<rect width="100%" height="100%" rx="8" fill="#{_BACKGROUND}"/>',
            *(f'<circle cx="{18 + 18 * n}" cy="15" r="5" fill="#3a424d"/>' for n in range(3)),
            f'<svg x="{_MARGIN}" y="{_TITLE}">',
            *shapes,
            "</svg>",
            "</svg>\n",
        )
    )


class _Styles:
    """The classes of texts by how they look."""

    def __init__(self) -> None:
        self._classes: dict[str, str] = {}

    def text(self, cell: Cell) -> str:
        style = f"fill:#{_known(cell.colour, _COLOUR)}"
        style += ";font-weight:700" * cell.bold + ";font-style:italic" * cell.italic
        lines = [name for name, is_drawn in (("underline", cell.underlined), ("line-through", cell.struck)) if is_drawn]
        return self._class(style + (f";text-decoration:{' '.join(lines)}" if lines else ""))

    def background(self, cell: Cell) -> str:
        return self._class(f"fill:#{_known(cell.background, _BACKGROUND)}")

    def _class(self, style: str) -> str:
        return self._classes.setdefault(style, f"s{len(self._classes)}")

    def rules(self) -> Iterator[str]:
        for style, name in self._classes.items():
            yield f".{name}{{{style}}}"


def _known(colour: str, default: str) -> str:
    return default if colour == "default" else colour


def _frames(cast: Cast) -> list[tuple[float, Screen]]:
    """Return the screens that differ from the one before, with their times."""
    return [next(same) for _, same in groupby(cast.screens(), key=lambda frame: frame[1])]


def _drawn(screen: Screen, before: Screen | None, styles: _Styles) -> Iterator[str]:
    """Yield the shapes of all cells that differ from the screen before."""
    for line, row in enumerate(screen):
        for start, end in _changes(row, None if before is None else before[line]):
            yield from _backgrounds(row, line, start, end, styles)
            yield from _texts(row, line, start, end, styles)


def _changes(row: tuple[Cell, ...], before: tuple[Cell, ...] | None) -> Iterator[tuple[int, int]]:
    """Yield the first column of each change in a row, and the column behind it."""
    if before is None:
        yield 0, len(row)
        return
    changed = [column for column, (new, old) in enumerate(zip(row, before, strict=True)) if new != old]
    last = {column for column, following in pairwise(changed) if following - column > _GAP} | set(changed[-1:])
    start = None
    for column in changed:
        start = column if start is None else start
        if column in last:
            yield start, column + 1
            start = None


def _backgrounds(row: tuple[Cell, ...], line: int, start: int, end: int, styles: _Styles) -> Iterator[str]:
    for name, columns in groupby(range(start, end), key=lambda column: styles.background(row[column])):
        first, *others = columns
        place = f'x="{first * _WIDTH}" y="{line * _HEIGHT}"'
        yield f'<rect class="{name}" {place} width="{(1 + len(others)) * _WIDTH}" height="{_HEIGHT}"/>'


def _texts(row: tuple[Cell, ...], line: int, start: int, end: int, styles: _Styles) -> Iterator[str]:
    for name, same in groupby(range(start, end), key=lambda column: styles.text(row[column])):
        if inked := [column for column in same if row[column].text not in (" ", "")]:
            first, last = inked[0], inked[-1]
            last += last + 1 < end and not row[last + 1].text  # the right half of a wide character
            text = escape("".join(cell.text for cell in row[first : last + 1]), quote=False)
            place = f'x="{first * _WIDTH}" y="{line * _HEIGHT + _BASELINE}"'
            yield f'<text class="{name}" {place} textLength="{(last + 1 - first) * _WIDTH}">{text}</text>'
