"""A list with a cursor on one of its items: moving the cursor with keys and the pointer, and keeping it in view."""

from typing import ClassVar

from textual.events import Click

from diptych.tui.widgets.line_view import LineView


class CursorList(LineView):
    """Lines of which `ROWS` together are an item. A subclass has the keys, and says which item has the cursor."""

    ALLOW_SELECT = False  # a click selects an item
    ROWS: ClassVar[int] = 1
    """Rows per item."""

    @property
    def item_count(self) -> int:
        """The number of items."""
        return self.line_count // self.ROWS

    @property
    def cursor_item(self) -> int:
        """The place of the item under the cursor, from 0."""
        raise NotImplementedError

    def move_to_item(self, item: int) -> None:
        """Put the cursor on an item, or on the first or the last one if there is none at that place."""
        raise NotImplementedError

    def open_item(self) -> None:
        """Open the item under the cursor, which was clicked twice."""
        raise NotImplementedError

    def item_clicked(self, item: int, column: int) -> None:
        """Select an item that was clicked in a column of cells."""
        self.move_to_item(item)

    def show_cursor(self, before: int, now: int) -> None:
        """Paint the item that the cursor has left and the one that it is on now, and scroll the latter into view."""
        for item in {before, now}:
            for row in range(self.ROWS):
                self.line_changed(item * self.ROWS + row)
        first, top, height = now * self.ROWS, round(self.scroll_y), self.size.height
        if first < top:
            self.scroll_to_line(first)
        elif first + self.ROWS > top + height:
            self.scroll_to_line(first + self.ROWS - height)

    def action_move(self, by: int) -> None:
        """Move the cursor by items."""
        self.move_to_item(self.cursor_item + by)

    def action_page(self, by: int) -> None:
        """Move the cursor by pages."""
        self.action_move(by * max(self.size.height // self.ROWS - 1, 1))

    def action_half_page(self, by: int) -> None:
        """Move the cursor by half a page."""
        self.action_move(by * max(self.size.height // self.ROWS // 2, 1))

    def action_first(self) -> None:
        """Move to the first item."""
        self.move_to_item(0)

    def action_last(self) -> None:
        """Move to the last item."""
        self.move_to_item(self.item_count - 1)

    def on_click(self, event: Click) -> None:
        """Select the item that was clicked; a second click opens it."""
        item = (event.y + round(self.scroll_y)) // self.ROWS
        if item < self.item_count:
            self.item_clicked(item, event.x)
            if event.chain == 2:
                self.open_item()
