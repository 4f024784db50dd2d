"""The tree of an event's data, in which the keys of all lists move."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Tree

from diptych.tui.inspector.outline import Item


class DataTree(Tree[Item]):
    """A tree of JSON values; its nodes are filled when they are opened."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("k", "cursor_up", "Line above", show=False, id="tree.up"),
        Binding("j", "cursor_down", "Line below", show=False, id="tree.down"),
        Binding("ctrl+u", "half_page(-1)", "Half a page up", show=False, id="tree.half-page-up"),
        Binding("ctrl+d", "half_page(1)", "Half a page down", show=False, id="tree.half-page-down"),
        Binding("g", "go_to(0)", "First line", show=False, id="tree.first"),
        Binding("G", "go_to(-1)", "Last line", show=False, id="tree.last"),
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__("", id=id)

    def action_half_page(self, by: int) -> None:
        """Move the cursor by half a page."""
        self._move_to(self.cursor_line + by * max(self.size.height // 2, 1))

    def action_go_to(self, line: int) -> None:
        """Move the cursor to a line; negative numbers count from the end."""
        self._move_to(line if line >= 0 else self.last_line + 1 + line)

    def _move_to(self, line: int) -> None:
        self.cursor_line = min(max(line, 0), self.last_line)
        self.scroll_to_line(self.cursor_line)
