"""A scrolling list of lines that can change many times a second at little cost, whatever its length.

It differs from Textual's own widgets in three ways, each of them measured: the number of lines changes without a
layout, strips are cached and given to the compositor as they are, and only the lines that changed, and the scrollbar if
it moved, are painted again.
"""

from collections.abc import Sequence
from math import ceil
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.geometry import Region, Size
from textual.scrollbar import ScrollBar
from textual.selection import Selection
from textual.strip import Strip
from textual.widget import Widget

from diptych.tui.textual_patches.sized_scroll_view import SizedScrollView

Span = tuple[str, Style]

_MOST_CACHED = 2_000
_NULL = Style.null()


class LineView(SizedScrollView, can_focus=True):
    """Lines that are drawn when they come into view. It follows its last line until the user scrolls away from it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "scroll_up", "Up", show=False, id="lines.up"),
        Binding("down,j", "scroll_down", "Down", show=False, id="lines.down"),
        Binding("pageup", "page_up", "Page up", show=False, id="lines.page-up"),
        Binding("pagedown", "page_down", "Page down", show=False, id="lines.page-down"),
        Binding("ctrl+u", "half_page(-1)", "Half a page up", show=False, id="lines.half-page-up"),
        Binding("ctrl+d", "half_page(1)", "Half a page down", show=False, id="lines.half-page-down"),
        Binding("home,g", "scroll_home", "First line", show=False, id="lines.home"),
        Binding("end,G", "scroll_end", "Last line, and follow it", show=False, id="lines.end"),
    ]

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self.following = True
        self._view = Size(0, 0)
        self._outer_width = self._text_width = 0
        self._is_laid_out = False
        self._selection: Selection | None = None
        self._thumb: tuple[object, ...] = ()
        self._last_cached = -1
        self._strips: dict[int, Strip] = {}
        self._styles: dict[str, Style] = {}
        self._painted_styles: dict[tuple[Style, Style], Style] = {}

    @property
    def line_count(self) -> int:
        """The number of lines."""
        raise NotImplementedError

    @property
    def text_width(self) -> int:
        """The cells for text, without the scrollbar."""
        return self._text_width

    @property
    def _last_top(self) -> int:
        """The line at the top when the last line is in view."""
        return max(self.line_count - self._view.height, 0)

    def spans(self, index: int) -> Sequence[Span]:
        """Return one line as pieces of text with their styles; a line that is too long is cut."""
        raise NotImplementedError

    def line_style(self, index: int) -> Style:
        """Return the style behind a whole line."""
        return self.style_of("lines--line")

    def style_of(self, name: str) -> Style:
        """Return the style of a component class."""
        style = self._styles.get(name)
        if style is None:
            style = self._styles[name] = self.get_component_rich_style(name)
        return style

    def lines_changed(self, first: int = 0) -> None:
        """Paint the lines from `first` on again; they, and the number of lines, may have changed."""
        if first == 0:
            self._strips.clear()
        else:
            for index in range(first, self._last_cached + 1):
                self._strips.pop(index, None)
        self._last_cached = min(self._last_cached, first - 1)
        self._fit()
        top = round(self.scroll_y)
        if self.following and top != self._last_top:
            self.scroll_to_line(self._last_top)
            return
        self._move_scrollbar()
        first_in_view = max(first - top, 0)
        if first_in_view < self._view.height:
            self._refresh_rows(first_in_view, self._view.height - first_in_view)

    def line_changed(self, index: int) -> None:
        """Paint that line again, as it looks different now."""
        self._strips.pop(index, None)
        self._refresh_rows(index - round(self.scroll_y), 1)

    def scroll_to_line(self, top: int) -> None:
        """Scroll that line to the top, without an animation and without the work of Textual's own scrolling."""
        if not self._view:
            return  # hidden so far
        before, top = self.scroll_y, min(max(top, 0), self._last_top)
        self.set_scroll(None, top)
        self.set_reactive(Widget.scroll_target_y, top)
        self.following = top >= self._last_top
        self._scrolled(before, top)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Follow the last line if it is in view now, and stop following it otherwise."""
        self.following = round(new_value) >= self.max_scroll_y
        self._scrolled(old_value, new_value)

    def _scrolled(self, before: float, now: float) -> None:
        self._move_scrollbar()
        if round(before) != round(now):
            self._refresh_rows(0, self._view.height)

    def notify_style_update(self) -> None:
        """Draw everything again after the theme has changed."""
        super().notify_style_update()
        self._styles.clear()
        self._painted_styles.clear()
        self._strips.clear()

    def sizes_known(self) -> None:
        """Keep the sizes: Textual computes them anew at every access."""
        self._view = self.size
        self._outer_width = self.outer_size.width
        self._text_width = max(self.size.width - self.styles.scrollbar_size_vertical, 0)

    def on_resize(self, event: Resize) -> None:
        """Draw everything again at another size."""
        if not self.size:
            return
        following = self.following
        self._strips.clear()
        self.width_changed(self.text_width)
        self._is_laid_out = True
        self._fit()
        if following:
            self.scroll_to_line(self._last_top)
            self.following = True
        self._move_scrollbar()
        self.refresh()

    def width_changed(self, width: int) -> None:
        """Lay out the lines for another width, if they depend on it."""

    def action_half_page(self, by: int) -> None:
        """Scroll by half a page."""
        self.scroll_to_line(round(self.scroll_y) + by * max(self._view.height // 2, 1))

    # Textual's own actions scroll with an animation, which would go on after the next key has moved elsewhere.

    def action_scroll_up(self) -> None:
        """Scroll up by a line."""
        self.scroll_to_line(round(self.scroll_y) - 1)

    def action_scroll_down(self) -> None:
        """Scroll down by a line."""
        self.scroll_to_line(round(self.scroll_y) + 1)

    def action_page_up(self) -> None:
        """Scroll up by a page."""
        self.scroll_to_line(round(self.scroll_y) - self._view.height)

    def action_page_down(self) -> None:
        """Scroll down by a page."""
        self.scroll_to_line(round(self.scroll_y) + self._view.height)

    def action_scroll_end(self) -> None:
        """Show the last line and follow it."""
        self.following = True
        self.scroll_to_line(self._last_top)

    def action_scroll_home(self) -> None:
        """Show the first line."""
        self.scroll_to_line(0)

    def selected(self, index: int, start: int, end: int | None) -> str:
        """Return the selected part of a line, with a line feed if the selection goes on after the line."""
        text = "".join(text for text, _ in self.spans(index))
        return text[start:end] if end is not None else text[start:] + "\n"

    def get_selection(self, selection: Selection) -> tuple[str, str]:
        """Return the selected text, which Textual copies."""
        first = selection.start.y if selection.start else 0
        last = selection.end.y if selection.end else self.line_count - 1
        parts = []
        for index in range(first, min(last, self.line_count - 1) + 1):
            start, end = selection.get_span(index) or (0, 0)
            parts.append(self.selected(index, start, end if end >= 0 else None))
        return "".join(parts), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        """Show the present selection."""
        self._selection = selection
        self._strips.clear()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return one line in view, with the offsets by which Textual finds what the mouse points at."""
        index = round(self.scroll_y) + y
        strip = self._strip(index)
        return strip.apply_offsets(0, index) if index < self.line_count else strip

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the strips in view, without Textual's cache."""
        top = round(self.scroll_y) + crop.y
        strips = [self._strip(index) for index in range(top, top + crop.height)]
        if crop.x or crop.width < self._outer_width:
            return [strip.crop(crop.x, crop.right) for strip in strips]
        return strips

    def _refresh_rows(self, top: int, count: int) -> None:
        """Paint rows in view again, without the scrollbar beside them."""
        self.refresh(Region(0, top, self.text_width, count))

    def _strip(self, index: int) -> Strip:
        strip = self._strips.get(index)
        if strip is None:
            if len(self._strips) > _MOST_CACHED:
                self._strips.clear()
            strip = self._strips[index] = self._draw(index)
            self._last_cached = max(self._last_cached, index)
        return strip

    def _draw(self, index: int) -> Strip:
        # A frame may be painted before the first `Resize`: what was laid out without a width would flash up in it.
        exists = self._is_laid_out and index < self.line_count
        behind = self.line_style(index) if exists else self.style_of("lines--line")
        spans = self.spans(index) if exists else ()
        strip = Strip([Segment(text, self._painted(style, behind)) for text, style in spans])
        blank = self._painted(_NULL, behind)
        strip = strip.adjust_cell_length(self.text_width, blank).extend_cell_length(self._outer_width, blank)
        if exists and self._selection:
            strip = self._with_selection(strip, "".join(text for text, _ in spans), self._selection.get_span(index))
        return strip

    def _painted(self, style: Style, behind: Style) -> Style:
        """Return a style on top of the one behind its line, after Textual's line filters, such as those of NO_COLOR."""
        painted = self._painted_styles.get((style, behind))
        if painted is None:
            painted = behind + style
            if style.bgcolor == self.style_of("lines--line").bgcolor:
                painted += Style(bgcolor=behind.bgcolor)  # every style has one, set or not
            segments = [Segment(" ", painted)]
            for line_filter in self.get_line_filters():
                segments = line_filter.apply(segments, self.background_colors[1])
            painted = self._painted_styles[style, behind] = segments[0].style or painted
        return painted

    def _with_selection(self, strip: Strip, text: str, span: tuple[int, int] | None) -> Strip:
        if span is None:
            return strip
        start, end = (cell_len(text[: at if at >= 0 else None]) for at in span)
        style = self.screen.get_component_rich_style("screen--selection")
        middle = Strip(
            [Segment(part.text, self._painted(style, part.style or _NULL)) for part in strip.crop(start, end)]
        )
        return Strip.join([strip.crop(0, start), middle, strip.crop(end)])

    def _move_scrollbar(self) -> None:
        """Move the scrollbar; between its ends, moves of less than half a cell are not painted."""
        if not self.show_vertical_scrollbar:
            return
        bar, height = self.vertical_scrollbar, self._view.height
        lines = max(self.line_count, height)
        bar.set_reactive(ScrollBar.window_virtual_size, lines)
        bar.set_reactive(ScrollBar.position, self.scroll_y)
        size = max(1, height * height / max(lines, 1))
        start = (height - size) * self.scroll_y / max(lines - height, 1)
        thumb = (int(2 * start), ceil(2 * size), self.scroll_y <= 0, self.scroll_y >= self._last_top)
        if thumb != self._thumb:
            self._thumb = thumb
            bar.refresh()

    def _fit(self) -> None:
        """Tell the scrollbar the number of lines, without a layout."""
        size = Size(self._view.width, max(self.line_count, self._view.height))
        if size == self.virtual_size:
            return
        self.set_reactive(Widget.virtual_size, size)
        if self.scroll_y > self._last_top:
            self.scroll_to_line(self._last_top)
