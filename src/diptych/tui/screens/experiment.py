"""The screen of an experiment: the table of its cases and models, and a strip of values for each model."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, get_args

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static
from textual.worker import Worker, WorkerState

from diptych.core.experiment.answer_row import AnswerKey, AnswerRow
from diptych.core.experiment.row_figures import FIGURES, counts_for_figures
from diptych.core.text.sanitize import clean_line
from diptych.core.wording.counted import counted
from diptych.report.experiment.case_order import CaseFilter, CaseOrder, arrange
from diptych.report.experiment.results import Results
from diptych.tui.differences.part_place import PartPlace
from diptych.tui.experiment.experiment_words import axis_words, selected_words, strip_title, table_words
from diptych.tui.experiment.history_changes import HistoryChanges
from diptych.tui.experiment.reading import (
    NO_ROUND,
    ShownExperiment,
    read_answer,
    read_experiment,
    read_verdicts,
    summary_of,
)
from diptych.tui.experiment.strip import Piece, rows_for_strips, strips
from diptych.tui.experiment.vote_queue import VoteQueue, vote_pairs
from diptych.tui.history_failure import failed_sentence
from diptych.tui.history_reading import read_player
from diptych.tui.messages import SearchAsked, SearchLeft
from diptych.tui.pane_labels import PaneLabels
from diptych.tui.screens.going_back import go_back
from diptych.tui.textual_patches.remapped_keys import RemappedScreen
from diptych.tui.widgets.case_table import AnswerOpened, AnswerSelected, CaseTable
from diptych.tui.widgets.key_bar import KeyBar
from diptych.tui.widgets.part_tabs import PartChosen, PartTabs
from diptych.tui.widgets.search_bar import SearchBar
from diptych.tui.widgets.strip_plots import MARGIN, StripPlots
from diptych.tui.widgets.text_line import TextLine
from diptych.tui.wrapping import shorten

if TYPE_CHECKING:
    from textual.timer import Timer

    from diptych.core.experiment.judge_tally import Verdicts
    from diptych.core.experiment.summary import Summary
    from diptych.core.request import Label
    from diptych.core.round import Round
    from diptych.core.run import Run
    from diptych.replay.player import Player
    from diptych.store.history import History

_ORDERS: Sequence[CaseOrder] = get_args(CaseOrder)
_FILTERS: Sequence[CaseFilter] = get_args(CaseFilter)
_AROUND_RULE = 3
_MOST_IN_NAME = 24
"""Cells of the name of a model or of a case in a comparison."""

_SOONEST = 2.0
"""Seconds between two looks for new answers, at least."""

_SHARE = 20
"""How many times as long as reading the experiment took, at least, the screen waits before it reads it again."""

_OTHER_ROWS = 7
"""The rows of the screen that are neither the table nor the strips."""


def _figure_key(number: int) -> Binding:
    title = FIGURES[number].title
    return Binding(
        str(number + 1), f"show_figure({number})", tooltip=f"Show the figure: {title}", show=False, id=_id(title)
    )


def _id(title: str) -> str:
    return f"experiment.{title.replace(' ', '-')}"


class ExperimentScreen(RemappedScreen):
    """Shows one figure of an experiment at a time. The history is read on threads.

    `reference` names the experiment: `x3`, or `xlast`. `place` are the case and the repeat that are selected at first.
    While another process asks for more answers, the experiment is read again now and then.
    """

    CSS_PATH = "experiment.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter", "open", "open", tooltip="Open the round of the selected answer as it ended", id="experiment.open"
        ),
        Binding("r", "replay", "replay", tooltip="Replay the round of the selected answer", id="experiment.replay"),
        Binding("s", "next_order", "sort", tooltip="Sort the cases by the next key", id="experiment.sort"),
        Binding(
            "f",
            "next_filter",
            "filter",
            tooltip="Show all cases, or failed, different or slow ones",
            id="experiment.filter",
        ),
        Binding(
            "slash",
            "search",
            "search",
            tooltip="Search the ids and prompts of cases",
            priority=True,
            id="experiment.search",
        ),
        Binding(
            "space",
            "mark",
            "mark",
            tooltip="Mark the selected answer, to compare it with another",
            id="experiment.mark",
        ),
        Binding(
            "D",
            "compare",
            "compare",
            tooltip="Differences between the selected answer and the marked one, or another model's",
            id="experiment.compare",
        ),
        Binding("v", "vote", "vote", tooltip="Vote on pairs of answers, without their models", id="experiment.vote"),
        Binding(
            "S",
            "summary",
            "summary",
            tooltip="All figures of all models, their differences in words, and the votes",
            id="experiment.summary",
        ),
        Binding(
            "a",
            "next_axis",
            tooltip="Axis: as the values need it, linear, or logarithmic",
            show=False,
            id="experiment.axis",
        ),
        *map(_figure_key, range(len(FIGURES))),
        Binding(
            "tab,shift+tab",
            "switch",
            tooltip="Go from the table to the strips, or back",
            show=False,
            priority=True,
            id="experiment.switch",
        ),
        Binding("escape,q", "close", "back", tooltip="Close the experiment", id="experiment.close"),
    ]

    def __init__(self, history: "History", reference: str, place: tuple[str, int] | None = None) -> None:
        super().__init__()
        self._history = history
        self._reference = reference
        self._shown: ShownExperiment | None = None
        self._first_place = place
        self._changes = HistoryChanges(history.path)
        self._following: Timer | None = None
        self._results = Results({}, (), ())
        self._summary: Summary | None = None
        self._figure = FIGURES[0]
        self._order: CaseOrder = "plan"
        self._only: CaseFilter = "all"
        self._query = ""
        self._is_log: bool | None = None
        self._rows_for_strips = 0
        self._selected: AnswerKey | None = None
        self._marked: AnswerKey | None = None
        self._busy = ""
        self._differences_place = PartPlace()
        self._place = TextLine(classes="place")
        self._tabs = PartTabs([figure.title for figure in FIGURES])
        self._heading = TextLine(classes="heading")
        self._table = CaseTable(id="cases")
        self._message = Static("", classes="message", markup=False)
        self._search = SearchBar("search ids and prompts of cases")
        self._rule = TextLine(classes="rule")
        self._strips = StripPlots(id="strips")
        self._axis = TextLine(classes="axis")
        self._words = TextLine(classes="words")

    def compose(self) -> ComposeResult:
        """Yield the title, the names of the figures, the table, the strips with their axis, and the keys."""
        with Horizontal(classes="title"):
            yield Static("Diptych", classes="program")
            yield self._place
        yield self._tabs
        yield self._heading
        yield self._table
        yield self._message
        yield self._search
        yield self._rule
        yield self._strips
        yield self._axis
        yield self._words
        yield KeyBar()

    def on_mount(self) -> None:
        """Read the experiment."""
        self._search.display = False
        self._show_message(f"Reading experiment {self._reference}…")
        self._tabs.show(self._figure.title)
        self.set_focus(self._table)
        self._read()

    def on_resize(self) -> None:
        """Arrange the strips for the new size."""
        self._show_strips()

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
        self._query = message.query
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
        self._show_selected()

    @on(AnswerOpened)
    def clicked(self) -> None:
        """Open the answer that was clicked twice."""
        self.action_open()

    @on(CaseTable.ColumnsChanged)
    def show_heading(self) -> None:
        """Fit the heading to the columns."""
        self._heading.show(self._table.heading())

    @on(StripPlots.AxisChanged)
    def show_axis(self) -> None:
        """Show the strips in as many rows as they need, and the values of their axis below them."""
        self._strips.styles.height = min(self._rows_for_strips, self._strips.line_count)
        self._axis.show(Content(" " * MARGIN + self._strips.axis.labels(self._figure)))
        self._show_rule()

    def action_show_figure(self, number: int) -> None:
        """Show a figure."""
        self._figure = FIGURES[number]
        self._tabs.show(self._figure.title)
        self._show_table()
        self._show_strips()

    def action_next_order(self) -> None:
        """Sort the cases by the next key."""
        self._order = _ORDERS[(_ORDERS.index(self._order) + 1) % len(_ORDERS)]
        self._show_table()

    def action_next_filter(self) -> None:
        """Show other cases: all, failed, different, or slow ones."""
        self._only = _FILTERS[(_FILTERS.index(self._only) + 1) % len(_FILTERS)]
        self._show_table()

    def action_next_axis(self) -> None:
        """Let the axis be as the values need it, linear, or logarithmic."""
        self._is_log = {None: False, False: True, True: None}[self._is_log]
        self._show_strips()

    def action_search(self) -> None:
        """Open the search bar."""
        self._search.open()

    def action_switch(self) -> None:
        """Go from the table to the strips, or back."""
        self.set_focus(self._strips if self.focused is self._table else self._table)

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
        key = self._selected
        if key is None:
            return
        other = self._marked if self._marked not in (None, key) else self._other_model(key)
        rows = [self._results.answer(each) for each in (other, key) if each is not None]
        if len(rows) < 2 or None in rows:
            self._warn("There are no two answers to compare: mark another one first.")
            return
        found = sorted((row for row in rows if row), key=lambda row: self._results.labels.index(row.label))
        self._work("compare", "read two answers", partial(self._read_two, *found))

    def action_vote(self) -> None:
        """Vote on pairs of answers, without knowing whose they are."""
        shown = self._shown
        if shown is None:
            return
        queue = VoteQueue(vote_pairs(shown.results, shown.number), shown.votes)
        if not len(queue):
            self._warn("There is nothing to vote on: a vote needs two complete answers of a round that differ.")
            return
        from diptych.tui.screens.pair_voting import PairVotingScreen

        self.app.push_screen(PairVotingScreen(self._history, shown.number, queue))

    def on_screen_resume(self) -> None:
        """Read again what may have changed while another screen was shown, such as votes."""
        if self._shown is not None:
            self._read()

    def action_summary(self) -> None:
        """Read what was said about the answers, and show it below all figures of all models."""
        if self._summary is not None and self._shown is not None:
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
        match group:
            case "read":
                self._show(result)
            case "summary":
                self._summary = result
                self._show_strips()
            case "open":
                self._say_busy("")
                self._show_replay(*result)
            case "verdicts":
                self._show_summary(result)
            case "compare":
                self._say_busy("")
                self._show_differences(*result)

    def _failed(self, group: str, error: BaseException | None) -> None:
        sentence = failed_sentence(error)
        if group == "read" and self._shown is None:
            self._show_message(sentence)
            return
        self._say_busy("")
        self.notify(sentence, severity="error", markup=False)

    def _read(self) -> None:
        self._changes.look()
        self._work("read", "read an experiment", partial(read_experiment, self._history, self._reference))

    def _show(self, shown: ShownExperiment) -> None:
        """Show an experiment as it was read."""
        self._shown, self._results = shown, shown.results
        self._show_message("")
        self._say_busy("")
        self._show_table()
        self._show_strips()
        if self._first_place and shown.results.labels:
            self._table.select((*self._first_place, shown.results.labels[0]))
            self._first_place = None
        self._work("summary", "summarize an experiment", partial(summary_of, shown.results))
        if shown.results.count < shown.planned:
            self._look_later()

    def _look_later(self) -> None:
        """Look for new answers after a while: reading them must take a small part of the time."""
        if self._following:
            self._following.stop()
        took = self._shown.took if self._shown else 0.0
        self._following = self.set_timer(max(_SOONEST, _SHARE * took), self._look)

    def _look(self) -> None:
        """Read the experiment again if something was written to the history."""
        if self.is_current and self._changes.look():
            self._read()
        else:
            self._look_later()

    def _show_table(self) -> None:
        """List the cases that are wanted, in the wanted order."""
        results = self._results
        cases = arrange(
            results, self._figure, order=self._order, only=self._only, words=self._query, label=self._table.label
        )
        self._table.show(results, cases, self._figure, self._shown.wins if self._shown else {})
        self._heading.show(self._table.heading())
        self._show_rule()

    def _show_rule(self) -> None:
        """Show which cases are listed and what the strips show."""
        words = table_words(
            *(
                self._table.line_count,
                len(self._results.cases),
                self._order,
                self._only,
                self._query,
                self._figure,
                self._table.label,
            )
        )
        axis = axis_words(self._figure, is_log=self._strips.axis.is_log, values_per_dot=self._strips.values_per_dot)
        room = self.app.size.width - _AROUND_RULE - cell_len(words) - cell_len(axis)
        self._rule.show(Content(words + " " * max(room, _AROUND_RULE) + axis))

    def _show_strips(self) -> None:
        shown = strips(self._results, self._figure)
        room = self.app.size.height - _OTHER_ROWS
        self._rows_for_strips, dot_rows = rows_for_strips(room, len(self._results.cases), len(shown))
        self._strips.show(shown, self._title, is_log=self._is_log, most_dot_rows=dot_rows)
        self._show_selected()

    def _title(self, label: "Label", width: int) -> Sequence[Piece]:
        model = self._summary.models.get(label) if self._summary else None
        return strip_title(label, model, self._figure, width)

    def _show_selected(self) -> None:
        key = self._selected
        row = self._results.answer(key) if key else None
        value = self._figure.value(row) if row and counts_for_figures(row) else None
        cell = self._results.answers(key[0], key[2]) if key else ()
        same = [each for other in cell if counts_for_figures(other) and (each := self._figure.value(other)) is not None]
        self._strips.select(key, value, same)
        self._words.show(Content(selected_words(key, row, self._figure, self._results.highest_repeat)))

    def _open(self, *, at_end: bool) -> None:
        row = self._results.answer(self._selected) if self._selected else None
        if row is None:
            return
        if row.round is None:
            self._warn(NO_ROUND)
        elif not self._busy:
            self._say_busy(f"opening round {row.round}…")
            self._work("open", "open a round", partial(self._read_player, row, at_end=at_end))

    def _read_player(self, row: AnswerRow, *, at_end: bool) -> "tuple[Player, Label]":
        return read_player(self._history, row.round or 0, at_end=at_end), row.label

    def _show_replay(self, player: "Player", label: "Label") -> None:
        """Show a round, and the answer of a model beside that of the next one, in the order of the experiment."""
        from diptych.tui.screens.replay import ReplayScreen

        labels = [each for each in self._results.labels if each in player.whole.runs]
        after = labels[(labels.index(label) + 1) % len(labels)] if label in labels else label
        pair = sorted({label, after} & set(labels), key=labels.index)
        self.app.push_screen(ReplayScreen(player, history=self._history, labels=PaneLabels(*pair)))

    def _other_model(self, key: AnswerKey) -> AnswerKey | None:
        """Return the answer of the next model to the same case."""
        labels = self._results.labels
        after = labels[(labels.index(key[2]) + 1) % len(labels)]
        return None if after == key[2] else (key[0], key[1], after)

    def _read_two(self, one: AnswerRow, other: AnswerRow) -> "tuple[tuple[Round, Run], tuple[Round, Run]]":
        return read_answer(self._history, one), read_answer(self._history, other)

    def _show_differences(self, left: "tuple[Round, Run]", right: "tuple[Round, Run]") -> None:
        from diptych.differences.compared_run import ComparedRun
        from diptych.tui.screens.differences import DifferencesScreen

        is_one_round = left[0].experiment_case == right[0].experiment_case
        one, other = (
            ComparedRun(_short_name(run.label) + ("" if is_one_round else f" {_case_name(round_)}"), run)
            for round_, run in (left, right)
        )
        self.app.push_screen(DifferencesScreen(one, other, lambda: 0.0, self._differences_place))

    def _show_summary(self, verdicts: "Verdicts") -> None:
        if self._summary is not None and self._shown is not None:
            from diptych.tui.screens.experiment_summary import SummaryScreen

            self.app.push_screen(SummaryScreen(f"x{self._shown.number}", self._summary, verdicts))

    def _work(self, group: str, description: str, work: Callable[[], object]) -> None:
        self.run_worker(work, thread=True, exclusive=True, exit_on_error=False, group=group, description=description)

    def _show_message(self, sentence: str) -> None:
        """Show a sentence in place of everything else; "" shows the experiment."""
        self._message.update(Content(clean_line(sentence)))
        self._message.display = bool(sentence)
        for part in (self._table, self._heading, self._rule, self._strips, self._axis, self._words):
            part.display = not sentence

    def _say_busy(self, sentence: str) -> None:
        self._busy = sentence
        self._place.show(Content(sentence or self._state()))

    def _state(self) -> str:
        """Return how far the experiment has come."""
        shown = self._shown
        if shown is None:
            return ""
        count, planned = shown.results.count, shown.planned
        words = [f"x{shown.number}"]
        words.append(counted(count, "answer") if count == planned else f"{count:,} of {planned:,} answers")
        if shown.is_running:
            words.append("still running")
        words += [
            f"{number:,} {word}"
            for number, word in ((shown.results.incomplete, "not complete"), (shown.results.not_passed, "not passed"))
            if number
        ]
        if shown.damaged:
            words.append(f"{counted(shown.damaged, 'row')} not readable")
        return " · ".join(words)

    def _warn(self, sentence: str) -> None:
        self.app.clear_notifications()
        self.notify(sentence, severity="warning", markup=False)


def _case_name(round_: "Round") -> str:
    case = round_.experiment_case
    return f"{_short_name(case.case)} #{case.repeat}" if case else ""


def _short_name(name: str) -> str:
    return shorten(clean_line(name), _MOST_IN_NAME)
