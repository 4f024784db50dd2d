"""The dialog for what each side sends with the conversation: system prompt, max tokens, extra request fields."""

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Label, Static, TextArea

from diptych.config.sides import SIDES, SideName
from diptych.core.naming import model_name
from diptych.core.settings import Settings
from diptych.core.text.sanitize import clean_line
from diptych.tui.inputs.fields import format_fields, parse_fields, parse_max_tokens
from diptych.tui.textual_patches.leftovers import forget_theme_watcher
from diptych.tui.textual_patches.resizing import CurrentSize
from diptych.tui.widgets.key_bar import KeyBar


class _Box(TextArea):
    """A text area that leaves nothing behind when its dialog is closed."""

    def on_unmount(self) -> None:
        """Stop watching the app's theme."""
        forget_theme_watcher(self)


class _Column(Vertical):
    """The settings of one side."""

    def __init__(self, side: str, settings: Settings) -> None:
        super().__init__(classes=f"column {side}")
        self._settings = settings
        self._system = _Box(settings.system, compact=True, tab_behavior="focus", id=f"{side}-system")
        self._max_tokens = Input(str(settings.max_tokens), compact=True, id=f"{side}-max-tokens")
        self._fields = _Box(format_fields(settings.params), compact=True, tab_behavior="focus", id=f"{side}-fields")
        self._message = Static(classes="message", markup=False)

    def compose(self) -> ComposeResult:
        """Yield each setting below its name."""
        yield Label(Content(clean_line(model_name(self._settings))), classes="name")
        yield Label("system prompt")
        yield self._system
        yield Label("max tokens")
        yield self._max_tokens
        yield Label("extra request fields, one KEY=JSON per line")
        yield self._fields
        yield self._message

    def read(self) -> Settings | None:
        """Return the settings as they are written; None, after showing what is wrong, if they are not valid."""
        try:
            max_tokens = parse_max_tokens(self._max_tokens.value)
            fields = parse_fields(self._fields.text)
        except ValueError as error:
            self._message.update(Content(clean_line(str(error))))
            return None
        self._message.update("")
        return replace(self._settings, system=self._system.text, max_tokens=max_tokens, params=fields)


class SettingsScreen(CurrentSize, ModalScreen[dict[SideName, Settings]]):
    """Returns the settings of both sides as the user changed them, None if the user cancels."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "save", tooltip="Use these from the next prompt on", id="settings.save"),
        Binding("escape", "cancel", "cancel", tooltip="Change nothing", id="settings.cancel"),
    ]

    def __init__(self, settings: Mapping[SideName, Settings]) -> None:
        super().__init__()
        self._columns = {side: _Column(side, settings[side]) for side in SIDES}

    def compose(self) -> ComposeResult:
        """Yield the settings of both sides beside each other."""
        with VerticalScroll(id="dialog", classes="wide", can_focus=False) as dialog:
            dialog.border_title = "settings"
            yield Horizontal(*self._columns.values(), classes="columns")
            yield Horizontal(
                Button("Save", id="save", compact=True), Button("Cancel", id="cancel", compact=True), classes="buttons"
            )
            yield KeyBar()

    @on(Button.Pressed, "#save")
    def action_save(self) -> None:
        """Use the settings, if they are valid on both sides."""
        read = {side: column.read() for side, column in self._columns.items()}
        valid = {side: settings for side, settings in read.items() if settings is not None}
        if len(valid) == len(read):
            self.dismiss(valid)

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        """Change nothing."""
        self.dismiss()
