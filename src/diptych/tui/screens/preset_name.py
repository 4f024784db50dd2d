"""The dialog that saves settings as a preset: it asks for the name."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static
from textual.worker import Worker, WorkerState

from diptych.config.preset_file import PresetExistsError, check_preset_name
from diptych.config.sides import SideName
from diptych.core.naming import model_name, side_name
from diptych.core.settings import Settings
from diptych.core.text.sanitize import clean_line
from diptych.tui.key_names import own_key
from diptych.tui.saying import tell
from diptych.tui.textual_patches.resizing import CurrentSize
from diptych.tui.widgets.dialog_message import DialogMessage
from diptych.tui.widgets.key_bar import KeyBar

SavePreset = Callable[[str, Settings, bool], Path]
"""Saves settings under a name, and replaces those that have it if the flag is set; returns where it is written."""

_WITHOUT = "Its tools and its schema are not part of a preset."


class PresetNameScreen(CurrentSize, ModalScreen[str]):
    """Saves the settings of a side, and returns the name of the preset, None if the user cancels.

    `save` may block. It raises `PresetExistsError`, or `ValueError` with a sentence for users.
    """

    CSS_PATH = ["dialogs.tcss", "side_settings.tcss"]  # noqa: RUF012 - no class variable in Textual
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "save", "save", tooltip="Save the preset", id="preset.save"),
        Binding("escape", "cancel", "cancel", tooltip="Save nothing", id="preset.cancel"),
    ]

    def __init__(self, side: SideName, settings: Settings, save: SavePreset) -> None:
        super().__init__()
        self._side = side
        self._settings = settings
        self._save = save
        self._preset = ""
        self._may_replace: str | None = None
        self._is_saving = False
        self._input = Input(settings.preset, placeholder="NAME", compact=True)
        self._message = DialogMessage()

    def compose(self) -> ComposeResult:
        """Yield the box for the name, and what is saved."""
        with Vertical(id="dialog", classes=self._side) as dialog:
            dialog.border_title = Content(f"{side_name(self._side)} settings as a preset")
            yield Static(Content(clean_line(model_name(self._settings))), classes="name", markup=False)
            yield self._input
            yield self._message
            yield KeyBar()

    def on_mount(self) -> None:
        """Ask for the name."""
        self.set_focus(self._input)
        self._say_how()

    @on(Input.Changed)
    def typed(self) -> None:
        """Forget that the user agreed to replace a preset."""
        self._may_replace = None
        if not self._is_saving:
            self._say_how()

    @on(Input.Submitted)
    def submitted(self) -> None:
        """Save when Enter is pressed."""
        self.action_save()

    def action_cancel(self) -> None:
        """Save nothing."""
        self.dismiss()

    def action_save(self) -> None:
        """Save the preset; one that has the name is replaced only if the user asks twice."""
        if self._is_saving:
            return
        try:
            self._preset = check_preset_name(self._input.value)
        except ValueError as error:
            self._message.say(str(error), error=True)
            return
        self._is_saving = True
        self.run_worker(
            partial(self._save, self._preset, self._settings, self._may_replace == self._preset),
            thread=True,
            exclusive=True,
            exit_on_error=False,
            group="preset",
            description="save a preset",
        )

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Return the name, or show why the preset could not be saved."""
        if event.state is WorkerState.SUCCESS:
            tell(self.app, f"Saved @{self._preset} in {clean_line(str(event.worker.result))}", beside=True)
            self.dismiss(self._preset)
        elif event.state is WorkerState.ERROR:
            self._is_saving = False
            self._message.say(self._sentence(event.worker.error), error=True)

    def _sentence(self, error: BaseException | None) -> str:
        if isinstance(error, PresetExistsError):
            self._may_replace = self._preset
            return f"{error} Press {own_key(self, 'preset.save')} again to replace it."
        return str(error)

    def _say_how(self) -> None:
        how = f"Write a name, and press {own_key(self, 'preset.save')}. Then @NAME stands for these settings."
        has_more = self._settings.tools or self._settings.response_schema is not None
        self._message.say(f"{how} {_WITHOUT}" if has_more else how)
