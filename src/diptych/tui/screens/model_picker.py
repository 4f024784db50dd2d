"""The dialog to choose a side's model or preset from a list, or to type any name."""

from pathlib import PurePath
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from diptych.catalog.choices import Choice
from diptych.catalog.loaded_choices import LoadedChoices
from diptych.config.sides import SideName
from diptych.core.naming import model_name, side_name
from diptych.tui.key_names import own_key
from diptych.tui.textual_patches.resizing import CurrentSize
from diptych.tui.widgets.choice_list import ChoiceList, Heading, Row, Sentence
from diptych.tui.widgets.dialog_message import DialogMessage
from diptych.tui.widgets.key_bar import KeyBar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diptych.catalog.model_catalog import ModelCatalog
    from diptych.config.configuration import Configuration
    from diptych.core.settings import Settings
    from diptych.store.history import History

_LOADING = "Loading the lists… Type any ENDPOINT:MODEL or @PRESET."
_NOT_LOADED = "A list could not be loaded. Type any ENDPOINT:MODEL or @PRESET."


class ModelScreen(CurrentSize, ModalScreen["Settings"]):
    """Returns a side's settings with the model or preset that is chosen or typed, None if the user cancels.

    What is typed searches the list. Enter takes the line under the cursor, which is the best match; a whole name that
    is not listed becomes the first line itself, so that it can always be used.
    """

    CSS_PATH: ClassVar[list[str | PurePath]] = ["dialogs.tcss", "model_picker.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "choose", tooltip="Use this model from the next prompt on", id="models.choose"),
        Binding("up", "move(-1)", "Previous model", show=False, id="models.up"),
        Binding("down", "move(1)", "Next model", show=False, id="models.down"),
        Binding("pageup", "page(-1)", "A page up", show=False, id="models.page-up"),
        Binding("pagedown", "page(1)", "A page down", show=False, id="models.page-down"),
        Binding("f5,ctrl+r", "refresh", "ask again", tooltip="Ask all servers for their models", id="models.refresh"),
        Binding("escape", "cancel", "cancel", tooltip="Change nothing", id="models.cancel"),
    ]

    def __init__(
        self,
        side: SideName,
        current: "Settings",
        configuration: "Configuration",
        catalog: "ModelCatalog",
        history: "History | None" = None,
    ) -> None:
        super().__init__()
        self._side = side
        self._settings = current
        self._current = model_name(current)
        self._configuration = configuration
        self._choices = LoadedChoices(configuration, catalog, history, self.show_rows)
        self._has_moved = False
        self._how = _LOADING
        self._input = Input(self._current, placeholder="ENDPOINT:MODEL or @PRESET", select_on_focus=True, compact=True)
        self._list = ChoiceList()
        self._message = DialogMessage()

    def compose(self) -> ComposeResult:
        """Yield the box to type in above the list."""
        with Vertical(id="dialog", classes=f"tall {self._side}") as dialog:
            dialog.border_title = f"{side_name(self._side)} model"
            dialog.border_subtitle = "context window · $ per million tokens in / out"
            yield self._input
            yield self._message
            yield self._list
            yield KeyBar()

    def on_mount(self) -> None:
        """Show the presets at once, and load the lists in the background."""
        self.set_focus(self._input)
        self.show_rows()
        self._load(ask_all=False)

    def action_refresh(self) -> None:
        """Ask all servers for their models, however new their lists are."""
        self._load(ask_all=True)

    @on(Input.Changed)
    def typed(self) -> None:
        """List what matches."""
        self._has_moved = False
        self._message.say(self._how)
        self.show_rows()

    @on(Input.Submitted)
    def submitted(self) -> None:
        """Choose with Enter."""
        self.action_choose()

    @on(ChoiceList.Chosen)
    def clicked(self, event: ChoiceList.Chosen) -> None:
        """Choose with a click."""
        self._choose(event.name)

    def action_move(self, by: int) -> None:
        """Move in the list; the box keeps the focus."""
        self._has_moved = True
        self._list.move(by)

    def action_page(self, by: int) -> None:
        """Move in the list by pages."""
        self._has_moved = True
        self._list.page(by)

    def action_choose(self) -> None:
        """Use the line under the cursor, or what was typed if nothing matches."""
        chosen = self._list.chosen
        self._choose(chosen.name if chosen else self._input.value.strip())

    def action_cancel(self) -> None:
        """Change nothing."""
        self.dismiss()

    def _choose(self, name: str) -> None:
        try:
            settings = self._configuration.settings_for(name, like=self._settings)
        except ValueError as error:
            sentences = str(error).replace("\n", " ")  # there is one on each line
            self._message.say(sentences, error=True)
            return
        self.dismiss(settings)

    def _load(self, *, ask_all: bool) -> None:
        self._how = _LOADING
        self._message.say(self._how)
        self._load_all(ask_all=ask_all)

    @work(exclusive=True, exit_on_error=False, group="models", description="load the lists of models")
    async def _load_all(self, *, ask_all: bool) -> None:
        """Show every list as it comes."""
        is_complete = await self._choices.load(ask_all=ask_all)
        key = own_key(self, "models.choose")
        self._how = f"{key} takes the marked line. Type any ENDPOINT:MODEL or @PRESET." if is_complete else _NOT_LOADED
        if not self._message.has_class("error"):  # which the user may be reading
            self._message.say(self._how)

    def show_rows(self) -> None:
        """Show the groups, or what matches the typed text. The cursor stays where the user has moved it."""
        typed = self._input.value.strip()
        is_searching = typed not in ("", self._current)
        rows = list[Row](self._choices.find(typed)) if is_searching else self._all_rows()
        choices = [(index, row) for index, row in enumerate(rows) if isinstance(row, Choice)]
        cursor = choices[0][0] if choices else None
        chosen = self._list.chosen if self._has_moved else None
        if chosen is not None:  # the very line, if it is still there: a name may stand in several groups
            cursor = next((index for index, row in choices if row is chosen), _place_of(chosen.name, choices, cursor))
        elif not is_searching:
            cursor = _place_of(self._current, choices, cursor)
        self._list.show(rows, cursor, self._current, keep_place=self._has_moved)

    def _all_rows(self) -> list[Row]:
        rows: list[Row] = []
        for group in (each.group for each in self._choices.groups):
            if group.choices or group.remark or group.problem:
                rows.append(Heading(group.title, group.remark))
                rows += group.choices
            if group.problem:
                rows += map(Sentence, group.problem.splitlines())
        if not any(isinstance(row, Choice) and row.name == self._current for row in rows):
            rows.insert(0, Choice(self._current, "in use"))
        return rows


def _place_of(name: str, choices: "Sequence[tuple[int, Choice]]", otherwise: int | None) -> int | None:
    """Return the row of the first choice with that name."""
    return next((index for index, choice in choices if choice.name == name), otherwise)
