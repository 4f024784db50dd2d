"""Paints what changed straight from the widgets that it changed in.

Textual puts an update together from every widget that stands anywhere between the first changed row and the last, the
containers behind them included. Where a changed region lies inside of one widget that nothing covers, that widget's
rows are all there is to write; in a live comparison these are nearly all updates, and cost a third of it.
"""

from collections.abc import Sequence

from rich.console import Console
from textual._compositor import Compositor, CompositorUpdate
from textual.geometry import Offset, Region
from textual.strip import Strip
from textual.widget import Widget


class RowsUpdate(CompositorUpdate):
    """Rows to write, each list of them from a place on the screen downwards, and what Textual itself puts together."""

    def __init__(self, blocks: Sequence[tuple[Region, list[Strip]]], others: CompositorUpdate | None) -> None:
        self._blocks = blocks
        self._others = others

    def render_segments(self, console: Console) -> str:
        """What to write to the terminal."""
        parts: list[str] = []
        for region, strips in self._blocks:
            for y, strip in enumerate(strips, region.y + 1):
                parts += (f"\x1b[{y};{region.x + 1}H", strip.render(console))
        if self._others:
            parts.append(self._others.render_segments(console))
        return "".join(parts)


class DirectCompositor(Compositor):
    """Textual's compositor, with a short way for regions that lie inside of one widget."""

    def render_partial_update(self) -> CompositorUpdate | None:  # type: ignore[override]  # Textual names a subclass
        """The update for the regions that changed, if any did."""
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
        """The foremost widget at a region, if it fills the region, and where it stands."""
        for widget, (placed, clip) in self.visible_widgets.items():
            visible = placed.intersection(clip)
            if visible.overlaps(region):
                return (widget, placed.offset) if visible.contains_region(region) else None
        return None
