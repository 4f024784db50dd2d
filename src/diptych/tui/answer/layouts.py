"""The layouts of an answer: the one that is shown, and the one that will replace it.

A long answer is laid out in portions. When it must be laid out again, for another width or as its source, the old
layout is shown until the new one has the rows in view, or all rows if the view follows the end.
"""

from typing import TYPE_CHECKING

from diptych.core.run import Run

if TYPE_CHECKING:
    from diptych.tui.answer.document import Document


class Layouts:
    """Reads both layouts of an answer. `shown` is None as long as there is no run."""

    def __init__(self) -> None:
        self.shown: Document | None = None
        self._coming: Document | None = None

    @property
    def is_rendered(self) -> bool:
        """Whether Markdown is rendered, now or as soon as the coming layout is ready."""
        newest = self._coming or self.shown
        return newest is None or newest.is_rendered

    @property
    def is_behind(self) -> bool:
        """Whether more of the answer is to be laid out."""
        return self._coming is not None or (self.shown is not None and self.shown.is_behind)

    def show(self, run: Run | None, width: int) -> None:
        """Lay out another run's answer, rendered or not as the one before."""
        is_rendered = self.is_rendered
        self.shown = self._coming = None
        if run is not None:
            # Imported late: parsing and highlighting take long to load, and the screen is shown before.
            from diptych.tui.answer.document import Document

            self.shown = Document(run, width, is_rendered=is_rendered)

    def fits(self, width: int) -> bool:
        """Whether the newest layout has that width, or nothing is laid out."""
        newest = self._coming or self.shown
        return newest is None or newest.width == width

    def begin(self, width: int, *, is_rendered: bool) -> None:
        """Begin a new layout."""
        if self.shown is not None:
            self._coming = self.shown.new_layout(width, is_rendered=is_rendered)

    def read_coming(self, excluded: str) -> None:
        """Read another portion for the coming layout; see `Document.update` for `excluded`."""
        if self._coming is not None:
            self._coming.update(excluded)

    @property
    def has_coming(self) -> bool:
        """Whether a new layout has begun and is not shown yet."""
        return self._coming is not None

    def is_ready(self, top: int, height: int, *, follows_end: bool) -> bool:
        """Whether the coming layout has what is in view: `height` rows from row `top` of the shown layout on."""
        if self._coming is None:
            return False
        row = self._coming_row(top)
        first = top if row is None else row
        return not self._coming.is_behind or not (follows_end or first + 2 * height > self._coming.height)

    def replace(self, top: int) -> int | None:
        """Show the coming layout. Returns the row in it that shows what row `top` has shown, None if there is none."""
        row = self._coming_row(top)
        self.shown, self._coming = self._coming, None
        return row

    def toggle_thinking(self) -> None:
        """Open or fold the thinking in both layouts."""
        for layout in (self.shown, self._coming):
            if layout is not None:
                layout.toggle_thinking()

    def _coming_row(self, top: int) -> int | None:
        spot = self.shown.spot(top) if self.shown and top else None
        return self._coming.row_of(spot) if self._coming and spot else None
