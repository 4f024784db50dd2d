"""One side's live answer: a view of a document."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Click, MouseScrollLeft, MouseScrollRight
from textual.selection import Selection

from diptych.core.run import Run
from diptych.tui.answer.hint import Hint
from diptych.tui.answer.layouts import Layouts
from diptych.tui.answer.search import Search
from diptych.tui.answer.sideways import SidewaysScroll
from diptych.tui.markdown.layout.rows import Link
from diptych.tui.markdown.layout.rows import Span as RowSpan
from diptych.tui.messages import AnswerScrolled, LinkClicked, MoreToRead
from diptych.tui.widgets.line_view import LineView, Span
from diptych.tui.wrapping import character_at

if TYPE_CHECKING:
    from diptych.tui.answer.document import Document
    from diptych.tui.answer.stack import Place, Spot

_MARGIN = 1
_PARTS = ("text", "heading", "thinking", "refusal", "tool", "tool-name", "error", "ending", "hint")
_HEADINGS = ("heading1", "heading2", "heading3", "heading4", "heading5", "heading6")
_INLINE = ("strong", "em", "strike", "code", "formula", "link", "image")
_DRAWN = ("mark", "quote", "frame", "header", "language", "match", "match-current")
_CODE = ("block", "comment", "keyword", "name", "builtin", "string", "number", "inserted", "deleted")


class AnswerView(LineView):
    """Shows the answer as far as it has arrived; before there is a run, it shows what to do.

    Only tables may be wider than the view. They are scrolled sideways together, and the rest of the answer stays.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "lines--line",
        *(f"answer--{role}" for role in (*_PARTS, *_HEADINGS, *_INLINE, *_DRAWN, *_CODE)),
    }

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "toggle_thinking", "Show or hide the thinking", show=False, id="answer.open-thinking"),
        # The arrows without Shift jump in time in a replay.
        Binding("left,shift+left", "scroll_tables(-1)", "Scroll wide tables left", show=False, id="answer.left"),
        Binding("right,shift+right", "scroll_tables(1)", "Scroll wide tables right", show=False, id="answer.right"),
    ]

    def __init__(self, hint: Hint, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._hint = hint
        self._hint_rows: list[str] = []
        self._layouts = Layouts()
        self._excluded = ""
        self._search = Search()
        self._sideways = SidewaysScroll()
        self._role_styles: dict[str, Style] = {}
        self._is_led = False

    @property
    def _document(self) -> "Document | None":
        """The layout that is shown; None as long as there is no run."""
        return self._layouts.shown

    @property
    def line_count(self) -> int:
        """The number of rows of the answer."""
        return len(self._hint_rows) if self._document is None else self._document.height

    @property
    def links(self) -> Sequence[Link]:
        """The links in the answer."""
        return self._document.links() if self._document else ()

    @property
    def matches(self) -> str:
        """Which match of how many is the current one, in words."""
        return self._search.place

    def show(self, run: Run | None) -> None:
        """Show another run's answer, or what to do if there is no run."""
        self._layouts.show(run, self._width)
        self._excluded = ""
        self._search.forget(0)
        self._sideways.reset()
        self.following = run is not None
        self.scroll_to_line(0)
        self.lines_changed()

    def show_hint(self, hint: Hint) -> None:
        """Show another hint while there is no run."""
        self._hint = hint
        self._wrap_hint()
        if self._document is None:
            self.lines_changed()

    def _wrap_hint(self) -> None:
        # Before the first layout there is no width, and what was wrapped at none would flash up in the first frame.
        self._hint_rows = self._hint.rows(self._width, self.size.height) if self.size.width else []

    def sample(self, excluded: str) -> None:
        """Read what is new, or a portion of it, and paint it; `excluded` says why later prompts omit this turn."""
        self._excluded = excluded
        self._read()

    def read_on(self) -> bool:
        """Read another portion, if there is one; returns whether more is left."""
        if self._is_behind:
            self._read()
        return self._is_behind

    def spans(self, index: int) -> Sequence[Span]:
        """Return one row of the answer."""
        margin = (" " * _MARGIN, Style.null())
        if self._document is None:
            return margin, (self._hint_rows[index], self.style_of("answer--hint"))
        return margin, *self._styled(
            self._sideways.in_view(self._search.marked(index, self._document.row(index)), self._width)
        )

    def notify_style_update(self) -> None:
        """Draw everything again after the theme has changed."""
        super().notify_style_update()
        self._role_styles.clear()

    def width_changed(self, width: int) -> None:
        """Wrap the answer at another width."""
        self._wrap_hint()
        if not self._layouts.fits(self._width):
            self._lay_out_again(is_rendered=self.is_rendered)

    def action_toggle_thinking(self) -> None:
        """Show or hide the thinking."""
        if self._document is None or not self._document.has_thinking:
            return
        self._layouts.toggle_thinking()
        self.following = self.following and self.run_is_live
        self._changed(0)
        self._go_on_later()

    def action_toggle_rendering(self) -> None:
        """Switch between the rendered answer and its source."""
        if self._document is not None:
            self._lay_out_again(is_rendered=not self.is_rendered)

    def action_scroll_tables(self, steps: int) -> None:
        """Scroll the wide tables in view sideways, to the left if `steps` are negative."""
        if self._document is None:
            return
        top = round(self.scroll_y)
        in_view = range(top, min(top + self.size.height, self.line_count))
        if self._sideways.move(steps, map(self._document.row, in_view), self._width):
            self._show_marks()

    def on_mouse_scroll_left(self, event: MouseScrollLeft) -> None:
        """Scroll tables with a wheel that moves sideways."""
        event.stop()
        self.action_scroll_tables(-1)

    def on_mouse_scroll_right(self, event: MouseScrollRight) -> None:
        """Scroll tables with a wheel that moves sideways."""
        event.stop()
        self.action_scroll_tables(1)

    def search(self, query: str) -> None:
        """Mark all matches of the query, and go to the first one from the top of the view on; "" ends the search."""
        self._search.ask(query)
        self._search.go_to_first_from(round(self.scroll_y))
        self._look()
        self._show_marks()
        self._go_on_later()

    def go_to_match(self, by: int) -> None:
        """Go to the next or the previous match."""
        self._search.go(by)
        self._show_match()
        self._show_marks()

    @property
    def last_top(self) -> int:
        """The row at the top when the last row is in view; 0 if everything is in view."""
        return self._last_top

    def spot(self, row: int) -> "Spot | None":
        """Return what a row shows, to find its like in another answer."""
        return self._document.spot(row) if self._document else None

    def row_of(self, spot: "Spot") -> int | None:
        """Return the row that shows a spot, None if there is none or it is not laid out yet."""
        return self._document.row_of(spot) if self._document else None

    def lead_to(self, top: int) -> None:
        """Scroll a row to the top because the other answer was scrolled; this one then leads nothing."""
        self._is_led = True
        self.scroll_to_line(top)
        self._is_led = False

    def _scrolled(self, before: float, now: float) -> None:
        super()._scrolled(before, now)
        if not self._is_led and round(before) != round(now):
            self.post_message(AnswerScrolled(self).set_sender(self))

    @property
    def run_is_live(self) -> bool:
        """Whether more of the answer may arrive."""
        return self._document is not None and not self._document.run.ended

    def on_click(self, event: Click) -> None:
        """Show or hide the thinking if its line was clicked, or send `LinkClicked` if a link was."""
        if self._document is None:
            return
        row = event.y + round(self.scroll_y)
        if self._document.is_thinking_line(row):
            self.action_toggle_thinking()
        elif row < self.line_count:
            shown, cell = self._document.row(row), event.x - _MARGIN
            text = "".join(span.text for span in shown)
            if step := self._sideways.step_at(shown, cell, self._width):
                self.action_scroll_tables(step)
            elif link := self._document.link_at(
                row, character_at(text, cell + self._sideways.hidden(shown, self._width))
            ):
                self.post_message(LinkClicked(link))

    def get_selection(self, selection: Selection) -> tuple[str, str]:
        """Return the selection as the model wrote it."""
        if self._document is None:
            return super().get_selection(selection)
        start, end = selection
        if end is not None and end.y >= self.line_count:
            end = None
        return self._document.slice(self._place(start), self._place(end)), "\n"

    def _styled(self, row: Iterable[RowSpan]) -> Iterator[Span]:
        for text, roles, _ in row:
            style = self._role_styles.get(roles)
            if style is None:
                style = self._role_styles[roles] = Style.combine(
                    self.style_of(f"answer--{role}") for role in roles.split()
                )
            yield text, style

    @property
    def is_rendered(self) -> bool:
        """Whether Markdown is rendered, now or as soon as the next layout is ready."""
        return self._layouts.is_rendered

    @property
    def _is_behind(self) -> bool:
        return self._document is not None and (self._layouts.is_behind or self._search.is_behind)

    def _read(self) -> None:
        if self._document is None:
            return
        first = self._document.update(self._excluded)
        if first is not None:
            self._changed(first)
        elif self._search.is_behind:
            self._look()
            self._show_marks()
        if self._layouts.has_coming:
            self._read_new_layout()
        elif self._document.is_outdated:
            self._lay_out_again(is_rendered=self.is_rendered)

    def _changed(self, first: int) -> None:
        """Paint the rows from that one on again, as they may look different."""
        if self._search.is_on:
            self._search.forget(first)
            self._look()
            first = 0  # the current match may be another one
        self.lines_changed(first)

    def _lay_out_again(self, *, is_rendered: bool) -> None:
        """Begin a new layout in the present width, which is shown as soon as it has what is in view."""
        self._layouts.begin(self._width, is_rendered=is_rendered)
        self._read_new_layout()
        self._go_on_later()

    def _read_new_layout(self) -> None:
        """Read another portion of the new layout, and show it if it has what is in view."""
        self._layouts.read_coming(self._excluded)
        top, following = round(self.scroll_y), self.following
        if not self._layouts.is_ready(top, self.size.height, follows_end=following):
            return
        row = self._layouts.replace(top)
        self._changed(0)
        if row is not None and not following:
            self.scroll_to_line(row)

    def _go_on_later(self) -> None:
        """Ask the screen to go on later with what would take too long at once."""
        if self._is_behind:
            # The sender is set because a message does not bubble beyond the widget that was active when it was made.
            self.post_message(MoreToRead().set_sender(self))

    def _look(self) -> None:
        if self._document is not None and self._search.look(self._document.find, self._document.height):
            self._show_match()

    def _show_match(self) -> None:
        """Scroll the current match into view."""
        row = self._search.current_row
        if row is not None and not 0 <= row - round(self.scroll_y) < self.size.height:
            self.scroll_to_line(max(row - self.size.height // 2, 0))

    def _show_marks(self) -> None:
        self._strips.clear()
        self.refresh()

    def _place(self, offset: tuple[int, int] | None) -> "Place | None":
        if offset is None or self._document is None:
            return None
        x, row = offset
        hidden = self._sideways.hidden(self._document.row(row), self._width) if row < self.line_count else 0
        return row, max(x - _MARGIN, 0) + hidden

    @property
    def _width(self) -> int:
        return max(self.text_width - 2 * _MARGIN, 2)
