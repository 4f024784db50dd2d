"""The screen of differences between two runs: their figures, phases, requests and answers, each a part of it."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import ContentSwitcher, Static
from textual.worker import Worker

from diptych.core.naming import model_title
from diptych.core.run import Run
from diptych.core.text.sanitize import clean_line
from diptych.differences.compared_run import ComparedRun
from diptych.differences.runs import PartDifferences, compare_runs
from diptych.tui.differences.figure_table import figure_table
from diptych.tui.differences.measured_runs import Measured, measure
from diptych.tui.differences.part_place import PARTS, Part, PartPlace
from diptych.tui.differences.phase_bars import phase_bars
from diptych.tui.differences.request_rows import request_rows
from diptych.tui.differences.row_parts import sentence
from diptych.tui.textual_patches.remapped_keys import RemappedScreen
from diptych.tui.widgets.answer_differences import AnswerDifferencesView
from diptych.tui.widgets.difference_rows import DifferenceRows
from diptych.tui.widgets.key_bar import KeyBar
from diptych.tui.widgets.part_tabs import PartChosen, PartTabs
from diptych.tui.widgets.text_line import TextLine
from diptych.tui.worker_end import is_done

if TYPE_CHECKING:
    from textual.timer import Timer

_SOONEST = 0.25
"""Seconds between two comparisons of runs that have not ended, at least."""

_SHARE = 4
"""How many times as long as a comparison took, at least, the screen waits before the next one."""


class DifferencesScreen(RemappedScreen):
    """Compares two runs, as far as they have come, in a thread; while they stream, again and again.

    `now` returns the present time of the clock of both runs. `place` says which part to show first, and is kept true.
    """

    CSS_PATH = "differences.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - no class variable in Textual
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "show_part('figures')", tooltip="Compare the figures", show=False, id="differences.figures"),
        Binding("2", "show_part('phases')", tooltip="Compare the phases", show=False, id="differences.phases"),
        Binding("3", "show_part('requests')", tooltip="Compare the requests", show=False, id="differences.requests"),
        Binding("4", "show_part('answers')", tooltip="Compare the answers", show=False, id="differences.answers"),
        Binding(
            "tab", "walk_parts(1)", tooltip="Go to the next part", show=False, priority=True, id="differences.next-part"
        ),
        Binding(
            "shift+tab",
            "walk_parts(-1)",
            tooltip="Go to the previous part",
            show=False,
            priority=True,
            id="differences.previous-part",
        ),
        Binding("escape,D,q", "close", "close", tooltip="Close the differences", id="differences.close"),
    ]

    def __init__(self, left: ComparedRun, right: ComparedRun, now: Callable[[], float], place: PartPlace) -> None:
        super().__init__()
        self._left = left
        self._right = right
        self._now = now
        self._place = place
        self._names = (left.name, right.name)
        self._waiting: Timer | None = None
        self._tabs = PartTabs(PARTS)
        self._sides = [TextLine(classes=f"side {side}") for side in ("left", "right")]
        self._summary = TextLine(classes="summary")
        self._figures, self._phases, self._requests = (DifferenceRows(id=part) for part in PARTS[:3])
        self._answers = AnswerDifferencesView(id="answers")
        parts = (self._figures, self._phases, self._requests, self._answers)
        self._switcher = ContentSwitcher(*parts, initial=place.part)
        self._compared: _Lengths | None = None
        self._is_final = False

    def compose(self) -> ComposeResult:
        """Yield the title with the parts, the names of both runs, the parts, and the keys."""
        with Horizontal(classes="title"):
            yield Static("Diptych", classes="program")
            yield self._tabs
            yield self._summary
        with Horizontal(classes="sides"):
            yield from self._sides
        yield self._switcher
        yield KeyBar()

    def on_mount(self) -> None:
        """Show the part that was shown last, and compare."""
        for line, compared in zip(self._sides, (self._left, self._right), strict=True):
            line.show(_title(compared))
        for part in (self._figures, self._phases, self._requests):
            part.show(partial(sentence, "Comparing…"))
        self.action_show_part(self._place.part)
        self._compare()

    @on(PartChosen)
    def part_clicked(self, message: PartChosen) -> None:
        """Show the part whose name was clicked."""
        self.action_show_part(next(part for part in PARTS if part == message.part))

    def action_show_part(self, part: Part) -> None:
        """Show a part."""
        self._place.part = part
        self._switcher.current = part
        self._tabs.show(part)
        self.set_focus(self.query_one(f"#{part}"))
        self._update_summary()

    def action_walk_parts(self, by: int) -> None:
        """Show the next or the previous part."""
        self.action_show_part(PARTS[(PARTS.index(self._place.part) + by) % len(PARTS)])

    def action_close(self) -> None:
        """Close the screen."""
        self.dismiss()

    def on_screen_suspend(self) -> None:
        """Compare nothing while the screen is not shown."""
        if self._waiting:
            self._waiting.stop()
            self._waiting = None

    def on_screen_resume(self) -> None:
        """Compare again after another screen was shown."""
        if self._waiting is None and not any(worker.group == "differences" for worker in self.workers):
            self._compare()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Show what was compared, and compare again later if the runs go on."""
        if event.worker.group != "differences" or not is_done(event.worker):
            return
        if event.worker.error:
            raise event.worker.error
        result = event.worker.result
        if isinstance(result, _Result):
            self._show(result)

    @on(AnswerDifferencesView.Moved)
    def place_changed(self) -> None:
        """Show which change is the current one."""
        self._update_summary()

    def _compare(self) -> None:
        self._waiting = None
        work = partial(_compare, self._left.run, self._right.run, self._now(), self._compared)
        self.run_worker(work, thread=True, exit_on_error=False, group="differences", description="compare two runs")

    def _show(self, result: "_Result") -> None:
        measured, names = result.measured, self._names
        self._figures.show(partial(figure_table, measured.figures, names))
        self._phases.show(partial(phase_bars, measured.phases, names))
        self._requests.show(partial(request_rows, measured.requests, names))
        if result.answers is not None:
            self._compared = result.lengths
            self._answers.show(result.answers)
        self._is_final = measured.is_final
        self._update_summary()
        if not measured.is_final and self.is_current:
            self._waiting = self.set_timer(max(_SOONEST, _SHARE * result.seconds), self._compare)

    def _update_summary(self) -> None:
        place = self._answers.place if self._place.part == "answers" else ""
        so_far = "" if self._is_final else "so far"
        self._summary.show(Content(" · ".join(filter(None, (place, so_far)))))


_Lengths = tuple[tuple[int, ...], tuple[int, ...]]
"""How long the texts of both answers are, which only grow: those that are as long as before have not changed."""


@dataclass(frozen=True, slots=True)
class _Result:
    """What a comparison found, and how long it took; `answers` is None if they were compared as they are now."""

    measured: Measured
    lengths: _Lengths
    answers: Sequence[PartDifferences] | None
    seconds: float


def _compare(left: Run, right: Run, now: float, before: _Lengths | None) -> _Result:
    """Compare two runs; their answers only if these are not as long as `before`. It runs in a thread."""
    began = time.perf_counter()
    measured = measure(left, right, now)
    lengths = _lengths(left), _lengths(right)
    answers = None
    if lengths != before:
        # The answer comes first, since it is what users look for.
        answers = sorted(compare_runs(left, right), key=lambda part: part.part != "answer")
    return _Result(measured, lengths, answers, time.perf_counter() - began)


def _lengths(run: Run) -> tuple[int, ...]:
    # What was taken for text may turn out to have been thinking: then the thinking is longer.
    texts = (run.text, run.thinking, run.refusal, *(tool.written for tool in run.tools))
    return tuple(map(len, texts))


def _title(compared: ComparedRun) -> Content:
    name = clean_line(model_title(compared.run.request.settings))
    return Content.assemble((f"{compared.name} ", "bold"), name)
