"""Arranges the parts of a screen with two panes by its size, and by what the user chose."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from textual.content import Content
from textual.screen import Screen

from diptych.config.sides import SIDES, SideName
from diptych.tui.widgets.event_list import EventList
from diptych.tui.widgets.other_side import OtherSide

if TYPE_CHECKING:
    from textual.widget import Widget

    from diptych.tui.widgets.side_pane import SidePane

EventsSize = Literal["normal", "large", "hidden"]
_NEXT_SIZE: dict[EventsSize, EventsSize] = {"normal": "large", "large": "hidden", "hidden": "normal"}

BESIDE_FROM = 100
"""The width from which the panes stand beside each other; in a narrower screen one stands below the other."""

_BOTH_FROM = 30
"""The height from which both panes are shown in a narrow screen. In a lower one, only one of them is."""

_EVENTS_FROM = 25
"""The height from which event lists are shown, unless the user has chosen otherwise."""


class Arrangement:
    """Shows both panes or one of them, with event lists or without.

    Where only one side has room, `line` shows the state of the other one.
    """

    def __init__(self, screen: Screen[None], panes: Mapping[SideName, "SidePane"]) -> None:
        self.line = OtherSide()
        self._screen = screen
        self._panes = panes
        self._sides: Sequence[SideName] = SIDES
        self._front: SideName = SIDES[0]
        self._chosen: EventsSize | None = None

    @property
    def is_one_sided(self) -> bool:
        """Whether only one of two sides has room."""
        width, height = self._screen.app.size
        return len(self._sides) > 1 and width < BESIDE_FROM and height < _BOTH_FROM

    @property
    def front(self) -> SideName:
        """The side that is shown where only one has room."""
        return self._front

    @property
    def shows_events(self) -> bool:
        """Whether event lists are shown."""
        return self._events_size != "hidden"

    def show(self, sides: Sequence[SideName]) -> None:
        """Show these sides, as far as there is room."""
        self._sides = sides
        self.fit()

    def fit(self) -> None:
        """Arrange everything for the present size of the screen."""
        one_sided = self.is_one_sided
        self._screen.update_classes(  # all at once: each change applies the style sheets to the whole screen
            {
                "-one-side": one_sided,
                "-both": not one_sided and len(self._sides) > 1,
                "-large-events": self._events_size == "large",
            }
        )
        for side, pane in self._panes.items():
            pane.display = side in self._sides and (not one_sided or side == self._front)
            pane.show_events(shown=self.shows_events)
        self.line.display = one_sided

    def sample(self, now: float, key: str) -> None:
        """Show the state of the hidden side at the time `now`, and the `key` that shows that side."""
        hidden = next((pane for side, pane in self._panes.items() if side != self._front), None)
        if hidden and self.is_one_sided:
            hint = f"  {key} shows it"
            room = self.line.size.width - len(hint)
            self.line.show(Content.assemble(hidden.glance(now, room), (hint, "$muted")))

    def next_events_size(self) -> None:
        """Make the event lists normal, large or hidden, in this order. From now on the size decides nothing."""
        self._chosen = _NEXT_SIZE[self._events_size]
        self.fit()

    def flip(self) -> None:
        """Show the other side, if only one is shown. The focus goes to the same part of it."""
        if not self.is_one_sided:
            return
        before = self._panes[self._front]
        focused = self._screen.focused
        had_focus = focused in before.walk_children()
        self.bring_to_front(next(side for side in SIDES if side != self._front))
        if had_focus:
            part = "events" if isinstance(focused, EventList) else "answer"
            self._screen.set_focus(self._screen.query_one(f"#{self._front}-{part}"))

    def bring_to_front(self, side: SideName) -> None:
        """Show that side, if only one is shown."""
        self._front = side
        self.fit()

    def over_both_sides(self, move_focus: Callable[[], "Widget | None"]) -> "Widget | None":
        """Move the focus through the parts of both sides, and show the side that it has come to."""
        if not self.is_one_sided:
            return move_focus()
        for pane in self._panes.values():
            pane.display = True
        focused = move_focus()
        side = next((side for side, pane in self._panes.items() if focused in pane.walk_children()), self._front)
        self.bring_to_front(side)
        return focused

    @property
    def _events_size(self) -> EventsSize:
        if self._chosen:
            return self._chosen
        return "normal" if self._screen.app.size.height >= _EVENTS_FROM else "hidden"
