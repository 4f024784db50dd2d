"""What both sides of a screen share in time: the timeline, and event lists that show the same time."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from textual.screen import Screen

from diptych.config.sides import SideName
from diptych.tui.events.timeline_track import Track
from diptych.tui.widgets.timeline import Timeline

if TYPE_CHECKING:
    from diptych.tui.widgets.side_pane import SidePane

_ROWS_FOR_TIMELINE = 36
"""The height of the screen from which on the timeline is shown."""


class SharedTime:
    """Shows the timeline where there is room for it, and moves event lists to the same time.

    `tracks` returns what the timeline shows. One that is the bar of its screen is always shown.
    """

    def __init__(
        self,
        screen: Screen[None],
        panes: Mapping[SideName, "SidePane"],
        timeline: Timeline,
        tracks: Callable[[], Mapping[SideName, Track]],
        *,
        is_always_shown: bool,
    ) -> None:
        self.timeline = timeline
        self._screen = screen
        self._panes = panes
        self._tracks = tracks
        self._is_always_shown = is_always_shown
        self._are_lists_locked = False
        self._is_shown = False

    def place(self, *, shows_events: bool) -> None:
        """Show the timeline or hide it, and put it above the event lists on a high screen, else above the panes."""
        screen = self._screen
        has_lists = shows_events and any(pane.run and not pane.is_veiled for pane in self._panes.values())
        is_above_lists = has_lists and screen.size.height >= _ROWS_FOR_TIMELINE
        self._is_shown = is_above_lists or self._is_always_shown
        is_above_lists = is_above_lists and screen.has_class("-beside")
        screen.update_classes({"-timeline": self._is_shown, "-above-events": is_above_lists})

    def show(self) -> None:
        """Paint what is new on the timeline."""
        if self._is_shown:
            cursors = {side: pane.events.cursor_time for side, pane in self._panes.items()}
            self.timeline.show(self._tracks(), cursors, is_locked=self._are_lists_locked)

    def go_to(self, seconds: float, within: float) -> None:
        """Move both event lists to the first line of a stretch of time, or else to the last line before it."""
        for pane in self._panes.values():
            pane.events.show_time(seconds, within)
        self.show()

    def move_others(self, side: SideName, seconds: float) -> None:
        """Move the event lists of all other sides to a time."""
        for other, pane in self._panes.items():
            if other != side:
                pane.events.show_time(seconds)
        self.show()

    def follow(self, side: SideName, seconds: float) -> None:
        """Move the other event list along with one in which the user moves, if they are locked in time."""
        if self._are_lists_locked:
            self.move_others(side, seconds)
        self.show()

    def toggle_lock(self, side: SideName | None) -> None:
        """Lock both event lists at the time that the list of a side shows, if one is given, or unlock them."""
        self._are_lists_locked = not self._are_lists_locked
        for pane in self._panes.values():
            pane.show_lock(is_locked=self._are_lists_locked)
        if self._are_lists_locked and side:
            self._panes[side].events.action_show_time()
        self.show()
