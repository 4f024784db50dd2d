"""The dialog for what each side sends with the conversation: system prompt, max tokens, and other request fields."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Button
from textual.worker import Worker, WorkerState

from diptych.apis.sdk_fields import KnownFields, sdk_fields
from diptych.config.sides import SIDES, SideName
from diptych.core.endpoint import ApiName
from diptych.core.settings import Settings
from diptych.core.text.sanitize import clean_line
from diptych.tui.blind.pace_choice import PaceChoice
from diptych.tui.inputs.both_sides import fields_for_other_side
from diptych.tui.inputs.settings_place import SettingsPlace
from diptych.tui.messages import SettingEdited
from diptych.tui.saying import warn
from diptych.tui.screens.confirm import ConfirmScreen
from diptych.tui.screens.preset_name import PresetNameScreen, SavePreset
from diptych.tui.textual_patches.resizing import CurrentSize
from diptych.tui.widgets.key_bar import KeyBar
from diptych.tui.widgets.settings_column import SettingsColumn
from diptych.tui.widgets.settings_inputs import BlindSwitch, FieldsBox, SameSwitch

if TYPE_CHECKING:
    from diptych.core.blind import BlindPace


class SettingsScreen(CurrentSize, ModalScreen[dict[SideName, Settings]]):
    """Returns the settings of both sides as the user changed them, None if the user cancels.

    `save_preset` writes settings into the config file under a name. `place` is where the dialog opens; it is updated
    when the dialog closes. `known_fields` returns what an API is known to take, and may block. `blind_pace` says when
    the answers of blind rounds are shown, which is chosen here as well.
    """

    CSS_PATH = ["dialogs.tcss", "side_settings.tcss"]  # noqa: RUF012 - no class variable in Textual
    HORIZONTAL_BREAKPOINTS = [(0, "-stacked"), (76, "-beside")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-low"), (32, "-high")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "use", tooltip="Use these from the next prompt on", id="settings.save"),
        Binding("escape", "cancel", "cancel", tooltip="Change nothing", id="settings.cancel"),
        Binding("ctrl+l", "toggle_same", "same on both", tooltip="Edit both sides at once", id="settings.same"),
        Binding("ctrl+n", "save_preset", "save as preset", tooltip="Save as a preset", id="settings.save-preset"),
        # With priority, so that letters typed right after one already go to the next box.
        Binding("tab", "next_field", "Complete, or next field", show=False, priority=True, id="settings.next-field"),
        Binding(
            "shift+tab", "app.focus_previous", "Field before", show=False, priority=True, id="settings.field-before"
        ),
    ]

    def __init__(
        self,
        settings: Mapping[SideName, Settings],
        save_preset: SavePreset,
        place: SettingsPlace,
        known_fields: Callable[[ApiName], KnownFields] = sdk_fields,
        *,
        blind_pace: PaceChoice | None = None,
    ) -> None:
        super().__init__()
        self._columns = {side: SettingsColumn(side, settings[side]) for side in SIDES}
        self._save_preset = save_preset
        self._place = place
        self._known_fields = known_fields
        self._same = SameSwitch(place.is_same)
        self._blind_pace = blind_pace or PaceChoice()
        self._blind = BlindSwitch(self._blind_pace.now == "end")

    def compose(self) -> ComposeResult:
        """Yield the settings of both sides beside each other, or below each other where there is little room."""
        with Vertical(id="dialog") as dialog:
            dialog.border_title = "settings"
            yield VerticalScroll(Container(*self._columns.values(), classes="columns"), id="forms", can_focus=False)
            yield Horizontal(
                self._same,
                Button("Use", id="save", compact=True),
                Button("Save as preset", id="save-preset", compact=True),
                Button("Cancel", id="cancel", compact=True),
                classes="buttons",
            )
            yield Horizontal(self._blind, classes="buttons")
            yield KeyBar()

    def on_mount(self) -> None:
        """Go where the user was the last time, and load what the APIs take on a thread."""
        self._mark_differences()
        for box in self.query(f"#{self._place.focused}").results():
            self.set_focus(box)
        apis = [column.settings.endpoint.api for column in self._columns.values()]
        self.run_worker(
            partial(_load, self._known_fields, apis),
            thread=True,
            exclusive=True,
            exit_on_error=False,
            group="known fields",
            description="load the request fields that the SDKs know",
        )

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Offer what the APIs take. Without it everything can still be typed."""
        known = event.worker.result
        if event.state is WorkerState.SUCCESS and known:
            for column in self._columns.values():
                column.learn(known[column.settings.endpoint.api])

    def on_setting_edited(self, message: SettingEdited) -> None:
        """Edit the other side in the same way, if that is switched on."""
        if self._same.value:
            self._edit_other_side(message)
        self._mark_differences()

    @on(Button.Pressed, "#save")
    def action_save(self) -> None:
        """Use the settings, if they are valid on both sides."""
        read = {side: column.read() for side, column in self._columns.items()}
        valid = {side: settings for side, settings in read.items() if settings is not None}
        if len(valid) == len(read):
            self._remember_place()
            self._keep_blind_pace()
            self.dismiss(valid)

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        """Change nothing; ask first if something was edited."""
        if any(column.is_edited for column in self._columns.values()) or self._is_blind_edited:
            self.app.push_screen(ConfirmScreen("settings", "Discard your changes?"), self._discard_if)
        else:
            self._discard_if(True)

    def action_next_field(self) -> None:
        """Complete what is typed among the request fields, or go to the next field."""
        if isinstance(self.focused, FieldsBox):
            self.focused.complete()
        else:
            self.focus_next()

    def action_toggle_same(self) -> None:
        """Switch on or off that both sides are edited at once."""
        self._same.toggle()

    @on(Button.Pressed, "#save-preset")
    def action_save_preset(self) -> None:
        """Ask for a name, and save the settings of the side that has the focus under it."""
        column = self._focused_column()
        settings = column.read()
        if settings is not None:
            screen = PresetNameScreen(column.side, settings, self._save_preset)
            self.app.push_screen(screen, partial(_saved, column, settings))

    def _edit_other_side(self, message: SettingEdited) -> None:
        own = self._columns[message.side]
        other = next(column for side, column in self._columns.items() if side != message.side)
        text: str | None = own.texts()[message.field]
        if message.field == "fields":
            text = fields_for_other_side(
                message.before, own.texts()["fields"], other.texts()["fields"], own=own.known, others=other.known
            )
        if text is not None:
            other.put(message.field, text)

    def _mark_differences(self) -> None:
        left, right = (self._columns[side].texts() for side in SIDES)
        differing = [name for name in left if left[name] != right.get(name, left[name])]
        for column in self._columns.values():
            column.mark(differing)

    def _discard_if(self, yes: bool | None) -> None:
        if yes:
            self._remember_place()
            self.dismiss()

    @property
    def _is_blind_edited(self) -> bool:
        return self._blind.value != (self._blind_pace.now == "end")

    def _keep_blind_pace(self) -> None:
        pace: BlindPace = "end" if self._blind.value else "slower"
        if pace != self._blind_pace.now and (problem := self._blind_pace.choose(pace)):
            warn(self, clean_line(problem), beside=True)

    def _remember_place(self) -> None:
        self._place.is_same = self._same.value
        if self.focused is not None and self.focused in self._focused_column().walk_children():
            self._place.focused = self.focused.id or self._place.focused

    def _focused_column(self) -> SettingsColumn:
        """Return the column that has the focus, or had it the last time."""
        focused = self.focused
        found = (column for column in self._columns.values() if focused in column.walk_children())
        return next(found, self._columns["left"])


def _load(known_fields: Callable[[ApiName], KnownFields], apis: Sequence[ApiName]) -> dict[ApiName, KnownFields]:
    return {api: known_fields(api) for api in apis}


def _saved(column: SettingsColumn, settings: Settings, preset: str | None) -> None:
    if preset and not settings.tools and settings.response_schema is None:
        column.saved_as(preset, settings)
