"""The names of a screen's parts, each with the number of its key; the one that is shown is marked."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.widget import Widget

_BETWEEN = 2


@dataclass
class PartChosen(Message):
    """The user clicks on the name of a part."""

    part: str


class PartTabs(Widget):
    """One row of names. A click on one chooses it."""

    ALLOW_SELECT = False

    def __init__(self, parts: Sequence[str]) -> None:
        super().__init__()
        self._parts = parts
        self._shown = ""

    def show(self, part: str) -> None:
        """Mark that part as the one that is shown."""
        self._shown = part
        self.refresh()

    def render(self) -> Content:
        """Return what to draw."""
        pieces: list[str | tuple[str, str]] = []
        for number, part in enumerate(self._parts, 1):
            style = "$foreground bold underline" if part == self._shown else "$muted"
            pieces += [(f"{number}", "$foreground bold"), " ", (part, style), " " * _BETWEEN]
        return Content.assemble(*pieces)

    def on_click(self, event: Click) -> None:
        """Choose the part whose name was clicked."""
        left = 0
        for part in self._parts:
            right = left + len(part) + 2 + _BETWEEN
            if left <= event.x < right:
                self.post_message(PartChosen(part))
            left = right
