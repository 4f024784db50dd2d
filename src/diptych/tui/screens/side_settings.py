"""What is sent beside the conversation: system prompt, max tokens and further request fields, for each side."""

from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Label, Static, TextArea

from diptych.core.request import SIDES, Settings
from diptych.core.text.sanitize import clean_line
from diptych.tui.engine import Engine
from diptych.tui.inputs.fields import format_fields, parse_fields, parse_max_tokens
from diptych.tui.textual_patches.leftovers import forget_theme_watcher
from diptych.tui.textual_patches.resizing import CurrentSize
from diptych.tui.widgets.key_bar import KeyLine


class _Box(TextArea):
    """A text area that leaves nothing behind when its dialog is closed."""

    def on_unmount(self) -> None:
        """Stop watching the app's theme."""
        forget_theme_watcher(self)


class _Column(Vertical):
    """The options of one side."""

    def __init__(self, side: str, settings: Settings) -> None:
        super().__init__(classes=f"column {side}")
        self._settings = settings
        self._system = _Box(settings.system, compact=True, tab_behavior="focus", id=f"{side}-system")
        self._max_tokens = Input(str(settings.max_tokens), compact=True, id=f"{side}-max-tokens")
        self._fields = _Box(format_fields(settings.params), compact=True, tab_behavior="focus", id=f"{side}-fields")
        self._message = Static(classes="message", markup=False)

    def compose(self) -> ComposeResult:
        """Each option under its name."""
        yield Label(Content(clean_line(self._settings.name)), classes="name")
        yield Label("system prompt")
        yield self._system
        yield Label("max tokens")
        yield self._max_tokens
        yield Label("fields, one KEY=JSON a line")
        yield self._fields
        yield self._message

    def read(self) -> Settings | None:
        """The settings as written, or None after saying what is wrong with them."""
        try:
            max_tokens = parse_max_tokens(self._max_tokens.value)
            fields = parse_fields(self._fields.text)
        except ValueError as error:
            self._message.update(Content(clean_line(str(error))))
            return None
        self._message.update("")
        return replace(self._settings, system=self._system.text, max_tokens=max_tokens, params=fields)


class OptionsScreen(CurrentSize, ModalScreen[None]):
    """Changes both sides at once, or nothing."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "save", tooltip="Use these from the next prompt on", id="options.save"),
        Binding("escape", "dismiss", "cancel", tooltip="Change nothing", id="options.cancel"),
    ]

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._engine = engine
        self._columns = {side: _Column(side, engine.settings[side]) for side in SIDES}

    def compose(self) -> ComposeResult:
        """Left and right beside each other."""
        with VerticalScroll(id="dialog", classes="wide", can_focus=False) as dialog:
            dialog.border_title = "options"
            yield Horizontal(*self._columns.values(), classes="columns")
            yield Horizontal(
                Button("Save", id="save", compact=True), Button("Cancel", id="cancel", compact=True), classes="buttons"
            )
            yield KeyLine()

    @on(Button.Pressed, "#save")
    def action_save(self) -> None:
        """Use the options, if they are right on both sides."""
        settings = [(side, column.read()) for side, column in self._columns.items()]
        right = [(side, each) for side, each in settings if each is not None]
        if len(right) == len(settings):
            for side, each in right:
                self._engine.configure(side, each)
            self.dismiss()

    @on(Button.Pressed, "#cancel")
    def cancel(self) -> None:
        """Change nothing."""
        self.dismiss()
