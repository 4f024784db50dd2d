"""One line of text that changes often: it never causes a layout, and is painted only when its text changes."""

from textual.content import Content
from textual.widget import Widget


class TextLine(Widget):
    """A line of one row."""

    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self._content = Content("")

    def show(self, content: Content) -> None:
        """Show that content from now on."""
        if content != self._content or content.spans != self._content.spans:
            self._content = content
            self.refresh()

    def render(self) -> Content:
        """Return what to draw."""
        return self._content
