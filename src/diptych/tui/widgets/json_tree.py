"""A JSON value as a tree whose nodes open and close. A node is filled when it is first opened."""

from typing import Any, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widgets import Tree
from textual.widgets.tree import TreeNode

from diptych.tui.inspector.outline import OutlineItem, children, item

_OPEN_AT_FIRST = 40
"""Lines of the tree that are open at first."""


class JsonTree(Tree[OutlineItem]):
    """Shows one JSON value. Its texts are cleaned, and never parsed as markup."""

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
        self.show_root = False
        self.guide_depth = 3

    def show(self, value: Any) -> None:
        """Show a value, with as many levels open as fit on one screen."""
        self.clear()
        root = item("", value)
        self.root.data = root if root.opens else OutlineItem("", "", [value], opens=True)
        if root.opens:
            self._fill(self.root)
            self._open_small(self.root)
        else:
            self.root.add_leaf(_label(root), data=root)
        self.root.expand()

    def action_half_page(self, by: int) -> None:
        """Move the cursor by half a page."""
        self._move_to(self.cursor_line + by * max(self.size.height // 2, 1))

    def action_go_to(self, line: int) -> None:
        """Move the cursor to a line; negative numbers count from the end."""
        self._move_to(line if line >= 0 else self.last_line + 1 + line)

    def on_tree_node_expanded(self, event: Tree.NodeExpanded[OutlineItem]) -> None:
        """Fill a node when it is first opened."""
        self._fill(event.node)

    def _move_to(self, line: int) -> None:
        self.cursor_line = min(max(line, 0), self.last_line)
        self.scroll_to_line(self.cursor_line)

    def _fill(self, node: TreeNode[OutlineItem]) -> None:
        if node.data is None or node.children:
            return
        for child in children(node.data):
            node.add(_label(child), data=child, allow_expand=child.opens)

    def _open_small(self, root: TreeNode[OutlineItem]) -> None:
        """Open level after level as long as everything fits on one screen."""
        lines = len(root.children)
        level = list(root.children)
        while level:
            deeper: list[TreeNode[OutlineItem]] = []
            for node in level:
                data = node.data
                if data is None or not isinstance(data.value, dict | list) or not data.opens or data.start:
                    continue
                lines += len(data.value)
                if lines > _OPEN_AT_FIRST:
                    return
                self._fill(node)
                node.expand()
                deeper += node.children
            level = deeper


def _label(shown: OutlineItem) -> Text:
    """Return a line of the tree."""
    if not shown.key:
        return Text(shown.summary)
    return Text.assemble((f"{shown.key} ", "bold"), shown.summary)
