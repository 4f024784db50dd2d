"""A text area that can refuse what is typed or pasted."""

from textual.widgets import TextArea
from textual.widgets.text_area import EditResult


class LimitedTextArea(TextArea):
    """A text area whose subclass decides whether it takes what is typed or pasted.

    Replaces `TextArea._replace_via_keyboard`, which inserts everything that is typed or pasted.
    Noticed by tests/tui/widgets/test_prompt_box.py::test_more_than_the_box_takes_is_refused_whole_and_the_draft_stays.
    """

    def accepts(self, insert: str, start: tuple[int, int], end: tuple[int, int]) -> bool:
        """Whether `insert` may replace the text from `start` to `end`, both as row and column."""
        return True

    def type_text(self, text: str) -> None:
        """Insert text as if it was typed, after all keys that were pressed before."""
        self.call_later(self._type, text)

    def _type(self, text: str) -> None:
        if result := self._replace_via_keyboard(text, *self.selection):
            self.move_cursor(result.end_location)
            self.scroll_cursor_visible()

    def _replace_via_keyboard(self, insert: str, start: tuple[int, int], end: tuple[int, int]) -> EditResult | None:
        return super()._replace_via_keyboard(insert, start, end) if self.accepts(insert, start, end) else None
