"""The rows of one side's event list: which lines they show, and how they are drawn."""

from collections.abc import Iterable, Iterator, Sequence
from re import Pattern
from typing import TYPE_CHECKING, ClassVar

from rich.cells import set_cell_size
from rich.style import Style

from diptych.core.event import Event, Line, RequestSent
from diptych.core.run import Run
from diptych.core.text.sanitize import clean_line
from diptych.core.wording.describe import describe
from diptych.tui import figure_text
from diptych.tui.events.event_columns import AT, GAP, EventColumns, folded_text, one_line, short_name, size_cell
from diptych.tui.events.line_index import LineIndex
from diptych.tui.events.shown_rows import ShownRows
from diptych.tui.widgets.cursor_list import CursorList
from diptych.tui.widgets.line_view import Span
from diptych.tui.wrapping import cut

if TYPE_CHECKING:
    from array import array

    from diptych.tui.events.event_search import EventSearch

_NULL = Style.null()


class EventRows(CursorList):
    """Draws lines of a run, each in a row, or a run of deltas in one.

    `cursor` is the index of a line of the run: it stays on the same line when other lines are shown.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "lines--line",
        "events--cursor",
        "events--figure",
        "events--gap-long",
        "events--gap-unusual",
        "events--match",
        "events--note",
        "events--error",
        "events--refusal",
        "events--text",
        "events--tool",
        "events--thinking",
        "events--stop",
        "events--usage",
        "events--other",
        "events--structure",
        "events--ping",
        "events--detail",
    }

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.cursor = 0
        self._run: Run | None = None
        self._index = LineIndex()
        self._rows = ShownRows(self._index)
        self._search: EventSearch | None = None
        self._limits = self._index.limits
        self._t0 = 0.0
        self._columns = EventColumns.for_list(40, 0, 0)

    @property
    def line_count(self) -> int:
        """The number of rows."""
        return len(self._rows)

    @property
    def columns(self) -> EventColumns:
        """The present widths of the columns."""
        return self._columns

    @property
    def run(self) -> Run | None:
        """The run whose lines are shown."""
        return self._run

    @property
    def index(self) -> LineIndex:
        """The facts about the run's lines, as far as they were read."""
        return self._index

    @property
    def cursor_item(self) -> int:
        """The row under the cursor."""
        return self._rows.row_of(self.cursor)

    def spans(self, index: int) -> Sequence[Span]:
        """Return one row of the list."""
        if self._run is None:
            return ()
        numbers = self._rows.lines(index)
        line = self._run.lines[numbers[0]]
        spans = [*self._figures(self._run, line, numbers)]
        if len(numbers) > 1:
            spans += self._folded(self._run, line, numbers)
        else:
            spans += self._described(line)
        return spans

    def _figures(self, run: Run, line: Line, numbers: Sequence[int]) -> Iterator[Span]:
        index, widths, figure = self._index, self._columns, self.style_of("events--figure")
        first = numbers[0]
        number = str(line.seq) if isinstance(line, Event) else ""
        at = figure_text.line_offset(run, line, self._t0)
        gap = figure_text.gap(run, run.lines[first - 1], line) if first else ""
        yield f"{number:>{widths.number}}{at:>{AT}}", figure
        level = self._limits.level(index.gaps[first])
        yield f"{gap:>{GAP}}", figure if level == "usual" else self.style_of(f"events--gap-{level}")
        size = _sum(index.sizes, numbers)
        has_size = size or isinstance(line, Event)
        yield f"{size_cell(size, widths.size) if has_size else ' ' * widths.size}  ", figure

    def _described(self, line: Line) -> Iterable[Span]:
        shown, widths = describe(line), self._columns
        name = set_cell_size(short_name(clean_line(shown.name), widths.name), widths.name)
        text = shown.detail
        if isinstance(line, RequestSent) and self._run:
            text = " · ".join(filter(None, (text, figure_text.connection(self._run, line.at))))
        text = one_line(text)
        kind = self.style_of(f"events--{shown.kind}")
        of_name = kind if isinstance(line, Event) else kind + self.style_of("events--note")
        of_detail = kind if shown.kind in ("error", "note") else self.style_of("events--detail")
        room = self.text_width - widths.before_detail
        if self._search:
            pattern = self._search.pattern
            if not pattern.shown.search(name) and not pattern.shown.search(cut(text, room)):
                text = pattern.excerpt(line) or text
            return self._marked([(name, of_name), ("  ", _NULL), (cut(text, room), of_detail)], pattern.shown)
        return (name, of_name), ("  ", _NULL), (cut(text, room), of_detail)

    def _folded(self, run: Run, line: Line, numbers: Sequence[int]) -> Iterable[Span]:
        index = self._index
        shown = describe(line)
        is_timed = "events" not in run.stamps.unknown
        seconds = index.at[numbers[-1]] - index.at[numbers[0]] if is_timed else None
        room = self.text_width - self._columns.before_name
        text = folded_text(len(numbers), clean_line(shown.name), seconds, _sum(index.characters, numbers), room)
        yield text, self.style_of(f"events--{shown.kind}")

    def _marked(self, spans: Iterable[Span], pattern: Pattern[str]) -> Iterator[Span]:
        """Yield the spans with what the search found marked."""
        mark = self.style_of("events--match")
        for text, style in spans:
            done = 0
            for found in pattern.finditer(text):
                yield text[done : found.start()], style
                yield found[0], style + mark
                done = found.end()
            yield text[done:], style

    def line_style(self, index: int) -> Style:
        """Highlight the row under the cursor."""
        return self.style_of("events--cursor" if index == self.cursor_item else "lines--line")

    def width_changed(self, width: int) -> None:
        """Fit the columns into another width."""
        self._columns = EventColumns.for_list(width, len(self._index), self._index.longest_name)


def _sum(column: "array[int]", numbers: Sequence[int]) -> int:
    if isinstance(numbers, range):
        return sum(column[numbers.start : numbers.stop])
    return sum(map(column.__getitem__, numbers))
