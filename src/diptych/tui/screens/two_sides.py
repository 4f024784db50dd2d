"""The base of the screens with two panes: which of them have room, and how the focus moves over their parts."""

from collections.abc import Callable, Mapping
from functools import partial

from textual.widget import Widget

from diptych.config.sides import SIDES, SideName
from diptych.tui.answer.hint import Hint
from diptych.tui.arrangement import BESIDE_FROM, Arrangement
from diptych.tui.blind.veil import Veils
from diptych.tui.pane_labels import PaneLabels
from diptych.tui.textual_patches.compositor import paint_directly
from diptych.tui.textual_patches.remapped_keys import RemappedScreen
from diptych.tui.widgets.event_list import EventList
from diptych.tui.widgets.side_pane import SidePane


class TwoSidesScreen(RemappedScreen):
    """Arranges both panes, and goes to the answer or the events of a side, even if that side has no room."""

    HORIZONTAL_BREAKPOINTS = [(0, "-stacked"), (BESIDE_FROM, "-beside")]  # noqa: RUF012 - no class variable in Textual
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (18, "-low"), (32, "-high")]  # noqa: RUF012

    def __init__(self, hints: Mapping[SideName, Hint], labels: PaneLabels | None) -> None:
        # What most screens will be: to change a class applies the style sheets to the whole screen once more.
        super().__init__(classes="-beside -high -both")
        paint_directly(self)
        self._veils = Veils()
        self._labels = labels or PaneLabels()
        self._panes = {side: SidePane(side, hints[side], self._veils, self._labels) for side in SIDES}
        self._arrangement = Arrangement(self, self._panes)

    def sample(self, *, figures: bool = True) -> None:
        """Paint what is new in both panes; without `figures` the figures stay as they are."""
        raise NotImplementedError

    def place_timeline(self) -> None:
        """Show the timeline where it has room beside what the panes show."""
        raise NotImplementedError

    @property
    def _focused_pane(self) -> SidePane | None:
        focused = self.focused
        return next((pane for pane in self._panes.values() if focused in pane.walk_children()), None)

    def on_resize(self) -> None:
        """Arrange the panes for the new size, and fit the figures into it, even when nothing is running."""
        self._arrangement.fit()
        self.place_timeline()
        self.call_after_refresh(self.sample)

    def action_focus_side(self, side: SideName) -> None:
        """Go to that side: to its events from the events of the other one, otherwise to its answer."""
        part = "events" if isinstance(self.focused, EventList) else "answer"
        self.action_focus_part(f"{side}-{part}")

    def action_focus_part(self, part: str) -> None:
        """Go to an answer or an event list, if it is shown. The other side comes into view where one has room.

        If its event list is hidden there, the focus goes to its answer: the part that had it is out of view.
        """
        widget = self.query_one(f"#{part}")
        pane = next(pane for pane in self._panes.values() if widget in pane.walk_children())
        if self._arrangement.is_one_sided:
            self._arrangement.bring_to_front(pane.side)
            self.call_after_refresh(self.sample)
            if not self._arrangement.shows_events:
                widget = self.query_one(f"#{pane.side}-answer")
        parts = (node for node in widget.ancestors_with_self if isinstance(node, Widget))
        if widget.focusable and all(node.display for node in parts):
            self.set_focus(widget)  # at once: `focus` waits for messages

    def focus_next(self, selector: str | type[Widget] = "*") -> Widget | None:
        """Go to the next part, even if its side has no room at the moment."""
        return self._move_over_both_sides(partial(super().focus_next, selector))

    def focus_previous(self, selector: str | type[Widget] = "*") -> Widget | None:
        """Go to the previous part, even if its side has no room at the moment."""
        return self._move_over_both_sides(partial(super().focus_previous, selector))

    def _move_over_both_sides(self, move: Callable[[], Widget | None]) -> Widget | None:
        focused = self._arrangement.over_both_sides(move)
        if self._arrangement.is_one_sided:
            self.call_after_refresh(self.sample)
        return focused

    def action_flip_sides(self) -> None:
        """Show the other side, where only one has room."""
        self._arrangement.flip()
        self.call_after_refresh(self.sample)

    def on_flip_asked(self) -> None:
        """Show the other side."""
        self.action_flip_sides()

    def action_resize_events(self) -> None:
        """Make the event lists normal, large or hidden, in this order."""
        self._arrangement.next_events_size()
        self.place_timeline()
        self.call_after_refresh(self.sample)
