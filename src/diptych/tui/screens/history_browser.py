"""The screen of the history: find, open, replay, export or delete a recorded round."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widgets import Input, Static
from textual.worker import Worker, WorkerState

from diptych.core.history_query import format_query, parse_query
from diptych.core.history_summary import HistoryFilter
from diptych.core.naming import hidden_in_history
from diptych.tui.history.history_failure import failed_sentence
from diptych.tui.history.history_reading import read_conversation, read_player, read_round
from diptych.tui.key_names import own_key
from diptych.tui.saying import fail, warn
from diptych.tui.screens.going_back import go_back
from diptych.tui.screens.history_keys import HISTORY_KEYS, LIST_ACTIONS
from diptych.tui.screens.round_finder import WORKERS, RoundFinder
from diptych.tui.textual_patches.remapped_keys import RemappedScreen
from diptych.tui.widgets.history_search import HistorySearch
from diptych.tui.widgets.key_bar import KeyBar
from diptych.tui.widgets.place_line import PlaceLine
from diptych.tui.widgets.round_list import RoundList
from diptych.tui.widgets.round_table import RoundTable

if TYPE_CHECKING:
    from diptych.core.round import Round
    from diptych.replay.player import Player
    from diptych.store.history import History

_ANY = HistoryFilter()

_BUSY = ("open", "continue", "fold", "delete")
"""The groups of the workers that the title tells of."""


class HistoryScreen(RemappedScreen):
    """Lists the rounds that match while the user types. The history is read on threads, one search at a time.

    `wanted` is what is searched for first; the search box shows it as text that the user can edit. `use_prompt` is
    called with the prompt that the user chooses to ask again; without it no prompt can be chosen. `continue_round` is
    called with the rounds of the conversation that the user wants to continue, by their ids, the chosen one last.
    """

    CSS_PATH = "history_browser.tcss"
    BINDINGS: ClassVar[list[BindingType]] = HISTORY_KEYS

    def __init__(
        self,
        history: "History",
        wanted: HistoryFilter = _ANY,
        *,
        use_prompt: Callable[[str], object] | None = None,
        continue_round: "Callable[[dict[int, Round]], object] | None" = None,
    ) -> None:
        super().__init__()
        self._history = history
        self._use_prompt = use_prompt
        self._continue_round = continue_round
        self._place = PlaceLine()
        self._input = HistorySearch()
        self._box = Horizontal(Static("/", classes="mark"), self._input, classes="search")
        self._table = RoundTable()
        self._list = self._table.list
        self._finder = RoundFinder(self, history, self._table, wanted, self._listed)

    def compose(self) -> ComposeResult:
        """Yield the title, the search box, the list and the keys."""
        with Horizontal(classes="title"):
            yield Static("Diptych", classes="program")
            yield Static("history", classes="name")
            yield self._place
        yield self._box
        yield self._table
        yield KeyBar()

    def on_mount(self) -> None:
        """Start the first search, and load the names that the search box completes."""
        self._input.value = format_query(self._finder.wanted)
        self.set_focus(self._list)
        self._finder.begin()
        self._work("names", "list the names in the history", self._names)

    def on_descendant_focus(self) -> None:
        """Mark the search box while it has the focus."""
        self._box.set_class(self._input.has_focus, "-focused")

    def on_descendant_blur(self) -> None:
        """Mark the search box while it has the focus."""
        self._box.set_class(self._input.has_focus, "-focused")

    def on_screen_resume(self) -> None:
        """List what was added while another screen was shown."""
        self._finder.catch_up()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave letters to the search box while it has the focus."""
        if action == "use_prompt" and self._use_prompt is None:
            return False
        if action == "continue_round" and self._continue_round is None:
            return False
        return not (action in LIST_ACTIONS and self.focused is self._input)

    @on(RoundList.Opened)
    def clicked(self) -> None:
        """Open the round that was clicked twice."""
        self.action_open()

    @on(Input.Changed)
    def typed(self, event: Input.Changed) -> None:
        """Search while the user types."""
        self._finder.find(parse_query(event.value))

    @on(Input.Submitted)
    def submitted(self) -> None:
        """Open the selected round when Enter is pressed in the search box, once the search for its text has ended."""
        self._finder.when_found(self.action_open)

    def action_move(self, by: int) -> None:
        """Move in the list; the search box keeps the focus."""
        self._list.action_move(by)

    def action_page(self, by: int) -> None:
        """Move in the list by pages; the search box keeps the focus."""
        self._list.action_page(by)

    def action_search(self) -> None:
        """Go to the search box."""
        self.set_focus(self._input)  # at once: `focus` waits for messages

    def focus_box(self) -> None:
        """Go to the search box, as text is pasted."""
        self.action_search()

    def type_into_box(self, text: str) -> None:
        """Type a text into the search box that was meant for it."""
        self.action_search()
        self._input.type_text(text)

    def action_to_list(self) -> None:
        """Go back to the list and keep the filter; if nothing matches, clear the filter."""
        if self._list.display:
            self._list.focus()
        else:
            self._input.value = ""

    def action_close(self) -> None:
        """Go back to the screen that opened this one, or quit if there is none."""
        go_back(self)

    def action_open(self) -> None:
        """Show the round as it ended."""
        self._read("open", partial(read_player, self._history, at_end=True))

    def action_replay(self) -> None:
        """Replay the round from its start."""
        self._read("open", partial(read_player, self._history, at_end=False))

    def action_use_prompt(self) -> None:
        """Close the history and use the prompt of the selected round."""
        current = self._list.current
        if current is not None and self._use_prompt is not None:
            self.dismiss()
            self._use_prompt(current.prompt)

    def action_continue_round(self) -> None:
        """Read the conversation of the selected round, to go on with it."""
        if self._continue_round is not None:
            self._read("continue", partial(read_conversation, self._history))

    def action_export(self) -> None:
        """Read the round, then ask how to write it to a file."""
        self._read("fold", partial(read_round, self._history))

    def action_experiments(self) -> None:
        """List the experiments, or open the one of the selected round."""
        current = self._list.current
        if current is not None and (case := current.experiment_case):
            from diptych.tui.screens.experiment import ExperimentScreen

            self.app.push_screen(ExperimentScreen(self._history, f"x{case.experiment}", (case.case, case.repeat)))
            return
        from diptych.tui.screens.experiment_list import ExperimentListScreen

        self.app.push_screen(ExperimentListScreen(self._history))

    def action_votes(self) -> None:
        """Show how often each model was preferred to each other one."""
        from diptych.tui.screens.votes import VotesScreen

        self.app.push_screen(VotesScreen(self._history))

    def action_star(self) -> None:
        """Star the selected round, or remove its star."""
        current = self._list.current
        if current is not None:
            self._keep_note(current.id, starred=not current.note.starred)

    def action_write_note(self) -> None:
        """Ask for the note to the selected round."""
        current = self._list.current
        if current is not None:
            from diptych.tui.screens.note_dialog import ask_for_note

            keep = partial(self._keep_note, current.id)
            ask_for_note(self.app, f"note to round {current.id}", current.note.text, lambda text: keep(text=text))

    def _keep_note(self, number: int, *, text: str | None = None, starred: bool | None = None) -> None:
        """Keep a note on a thread, beside what is being kept already: a worker that is cancelled may write nothing."""
        keep = partial(self._history.update_note, number, text=text, starred=starred)
        self.run_worker(keep, thread=True, exit_on_error=False, group="note", description="keep a note")

    def action_delete(self) -> None:
        """Delete the round, after a question."""
        current = self._list.current
        if current is None or self._place.is_busy:
            return
        from diptych.tui.screens.confirm import ask_first

        question = f"Delete round {current.id}? This cannot be undone."
        ask_first(self.app, "delete", question, partial(self._delete, current.id))

    def _delete(self, number: int) -> None:
        self._place.say_busy(f"deleting round {number}…")
        self._work("delete", "delete a round", partial(self._history.delete, number))

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Go on with the result of a thread, or say why there is none."""
        worker = event.worker
        if worker.group in WORKERS:
            self._finder.ended(worker, event.state)
        elif event.state is WorkerState.ERROR:
            self._failed(worker.group, worker.error)
        elif event.state is WorkerState.SUCCESS:
            self._succeeded(worker.group, worker.result)

    def _succeeded(self, group: str, result: Any) -> None:
        if group in _BUSY:
            self._place.say_busy("")
        match group:
            case "names":
                self._input.suggest(*result)
            case "open":
                self._show_replay(result)
            case "continue":
                self.dismiss()
                if self._continue_round is not None:
                    self._continue_round(result)
            case "fold":
                self._ask_export(result)
            case "delete" | "note":
                self._finder.find_again()

    def _failed(self, group: str, error: BaseException | None) -> None:
        if group in _BUSY:
            self._place.say_busy("")
        if group != "names":
            fail(self, failed_sentence(error))

    def _read(self, group: str, how: Callable[[int], object]) -> None:
        """Read the selected round on a thread, one at a time."""
        current = self._list.current
        if current is not None and current.is_hidden and group != "continue":
            how_to_see = own_key(self, "history.continue") if self._continue_round else ""
            warn(self, hidden_in_history(current.id, how_to_see))
        elif current is not None and not self._place.is_busy:
            self._place.say_busy(f"opening round {current.id}…")
            self._work(group, "open a round", partial(how, current.id))

    def _work(self, group: str, description: str, work: Callable[[], object]) -> None:
        self.run_worker(work, thread=True, exclusive=True, exit_on_error=False, group=group, description=description)

    def _names(self) -> tuple[Sequence[str], Sequence[str]]:
        return self._history.models(), self._history.endpoints()

    def _show_replay(self, player: "Player") -> None:
        from diptych.tui.screens.replay import ReplayScreen

        self.app.push_screen(ReplayScreen(player, history=self._history))

    def _ask_export(self, round_: "Round") -> None:
        from diptych.tui.exportable import exportable_round
        from diptych.tui.screens.export_dialog import ExportScreen, notify_written

        self.app.push_screen(ExportScreen(exportable_round(round_)), partial(notify_written, self.app))

    def _listed(self, count: str) -> None:
        """Show how many rounds are listed. If the list had the focus and is hidden now, the search box gets it."""
        self._place.say(count)
        if self.focused is None and not self._list.display:
            self._input.focus()
