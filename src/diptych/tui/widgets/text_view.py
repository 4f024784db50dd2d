"""A scrolling view of plain foreign text, such as an event's raw data."""

from collections.abc import Sequence
from typing import ClassVar

from rich.style import Style

from diptych.core.text.sanitize import clean
from diptych.tui.widgets.line_view import LineView, Span
from diptych.tui.wrapping import Wrapping

_MOST_SHOWN = 200_000


class TextView(LineView):
    """A text in wrapped rows; a very long one is cut, with a note at its end."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"lines--line"}

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._wrapping = Wrapping(80)

    @property
    def line_count(self) -> int:
        """The number of rows."""
        return self._wrapping.height

    def show(self, text: str, how_to_get_all: str = "") -> None:
        """Show another text from its beginning; `how_to_get_all` stands at the end of one that is cut."""
        shown = clean(text[:_MOST_SHOWN])
        if len(text) > _MOST_SHOWN:
            shown += f"\n\n… These are the first {_MOST_SHOWN:,} of {len(text):,} characters; {how_to_get_all}."
        self._wrapping = Wrapping(max(self.text_width - 1, 2), shown)
        self.following = False
        self.scroll_to_line(0)
        self.lines_changed()

    def spans(self, index: int) -> Sequence[Span]:
        """Return one row."""
        return ((self._wrapping.shown(index), Style.null()),)

    def width_changed(self, width: int) -> None:
        """Wrap the text at another width."""
        self._wrapping.resize(width - 1)
