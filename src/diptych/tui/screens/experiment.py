"""The screen of an experiment: the table of its cases and models, and a strip of values for each model."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widgets import Static
from textual.worker import Worker, WorkerState

from diptych.core.experiment.answer_row import AnswerKey, AnswerRow
from diptych.core.experiment.row_figures import FIGURES
from diptych.report.experiment.results import Results
from diptych.tui.differences.part_place import PartPlace
from diptych.tui.experiment.compared_pair import compared_pair
from diptych.tui.experiment.experiment_reading import (
    NO_ROUND,
    ShownExperiment,
    read_answer,
    read_experiment,
    summary_of,
)
from diptych.tui.experiment.experiment_words import state_words, table_words
from diptych.tui.experiment.vote_queue import VoteQueue, vote_pairs
from diptych.tui.history.history_failure import failed_sentence
from diptych.tui.history.history_reading import read_player
from diptych.tui.messages import SearchAsked, SearchLeft
from diptych.tui.saying import fail, warn
from diptych.tui.screens.experiment_follower import ExperimentFollower
from diptych.tui.screens.experiment_keys import EXPERIMENT_KEYS
from diptych.tui.screens.going_back import go_back
from diptych.tui.textual_patches.remapped_keys import RemappedScreen
from diptych.tui.widgets.case_sheet import CaseSheet
from diptych.tui.widgets.case_table import AnswerOpened, AnswerSelected
from diptych.tui.widgets.figure_panel import FigurePanel
from diptych.tui.widgets.key_bar import KeyBar
from diptych.tui.widgets.part_tabs import PartChosen, PartTabs
from diptych.tui.widgets.place_line import PlaceLine
from diptych.tui.widgets.search_bar import SearchBar

if TYPE_CHECKING:
    from diptych.core.experiment.judging.judge_tally import Verdicts
    from diptych.core.request import Label
    from diptych.core.round import Round
    from diptych.core.run import Run
    from diptych.replay.player import Player
    from diptych.store.history import History


class ExperimentScreen(RemappedScreen):
    """Shows one figure of an experiment at a time. The history is read on threads.

    `reference` names the experiment: `x3`, or `xlast`. `place` are the case and the repeat that are selected at first.
    While answers are missing, the experiment is read again whenever something was written to the history.
    """

    CSS_PATH = "experiment.tcss"
    BINDINGS: ClassVar[list[BindingType]] = EXPERIMENT_KEYS

    def __init__(self, history: "History", reference: str, place: tuple[str, int] | None = None) -> None:
        super().__init__()
        self._history = history
        self._reference = reference
        self._first_place = place
        self._shown: ShownExperiment | None = None
        self._results = Results({}, (), ())
        self._follower = ExperimentFollower(self, history.path, self._read)
        self._figure = 0
        self._selected: AnswerKey | None = None
        self._marked: AnswerKey | None = None
        self._differences_place = PartPlace()
        self._place = PlaceLine()
        self._tabs = PartTabs([figure.title for figure in FIGURES])
        self._cases = CaseSheet()
        self._table = self._cases.table
        self._search = SearchBar("search IDs and prompts of cases")
        self._panel = FigurePanel()

    def compose(self) -> ComposeResult:
        """Yield the title, the names of the figures, the table, the strips, and the keys."""
        with Horizontal(classes="title"):
            yield Static("Diptych", classes="program")
            yield self._place
        yield self._tabs
        yield self._cases
        yield self._search
        yield self._panel
        yield KeyBar()

    def on_mount(self) -> None:
        """Read the experiment."""
        self._search.display = False
        self._show_message(f"Reading experiment {self._reference}…")
        self._tabs.show(FIGURES[self._figure].title)
        self.set_focus(self._table)
        self._follower.read_now()

    def on_resize(self) -> None:
        """Arrange the strips for the new size."""
        self._show_panel()

    def on_screen_resume(self) -> None:
        """Read again what was changed while another screen was shown, such as votes, which may still be written."""
        if self._shown is not None:
            self._follower.look()
            self._follower.look_later()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave letters to the search bar while it has the focus."""
        return not self._search.has_focus_within or action in ("search", "switch")

    @on(PartChosen)
    def tab_clicked(self, message: PartChosen) -> None:
        """Show the figure whose name was clicked."""
        self.action_show_figure([figure.title for figure in FIGURES].index(message.part))

    @on(SearchAsked)
    def searched(self, message: SearchAsked) -> None:
        """List the cases that contain the words."""
        self._cases.choice.query = message.query
        self._show_table()

    @on(SearchLeft)
    def search_left(self) -> None:
        """Go back to the table."""
        self.set_focus(self._table)

    @on(AnswerSelected)
    def selected(self, message: AnswerSelected) -> None:
        """Show the selected answer in the table and in the strips, and what is known about it."""
        self._selected = message.key
        if self._table is not self.focused and message.key:
            self._table.show_selected(message.key)
        self._panel.select(message.key)

    @on(AnswerOpened)
    def clicked(self) -> None:
        """Open the answer that was clicked twice."""
        self.action_open()

    def action_show_figure(self, number: int) -> None:
        """Show a figure."""
        self._figure = number
        self._tabs.show(FIGURES[number].title)
        self._show_table()
        self._show_panel()

    def action_next_order(self) -> None:
        """Sort the cases by the next key."""
        self._cases.choice.next_order()
        self._show_table()

    def action_next_filter(self) -> None:
        """Show other cases: all, failed, different, or slow ones."""
        self._cases.choice.next_filter()
        self._show_table()

    def action_next_axis(self) -> None:
        """Switch the axis: as the values need it, linear, or logarithmic."""
        self._panel.is_log = {None: False, False: True, True: None}[self._panel.is_log]
        self._show_panel()

    def action_search(self) -> None:
        """Open the search bar."""
        self._search.open()

    def action_switch(self) -> None:
        """Go from the table to the strips, or back."""
        self.set_focus(self._panel.strips if self.focused is self._table else self._table)

    def action_mark(self) -> None:
        """Mark the selected answer; remove its mark if it has it already."""
        self._marked = None if self._marked == self._selected else self._selected
        self._table.mark(self._marked)

    def action_open(self) -> None:
        """Show the round of the selected answer as it ended."""
        self._open(at_end=True)

    def action_replay(self) -> None:
        """Replay the round of the selected answer from its start."""
        self._open(at_end=False)

    def action_compare(self) -> None:
        """Compare the selected answer with the marked one, or with that of another model to the same case."""
        if self._selected is None:
            return
        pair = compared_pair(self._results, self._selected, self._marked)
        if pair is None:
            warn(self, "There are no two answers to compare: mark another one first.")
            return
        self._work("compare", "read two answers", partial(self._read_two, *pair))

    def action_vote(self) -> None:
        """Vote on pairs of answers, without knowing whose they are."""
        shown = self._shown
        if shown is None:
            return
        queue = VoteQueue(vote_pairs(shown.results, shown.number), shown.votes)
        if not len(queue):
            warn(self, "There is nothing to vote on: a vote needs two complete answers of a round that differ.")
            return
        from diptych.tui.screens.pair_voting import PairVotingScreen

        self.app.push_screen(PairVotingScreen(self._history, shown.number, queue))

    def action_export(self) -> None:
        """Ask how to write the experiment to a file; a running one is written as far as it has come."""
        if self._shown is None:
            return
        from diptych.tui.exportable import exportable_experiment
        from diptych.tui.screens.export_dialog import ExportScreen, notify_written

        what = exportable_experiment(self._history, self._shown.number)
        self.app.push_screen(ExportScreen(what), partial(notify_written, self.app))

    def action_summary(self) -> None:
        """Read what was said about the answers, and show it below all figures of all models."""
        if self._panel.summary is not None and self._shown is not None:
            from diptych.store.experiment_verdicts import read_verdicts

            read = partial(read_verdicts, self._history, self._shown.number)
            self._work("verdicts", "read what was said about the answers", read)

    def action_close(self) -> None:
        """Go back to the screen that opened this one, or quit if there is none."""
        go_back(self)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Go on with the result of a thread, or say why there is none."""
        worker = event.worker
        if event.state is WorkerState.ERROR:
            self._failed(worker.group, worker.error)
        elif event.state is WorkerState.SUCCESS:
            self._succeeded(worker.group, worker.result)

    def _succeeded(self, group: str, result: Any) -> None:
        from diptych.tui.screens.open_answers import open_comparison, open_round

        self._place.say_busy("")
        match group:
            case "read":
                self._show(result)
            case "summary":
                self._panel.summary = result
                self._show_panel()
            case "verdicts":
                self._show_summary(result)
            case "open":
                player, label = result
                open_round(self.app, self._history, player, label, self._results.labels)
            case "compare":
                one, other = result
                open_comparison(self.app, one, other, self._differences_place)

    def _failed(self, group: str, error: BaseException | None) -> None:
        sentence = failed_sentence(error)
        self._place.say_busy("")
        if group == "read" and self._shown is None:
            self._show_message(sentence)
            return
        fail(self, sentence)
        if group == "read":
            self._follower.look_later()

    def _read(self) -> None:
        self._work("read", "read an experiment", partial(read_experiment, self._history, self._reference))

    def _show(self, shown: ShownExperiment) -> None:
        """Show an experiment as it was read."""
        self._shown, self._results = shown, shown.results
        self._follower.took, self._follower.is_whole = shown.took, shown.is_whole
        self._show_message("")
        self._place.say(state_words(shown))
        self._show_table()
        self.call_after_refresh(self._show_panel)
        if self._first_place and shown.results.labels:
            self._table.select((*self._first_place, shown.results.labels[0]))
            self._first_place = None
        self._work("summary", "summarize an experiment", partial(summary_of, shown.results))
        if not shown.is_whole:
            self._follower.look_later()

    def _show_table(self) -> None:
        """List the cases that are wanted, in the wanted order."""
        results, figure = self._results, FIGURES[self._figure]
        self._cases.show(results, figure, self._shown.wins if self._shown else {})
        counts = self._cases.count, len(results.cases)
        self._panel.say_of_table(table_words(self._cases.choice, *counts, figure, self._table.label))

    def _show_panel(self) -> None:
        self._panel.show(self._results, self._figure)

    def _open(self, *, at_end: bool) -> None:
        row = self._results.answer(self._selected) if self._selected else None
        if row is None:
            return
        if row.round is None:
            warn(self, NO_ROUND)
        elif not self._place.is_busy:
            self._place.say_busy(f"opening round {row.round}…")
            self._work("open", "open a round", partial(self._read_player, row.round, row.label, at_end=at_end))

    def _read_player(self, number: int, label: "Label", *, at_end: bool) -> "tuple[Player, Label]":
        return read_player(self._history, number, at_end=at_end), label

    def _read_two(self, one: AnswerRow, other: AnswerRow) -> "tuple[tuple[Round, Run], tuple[Round, Run]]":
        return read_answer(self._history, one), read_answer(self._history, other)

    def _show_summary(self, verdicts: "Verdicts") -> None:
        if self._panel.summary is not None and self._shown is not None:
            from diptych.tui.screens.experiment_summary import SummaryScreen

            self.app.push_screen(SummaryScreen(f"x{self._shown.number}", self._panel.summary, verdicts))

    def _work(self, group: str, description: str, work: Callable[[], object]) -> None:
        self.run_worker(work, thread=True, exclusive=True, exit_on_error=False, group=group, description=description)

    def _show_message(self, sentence: str) -> None:
        """Show a sentence in place of everything else; "" shows the experiment."""
        self._cases.show_message(sentence)
        self._panel.display = not sentence
