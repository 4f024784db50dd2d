"""A scrolling widget that knows its sizes early."""

from textual.geometry import Size
from textual.scroll_view import ScrollView


class SizedScrollView(ScrollView):
    """A scroll view that is told when its sizes are known, so that it can keep them.

    Replaces `ScrollView._size_updated`: Textual computes sizes anew at every access, and sends `Resize` later.
    Noticed by tests/tui/screens/test_compare.py::test_resizing_while_streaming_keeps_everything.
    """

    def sizes_known(self) -> None:
        """Note the sizes: `size` and `outer_size` have their new values. Not called while the widget is hidden."""

    def _size_updated(self, size: Size, virtual_size: Size, container_size: Size, layout: bool = True) -> bool:
        changed = super()._size_updated(size, virtual_size, container_size, layout)
        if self.size:
            self.sizes_known()
        return changed
