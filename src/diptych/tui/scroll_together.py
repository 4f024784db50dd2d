"""Lets both answers of a screen scroll together, by aligned block: what belongs together stands at the same height."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from textual.screen import Screen

from diptych.config.sides import SIDES, SideName
from diptych.core.run import Run
from diptych.core.text.sanitize import clean

if TYPE_CHECKING:
    from textual.worker import Worker

    from diptych.differences.offsets import AlignedOffsets
    from diptych.tui.widgets.answer_view import AnswerView
    from diptych.tui.widgets.side_pane import SidePane

WORKERS = "align answers"
"""The group of the workers that align answers."""


class ScrollTogether:
    """Follows in one answer where the user scrolls in the other, while it `is_on`.

    Answers are aligned in a thread, again when other ones are shown, and when they have ended. Until then, and for what
    is not text (thinking, tool calls), the relative place in the whole answer counts.
    """

    def __init__(self, screen: Screen[None], panes: Mapping[SideName, "SidePane"]) -> None:
        self.is_on = False
        self._screen = screen
        self._panes = panes
        self._offsets: AlignedOffsets | None = None
        self._aligned: tuple[object, object] = (), ()  # the runs that were aligned last, and whether each had ended

    def toggle(self) -> None:
        """Begin or stop to scroll both answers together."""
        self.is_on = not self.is_on
        self.update()
        focused = next((side for side, pane in self._panes.items() if pane.answer.has_focus), SIDES[0])
        self.scrolled(focused)

    def update(self) -> None:
        """Align the answers that are shown now, unless they are aligned as far as they have to be."""
        left, right = (self._panes[side].run for side in SIDES)
        shown = id(left), id(right)
        wanted = shown, (left is not None and left.ended, right is not None and right.ended)
        if not self.is_on or wanted == self._aligned:
            return
        if shown != self._aligned[0]:
            self._offsets = None
        self._aligned = wanted
        if left is None or right is None:
            self._screen.workers.cancel_group(self._screen, WORKERS)
            return
        self._screen.run_worker(
            partial(_align, left, right),
            thread=True,
            exclusive=True,
            exit_on_error=False,
            group=WORKERS,
            description="align two answers",
        )

    def aligned(self, worker: "Worker[AlignedOffsets]") -> None:
        """Take over what a worker has aligned. Raises its error."""
        if worker.error:
            raise worker.error
        if worker.result is not None:
            self._offsets = worker.result
            self.update()

    def scrolled(self, side: SideName) -> None:
        """Scroll the other answer to where the user has scrolled in this one."""
        leader = self._panes[side].answer
        follower = self._panes[_other(side)].answer
        if not self.is_on or not follower.last_top:
            return
        if leader.following:
            follower.lead_to(follower.last_top)
        else:
            # What is compared stands at the height that the scrollbar has, so that both reach their ends together.
            height = round(leader.scroll_y) / leader.last_top if leader.last_top else 0.0
            row = round(leader.scroll_y) + round(height * (leader.size.height - 1))
            follower.lead_to(self._row(side, leader, follower, row) - round(height * (follower.size.height - 1)))

    def _row(self, side: SideName, leader: "AnswerView", follower: "AnswerView", row: int) -> int:
        """Return the row of the follower that belongs to a row of the leader."""
        from diptych.tui.answer.stack import Spot  # imported late, as everything that lays out answers

        spot = leader.spot(row)
        if spot is not None and spot.block == "text" and self._offsets is not None:
            to = self._offsets.in_right if side == "left" else self._offsets.in_left
            spot = Spot(spot.block, to(spot.origin), 0)
        found = follower.row_of(spot) if spot is not None else None
        if found is not None:
            return found
        return round(row / max(leader.line_count - 1, 1) * (follower.line_count - 1))


def _other(side: SideName) -> SideName:
    return next(other for other in SIDES if other != side)


def _align(left: Run, right: Run) -> "AlignedOffsets":
    from diptych.differences.compared_answers import compare_answers
    from diptych.differences.offsets import AlignedOffsets

    texts = clean(str(left.text)), clean(str(right.text))
    return AlignedOffsets(compare_answers(*texts), *map(len, texts))
