"""Writes rows that changed straight from the widget that they belong to.

Textual composes an update from every widget between the first changed row and the last, including the containers
behind them. Where a changed region lies within one widget that nothing covers, that widget's rows are all that must be
written. In a live comparison nearly all updates are of this kind, and they cost a third of what Textual's cost.
"""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from textual._compositor import Compositor, CompositorUpdate
from textual.geometry import Offset, Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget


def paint_directly(screen: Screen[Any]) -> None:
    """Make a screen, which is not mounted yet, write changed rows straight from their widgets.

    Replaces `Screen._compositor` with a `DirectCompositor`.
    Noticed by tests/tui/textual_patches/test_compositor.py::test_what_changes_in_a_widget_is_written_directly.
    """
    screen._compositor = DirectCompositor()


class RowsUpdate(CompositorUpdate):
    """Rows to write, each block of them from a place on the screen downwards, and the update that Textual composed.

    Replaces `textual._compositor.ChopsUpdate` as what is written to the terminal.
    Noticed by tests/test_terminal.py::test_what_was_painted_piece_by_piece_is_what_is_painted_anew.
    """

    def __init__(self, blocks: Sequence[tuple[Region, list[Strip]]], others: CompositorUpdate | None) -> None:
        self._blocks = blocks
        self._others = others

    def render_segments(self, console: Console) -> str:
        """Return what is written to the terminal."""
        parts: list[str] = []
        for region, strips in self._blocks:
            for y, strip in enumerate(strips, region.y + 1):
                parts += (f"\x1b[{y};{region.x + 1}H", strip.render(console))
        if self._others:
            parts.append(self._others.render_segments(console))
        return "".join(parts)


class DirectCompositor(Compositor):
    """Textual's compositor, with a shortcut for regions that lie within one widget.

    Replaces `Compositor.render_partial_update`, and uses `_dirty_regions`.
    Noticed by tests/test_terminal.py::test_what_was_painted_piece_by_piece_is_what_is_painted_anew.
    """

    def render_partial_update(self) -> CompositorUpdate | None:  # type: ignore[override]  # Textual names a subclass
        """Return the update for the regions that changed, None if none did."""
        blocks = []
        others = set()
        for region in self._dirty_regions:
            if any(other is not region and other.contains_region(region) for other in self._dirty_regions):
                continue
            holder = self._holder(region)
            if holder is None:
                others.add(region)
            else:
                widget, offset = holder
                blocks.append((region, widget.render_lines(region.translate(-offset))))
        self._dirty_regions = others
        composed = super().render_partial_update()
        return RowsUpdate(blocks, composed) if blocks else composed

    def _holder(self, region: Region) -> tuple[Widget, Offset] | None:
        """Return the foremost widget at a region and its offset, if the widget covers the whole region."""
        for widget, (placed, clip) in self.visible_widgets.items():
            visible = placed.intersection(clip)
            if visible.overlaps(region):
                return (widget, placed.offset) if visible.contains_region(region) else None
        return None
