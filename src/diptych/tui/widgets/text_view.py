"""Plain foreign text to scroll through, such as an event's raw data."""

from collections.abc import Sequence
from typing import ClassVar

from rich.style import Style

from diptych.core.text.sanitize import clean
from diptych.tui.widgets.line_view import LineView, Span
from diptych.tui.wrapping import Wrapping

_MOST_SHOWN = 200_000


class TextView(LineView):
    """A long text in wrapped rows; of a very long one the beginning, and a note that says so."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"lines--line"}

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._wrapping = Wrapping(80)

    @property
    def line_count(self) -> int:
        """How many rows there are."""
        return self._wrapping.height

    def show(self, text: str) -> None:
        """Show another text, from its beginning."""
        shown = clean(text[:_MOST_SHOWN])
        if len(text) > _MOST_SHOWN:
            shown += f"\n\n… the first {_MOST_SHOWN:,} of {len(text):,} characters; copy has them all."
        self._wrapping = Wrapping(max(self.text_width - 1, 2), shown)
        self.following = False
        self.scroll_to_line(0)
        self.lines_changed()

    def spans(self, index: int) -> Sequence[Span]:
        """One row."""
        return ((self._wrapping.shown(index), Style.null()),)

    def width_changed(self, width: int) -> None:
        """Wrap anew."""
        self._wrapping.resize(width - 1)
