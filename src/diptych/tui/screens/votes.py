"""The screen of votes: how often each model was preferred to each other one."""

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Static
from textual.worker import Worker, WorkerState

from diptych.report.votes_text import votes_text
from diptych.tui.history.history_failure import failed_sentence
from diptych.tui.screens.going_back import go_back
from diptych.tui.textual_patches.remapped_keys import RemappedScreen
from diptych.tui.widgets.key_bar import KeyBar
from diptych.tui.widgets.text_view import TextView

if TYPE_CHECKING:
    from diptych.store.history import History


class VotesScreen(RemappedScreen):
    """Shows the votes on models whose names contain `model`, by pairs of models; the history is read on a thread."""

    CSS_PATH = "votes.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "close", "back", tooltip="Close the votes", id="votes.close"),
    ]

    def __init__(self, history: "History", model: str = "") -> None:
        super().__init__()
        self._history = history
        self._model = model
        self._text = TextView(id="votes")

    def compose(self) -> ComposeResult:
        """Yield the title, the votes and the keys."""
        with Horizontal(classes="title"):
            yield Static("Diptych", classes="program")
            yield Static("votes", classes="name")
        yield self._text
        yield KeyBar()

    def on_mount(self) -> None:
        """Count the votes."""
        self.set_focus(self._text)
        self.run_worker(
            partial(self._history.ballots, self._model),
            thread=True,
            exclusive=True,
            exit_on_error=False,
            group="votes",
            description="count the votes",
        )

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Show the votes, or why they cannot be read."""
        if event.state is WorkerState.SUCCESS:
            self._text.show("\n".join(votes_text(event.worker.result or (), self._model)))
        elif event.state is WorkerState.ERROR:
            self._text.show(failed_sentence(event.worker.error))

    def action_close(self) -> None:
        """Go back to the screen that opened this one, or quit if there is none."""
        go_back(self)
