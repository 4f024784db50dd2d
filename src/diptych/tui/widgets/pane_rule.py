"""The line between an answer and its events, with a title and figures in it."""

from textual.content import Content
from textual.widget import Widget

_PLAIN = "─├┤└┘"
_HEAVY_ABOVE = "━┡┩┗┛"
_HEAVY_BELOW = "━┢┪┗┛"
"""The line, its ends between two halves, and its ends where it closes the frame."""


class PaneRule(Widget):
    """The line between an answer and its events; it closes the frame where the events are hidden."""

    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__(classes="rule")
        self._shown = ("events", "", False)
        self._corners = _PLAIN

    def show(self, title: str, figures: str, *, closes: bool) -> None:
        """Show a title, and figures that have no room elsewhere; or close the frame."""
        if (title, figures, closes) != self._shown:
            self._shown = (title, figures, closes)
            self.refresh()

    def show_focus(self, *, above: bool, below: bool) -> None:
        """Draw the line heavy where it is part of the frame of the focused half."""
        corners = _HEAVY_ABOVE if above else _HEAVY_BELOW if below else _PLAIN
        if corners != self._corners:
            self._corners = corners
            self.set_class(above or below, "-focused")
            self.refresh()

    def render(self) -> Content:
        """Return what to draw."""
        title, figures, closes = self._shown
        width = self.size.width
        line, left, right, last_left, last_right = tuple(self._corners)
        if closes:
            return Content(f"{last_left}{line * (width - 2)}{last_right}")
        for shorter in (title, title.partition(" ")[0]):
            if figures and len(shorter) + len(figures) + 8 <= width:
                begin = f"{left}{line} {shorter} ".ljust(width - len(figures) - 4, line)
                return Content(f"{begin} {figures} {line}{right}")
        return Content(f"{left}{line} {title} ".ljust(width - 1, line) + right)
