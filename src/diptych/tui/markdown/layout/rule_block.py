"""Lays out thematic breaks, and list items without content."""

from diptych.tui.markdown.layout.rows import LaidOutBlock, Row, Span


class RuleBlock(LaidOutBlock):
    """One row that repeats a character, or an empty row."""

    def __init__(self, character: str, width: int) -> None:
        self._character = character
        self._width = width

    @property
    def height(self) -> int:
        return 1

    def update(self) -> int:
        return 0

    def row(self, index: int) -> Row:
        return [Span(self._character * self._width, "frame")]
