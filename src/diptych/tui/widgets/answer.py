"""One side's answer, live: a view of its document."""

from collections.abc import Sequence
from typing import ClassVar

from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Click

from diptych.core.run import Run
from diptych.tui.document import Document
from diptych.tui.hint import Hint
from diptych.tui.widgets.lines import LineView, Span
from diptych.tui.wrapping import source_index

_MARGIN = 1


class Answer(LineView):
    """The answer as far as it has come; with no run yet, what to do instead."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "lines--line",
        "answer--text",
        "answer--heading",
        "answer--thinking",
        "answer--refusal",
        "answer--tool",
        "answer--tool-name",
        "answer--error",
        "answer--ending",
        "answer--hint",
    }

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "toggle_thinking", "Open or fold the thinking", show=False, id="answer.open-thinking"),
    ]

    def __init__(self, hint: Hint, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._hint = hint
        self._hint_rows: list[str] = []
        self._document: Document | None = None

    @property
    def line_count(self) -> int:
        """How many rows the answer takes."""
        return len(self._hint_rows) if self._document is None else self._document.height

    def show(self, run: Run | None) -> None:
        """Show another run's answer, or what to do where there is none."""
        self._document = Document(run, self._width) if run else None
        self.following = run is not None
        self.scroll_to_line(0)
        self.lines_changed()

    def show_hint(self, hint: Hint) -> None:
        """Say something else while there is no run."""
        self._hint = hint
        self._hint_rows = hint.rows(self._width, self.size.height)
        if self._document is None:
            self.lines_changed()

    def sample(self, left_out: str) -> None:
        """Read what is new, and paint that."""
        if self._document is None:
            return
        first = self._document.update(left_out)
        if first is not None:
            self.lines_changed(first)

    def spans(self, index: int) -> Sequence[Span]:
        """One row of the answer."""
        margin = (" " * _MARGIN, Style.null())
        if self._document is None:
            return margin, (self._hint_rows[index], self.style_of("answer--hint"))
        return margin, *((text, self.style_of(f"answer--{role}")) for text, role in self._document.row(index))

    def width_changed(self, width: int) -> None:
        """Wrap anew."""
        self._hint_rows = self._hint.rows(self._width, self.size.height)
        if self._document is not None:
            self._document.resize(self._width)

    def action_toggle_thinking(self) -> None:
        """Open or fold the thinking."""
        if self._document is None or not self._document.has_thinking:
            return
        self._document.toggle_thinking()
        self.following = self.following and self.run_is_live
        self.lines_changed()

    @property
    def run_is_live(self) -> bool:
        """Whether more may come."""
        return self._document is not None and not self._document.run.ended

    def on_click(self, event: Click) -> None:
        """A click on the thinking line opens it."""
        if self._document is not None and self._document.is_thinking_line(event.y + round(self.scroll_y)):
            self.action_toggle_thinking()

    def selected(self, index: int, start: int, end: int | None) -> str:
        """The selected part of a row as the model wrote it, without the line ends that wrapping made."""
        if self._document is None:
            return super().selected(index, start, end)
        prefix, source = self._document.source(index)
        before = _MARGIN + prefix
        stop = len(source) if end is None else source_index(source, end - before)
        return source[source_index(source, start - before) : stop]

    @property
    def _width(self) -> int:
        return max(self.text_width - 2 * _MARGIN, 2)
