"""A part of the screen of differences as a list of rows: figures, phases, or what differs in the requests."""

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from diptych.tui.differences.phase_bars import PHASE_ROLES
from diptych.tui.markdown.layout.rows import Row
from diptych.tui.widgets.line_view import LineView, Span

_ROLES = ("text", "muted", "heading", "name", "left", "right", "delta", *PHASE_ROLES)

Layout = Callable[[int], Iterable[Row]]
"""Returns the rows of a part for a width in cells."""


class DifferenceRows(LineView):
    """Rows that are laid out again for every width, and whenever something else is to be shown."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"lines--line", *(f"differences--{role}" for role in _ROLES)}

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.following = False
        self._layout: Layout | None = None
        self._rows: list[Row] = []

    @property
    def line_count(self) -> int:
        """The number of rows."""
        return len(self._rows)

    def show(self, layout: Layout) -> None:
        """Show other rows from now on, at the same place."""
        self._layout = layout
        self._lay_out()

    def spans(self, index: int) -> Sequence[Span]:
        """Return one row."""
        return [(text, self.style_of(f"differences--{role}")) for text, role, _ in self._rows[index]]

    def width_changed(self, width: int) -> None:
        """Lay the rows out for another width."""
        self._lay_out()

    def _lay_out(self) -> None:
        if self._layout is None or not self.text_width:
            return  # it is laid out as soon as it has a width
        self._rows = list(self._layout(self.text_width))
        self.following = False
        self.lines_changed()
