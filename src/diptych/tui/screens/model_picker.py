"""The dialog to choose a side's model from a list, or to type any name."""

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option
from textual.worker import Worker, WorkerState

from diptych.config.sides import SideName
from diptych.core.naming import model_name, side_name
from diptych.core.settings import Settings
from diptych.core.text.sanitize import clean_line
from diptych.tui.textual_patches.resizing import CurrentSize
from diptych.tui.widgets.key_bar import KeyBar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_HOW = "Type any ENDPOINT:MODEL, or choose with ↑ and ↓. Press Enter to use it."


class ModelScreen(CurrentSize, ModalScreen[Settings]):
    """Returns a side's settings with the model that is chosen or typed, None if the user cancels.

    `known_models` returns the names to choose from and may block. `settings_for` returns the settings for a name, or
    raises `ValueError` with one sentence.
    """

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "choose", tooltip="Use this model from the next prompt on", id="models.choose"),
        Binding("up", "move(-1)", "Previous model", show=False, id="models.up"),
        Binding("down", "move(1)", "Next model", show=False, id="models.down"),
        Binding("escape", "cancel", "cancel", tooltip="Change nothing", id="models.cancel"),
    ]

    def __init__(
        self,
        side: SideName,
        current: Settings,
        known_models: "Callable[[], Sequence[str]]",
        settings_for: "Callable[[str], Settings]",
    ) -> None:
        super().__init__()
        self._side = side
        self._current = model_name(current)
        self._known_models = known_models
        self._settings_for = settings_for
        self._known: Sequence[str] = ()
        self._matches: list[str] = []
        self._input = Input(self._current, placeholder="ENDPOINT:MODEL", select_on_focus=True, compact=True)
        self._list = OptionList(compact=True, markup=False)
        self._list.can_focus = False
        self._message = Static("Loading the list of models…", id="message", markup=False)

    def compose(self) -> ComposeResult:
        """Yield the box to type in above the list of known models."""
        with Vertical(id="dialog", classes=self._side) as dialog:
            dialog.border_title = f"{side_name(self._side)} model"
            yield self._input
            yield self._message
            yield self._list
            yield KeyBar()

    def on_mount(self) -> None:
        """Load the known models on a thread."""
        self._input.focus()
        self.run_worker(
            self._known_models,
            thread=True,
            exclusive=True,
            exit_on_error=False,
            group="models",
            description="load the known models",
        )

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Show the models that were loaded."""
        if event.state is WorkerState.SUCCESS:
            self._known = event.worker.result or ()
            self._say(_HOW)
            self._filter()
        elif event.state is WorkerState.ERROR:
            self._say("The list of models could not be loaded; any ENDPOINT:MODEL can be typed.")

    @on(Input.Changed)
    def typed(self) -> None:
        """List the models that match."""
        self._say(_HOW)
        self._filter()

    @on(Input.Submitted)
    def submitted(self) -> None:
        """Choose with Enter."""
        self.action_choose()

    @on(OptionList.OptionSelected)
    def clicked(self, event: OptionList.OptionSelected) -> None:
        """Choose with a click."""
        self._choose(self._matches[event.option_index])

    def action_move(self, by: int) -> None:
        """Move in the list; the box keeps the focus."""
        if not self._matches:
            return
        highlighted = self._list.highlighted
        start = -1 if highlighted is None and by > 0 else 0 if highlighted is None else highlighted
        self._list.highlighted = (start + by) % len(self._matches)

    def action_choose(self) -> None:
        """Use the highlighted model, or what was typed if none is highlighted."""
        highlighted = self._list.highlighted
        self._choose(self._input.value.strip() if highlighted is None else self._matches[highlighted])

    def action_cancel(self) -> None:
        """Change nothing."""
        self.dismiss()

    def _choose(self, name: str) -> None:
        if not name:
            self._say(_HOW, error=True)
            return
        try:
            settings = self._settings_for(name)
        except ValueError as error:
            self._say(str(error), error=True)
            return
        self.dismiss(settings)

    def _filter(self) -> None:
        typed = self._input.value.strip().lower()
        words = [] if typed == self._current.lower() else typed.split()
        self._matches = [name for name in self._known if all(word in name.lower() for word in words)]
        self._list.clear_options()
        self._list.add_options(Option(Content(clean_line(name))) for name in self._matches)
        self._list.highlighted = 0 if self._matches and words and ":" not in typed else None

    def _say(self, sentence: str, *, error: bool = False) -> None:
        self._message.set_class(error, "error")
        self._message.update(Content(clean_line(sentence)))
