"""The screen of all experiments of the history."""

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static
from textual.worker import Worker, WorkerState

from diptych.core.wording.counted import counted
from diptych.tui.history.history_failure import failed_sentence
from diptych.tui.screens.going_back import go_back
from diptych.tui.textual_patches.remapped_keys import RemappedScreen
from diptych.tui.widgets.experiment_rows import ExperimentRows
from diptych.tui.widgets.key_bar import KeyBar
from diptych.tui.widgets.text_line import TextLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diptych.core.history_summary import ListedExperiment
    from diptych.store.history import History

_NONE = "There is no experiment yet. `diptych run --repeat 20 PROMPT` or `diptych run --set FILE` asks one."


class ExperimentListScreen(RemappedScreen):
    """Lists the experiments; the history is read on a thread."""

    CSS_PATH = "experiment.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "open", tooltip="Open the selected experiment", id="experiments.open"),
        Binding("escape,q", "close", "back", tooltip="Close the list of experiments", id="experiments.close"),
    ]

    def __init__(self, history: "History") -> None:
        super().__init__()
        self._history = history
        self._place = TextLine(classes="place")
        self._list = ExperimentRows(id="experiments")
        self._message = Static("", classes="message", markup=False)

    def compose(self) -> ComposeResult:
        """Yield the title, the list and the keys."""
        with Horizontal(classes="title"):
            yield Static("Diptych", classes="program")
            yield Static("experiments", classes="name")
            yield self._place
        yield self._list
        yield self._message
        yield KeyBar()

    def on_mount(self) -> None:
        """Focus the list."""
        self._message.display = False
        self.set_focus(self._list)

    def on_screen_resume(self) -> None:
        """Read the list, again after another screen was shown."""
        self.run_worker(
            self._history.experiments,
            thread=True,
            exclusive=True,
            exit_on_error=False,
            group="experiments",
            description="list the experiments",
        )

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Show the experiments, or why they cannot be read."""
        if event.state is WorkerState.SUCCESS:
            self._show(event.worker.result or ())
        elif event.state is WorkerState.ERROR:
            self._say(failed_sentence(event.worker.error))

    @on(ExperimentRows.Opened)
    def clicked(self) -> None:
        """Open the experiment that was clicked twice."""
        self.action_open()

    def action_open(self) -> None:
        """Open the selected experiment."""
        if current := self._list.current:
            from diptych.tui.screens.experiment import ExperimentScreen

            self.app.push_screen(ExperimentScreen(self._history, f"x{current.number}"))

    def action_close(self) -> None:
        """Go back to the screen that opened this one, or quit if there is none."""
        go_back(self)

    def _show(self, listed: "Sequence[ListedExperiment]") -> None:
        self._say("" if listed else _NONE)
        self._list.show(listed)
        self._place.show(Content(counted(len(listed), "experiment")))

    def _say(self, sentence: str) -> None:
        """Show a sentence in place of the list; "" shows the list."""
        self._message.update(Content(sentence))
        self._message.display = bool(sentence)
        self._list.display = not sentence
