"""The part of the screen of differences that shows both answers: what is equal is folded, and changes are marked."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Click
from textual.message import Message

from diptych.differences.runs import PartDifferences
from diptych.tui.differences.answer_rows import AnswerRows
from diptych.tui.frame_pace import WorkPace
from diptych.tui.widgets.line_view import LineView, Span

_ROLES = (
    *("title", "text", "path", "frame", "fold", "current"),
    *("removed", "removed-block", "removed-sign", "added", "added-block", "added-sign", "moved", "moved-sign"),
)

_BREAK = 0.01
"""Seconds in which keys are handled and the screen is painted, between two portions of a long layout."""

_ABOVE = 3
"""Rows above a change that is gone to."""


class AnswerDifferencesView(LineView):
    """Compared answers.

    A long comparison is laid out in portions. An old layout stays until the new one has what is in view.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"lines--line", *(f"compared--{role}" for role in _ROLES)}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "go_to_change(1)", "next change", tooltip="Go to the next change", id="answers.next-change"),
        Binding(
            "N",
            "go_to_change(-1)",
            tooltip="Go to the previous change",
            show=False,
            id="answers.previous-change",
        ),
        Binding("enter", "unfold", "unfold", tooltip="Unfold the next equal blocks in view", id="answers.unfold"),
        Binding("z", "fold_all", "fold all", tooltip="Unfold or fold all equal blocks", id="answers.fold-all"),
    ]

    @dataclass
    class Moved(Message):
        """The user went to another change, or more changes are known."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.following = False
        self._parts: Sequence[PartDifferences] | None = None
        self._rows: AnswerRows | None = None
        self._next: AnswerRows | None = None  # will replace them as soon as it is far enough
        self._anchor = 0  # the pair that stays at the top then
        self._current = -1
        self._is_waiting = False

    @property
    def line_count(self) -> int:
        """The number of rows that are laid out."""
        return len(self._rows.rows) if self._rows else 0

    @property
    def place(self) -> str:
        """Which change of how many is the current one, in words; "" if there is none."""
        if self._rows is None:
            return ""
        count = sum(stretch.is_change for stretch in self._rows.stretches)
        if not count:
            return "no change"
        return (
            f"change {self._current + 1} of {count}"
            if self._current >= 0
            else f"{count} changes"
            if count > 1
            else "1 change"
        )

    def show(self, parts: Sequence[PartDifferences]) -> None:
        """Show another comparison of the same answers, at the same place."""
        opened = self._rows.opened if self._rows else frozenset[int]()
        self._parts = parts
        self._begin(opened)

    def spans(self, index: int) -> Sequence[Span]:
        """Return one row."""
        if self._rows is None:
            return ()
        mark = "▌" if self._is_current(index) else " "
        return [
            (mark, self.style_of("compared--current")),
            *((text, self.style_of(f"compared--{role}")) for text, role, _ in self._rows.rows[index]),
        ]

    def width_changed(self, width: int) -> None:
        """Lay the answers out for another width."""
        if self._parts is not None:
            self._begin(self._rows.opened if self._rows else frozenset())

    def on_click(self, event: Click) -> None:
        """Fold or unfold what was clicked."""
        stretch = self._rows.folds.get(event.y + round(self.scroll_y)) if self._rows else None
        if stretch is not None:
            self._toggle(stretch.first)

    def action_unfold(self) -> None:
        """Unfold the first folded lines in view; if there are none, fold the first ones that are open."""
        rows = self._rows
        if rows is None:
            return
        top = round(self.scroll_y)
        in_view = [stretch for row, stretch in rows.folds.items() if top <= row < top + self.size.height]
        folded = [stretch for stretch in in_view if stretch.first not in rows.opened]
        for stretch in (folded or in_view)[:1]:
            self._toggle(stretch.first)

    def action_fold_all(self) -> None:
        """Unfold everything, or fold everything if anything is open."""
        rows = self._rows
        if rows is not None:
            every = frozenset(stretch.first for stretch in rows.stretches if stretch.folds)
            self._begin(frozenset() if rows.opened else every)

    def action_go_to_change(self, by: int) -> None:
        """Go to the next or the previous change, from the current one if it is in view, else from what is in view."""
        rows = self._rows
        if rows is None or not rows.changes:
            return
        top, bottom = round(self.scroll_y), round(self.scroll_y) + self.size.height
        current = rows.changes[self._current] if 0 <= self._current < len(rows.changes) else None
        if current is not None and current[0] < bottom and current[1] > top:
            aim = self._current + by
        else:
            starts = [first for first, _ in rows.changes]
            aim = bisect_left(starts, top) if by > 0 else bisect_right(starts, top) - 1
        self._current = min(max(aim, 0), len(rows.changes) - 1)
        first, stop = rows.changes[self._current]
        self._strips.clear()
        if first < top or stop > bottom:
            self.scroll_to_line(max(first - _ABOVE, 0))
        self.following = False
        self.refresh()
        self.post_message(self.Moved())

    def _toggle(self, first: int) -> None:
        if self._rows is not None:
            self._begin(self._rows.opened ^ {first})

    def _begin(self, opened: frozenset[int]) -> None:
        """Begin another layout, which replaces the present one as soon as it has what is in view."""
        if self._parts is None or not self.text_width:
            return
        old = self._rows
        self._anchor = old.pair_at(round(self.scroll_y)) if old else 0  # texts only grow, so it is nearly the same pair
        if old is not None and old.parts is self._parts and old.width == self.text_width:
            self._next = old.with_opened(opened)
        else:
            self._next = AnswerRows(self._parts, self.text_width, opened)
        self._read_on()

    def _read_on(self) -> None:
        self._is_waiting = False
        rows = self._next or self._rows
        if rows is None:
            return
        pace = WorkPace()
        known = len(rows.rows)
        if rows.is_behind:
            rows.read_on(pace.may_go_on)
        if self._next is not None:
            self._take_over()
        else:
            self.lines_changed(known)
        if rows.is_behind and not self._is_waiting:
            self._is_waiting = True
            self.set_timer(_BREAK, self._read_on)
        self.post_message(self.Moved())

    def _take_over(self) -> None:
        """Show the next layout, if it has what is in view."""
        rows, old = self._next, self._rows
        if rows is None:
            return
        known = len(rows.pair_rows)
        top = rows.pair_rows[self._anchor] if self._anchor < known else 0
        if rows.is_behind and (self._anchor >= known or len(rows.rows) < top + 2 * self.size.height):
            return
        if old is None:
            top = 0
        elif self._anchor < len(old.pair_rows):
            offset = round(self.scroll_y) - old.pair_rows[self._anchor]
            top += offset if old.width == rows.width else min(offset, 0)
        self._rows, self._next = rows, None
        self.following = False
        self.lines_changed()
        self.scroll_to_line(top)
        self.following = False

    def _is_current(self, row: int) -> bool:
        rows = self._rows
        if rows is None or not 0 <= self._current < len(rows.changes):
            return False
        first, stop = rows.changes[self._current]
        return first <= row < stop
