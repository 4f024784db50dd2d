"""A container whose children are arranged anew each time."""

from textual.containers import Container
from textual.geometry import Size
from textual.layout import DockArrangeResult


class FreshlyArranged(Container):
    """A container that does not keep where its children are: that depends on what is in them.

    Uses `Widget._clear_arrangement_cache`: Textual's cache does not notice what moves in a child.
    Noticed by tests/tui/widgets/test_event_pane.py::test_the_timeline_stands_above_the_lists_from_36_rows_up.
    """

    def arrange(self, size: Size, optimal: bool = False) -> DockArrangeResult:
        """Arrange the children anew."""
        self._clear_arrangement_cache()
        return super().arrange(size, optimal)
