"""The container of both panes, with the timeline across both of them, above their event lists."""

from collections.abc import Iterable

from textual.geometry import Region
from textual.layout import WidgetPlacement

from diptych.tui.textual_patches.fresh_arrangement import FreshlyArranged
from diptych.tui.widgets.event_pane import EventPane
from diptych.tui.widgets.side_pane import SidePane
from diptych.tui.widgets.timeline import Timeline


class PaneArea(FreshlyArranged):
    """Places the timeline, where the stylesheet does not dock it, over the rows that the panes leave free for it."""

    def __init__(self, timeline: Timeline, panes: Iterable[SidePane]) -> None:
        super().__init__(timeline, *panes, id="sides")

    def process_layout(self, placements: list[WidgetPlacement]) -> list[WidgetPlacement]:
        """Return the placements with the timeline at the top of the event lists, across all that are shown."""
        rooms = [room for placement in placements if (room := _room(placement))]
        if not rooms:
            return placements
        left, right = rooms[0].x, rooms[-1].right
        room = Region(left, rooms[0].y, right - left, 0)
        return [
            WidgetPlacement(
                room.grow((0, 0, placement.region.height, 0)), placement.offset, placement.margin, placement.widget, 1
            )
            if isinstance(placement.widget, Timeline)
            else placement
            for placement in placements
        ]


def _room(placement: WidgetPlacement) -> Region | None:
    """Return the region of a pane's event list within its frame, None if it shows none."""
    pane = placement.widget
    if not isinstance(pane, SidePane):
        return None
    region = placement.region
    for part in pane.arrange(region.size).placements:
        if isinstance(part.widget, EventPane):
            return part.region.translate(region.offset).shrink(part.widget.styles.border.spacing)
    return None
