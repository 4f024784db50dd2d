"""The settings of one side as a form, with what is to be said about each field below it."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Label, Static, TextArea

from diptych.apis.sdk_fields import NOTHING_KNOWN, KnownFields
from diptych.config.sides import SideName
from diptych.core.naming import model_name
from diptych.core.settings import Settings
from diptych.core.text.sanitize import clean_line
from diptych.tui.inputs.field_help import FormKeys, choices, help_for
from diptych.tui.inputs.fields import is_readable
from diptych.tui.inputs.settings_form import FormField, Remark, read_texts, remarks, texts_of
from diptych.tui.key_names import own_key
from diptych.tui.messages import SettingEdited
from diptych.tui.widgets.settings_inputs import ChoiceBox, FieldsBox, LongTextBox

_NAMES: Mapping[FormField, str] = {
    "system": "system prompt",
    "max_tokens": "max tokens",
    "temperature": "temperature",
    "effort": "effort",
    "thinking": "thinking",
    "fields": "extra request fields",
}
_ONE_LINE: Collection[FormField] = ("max_tokens", "temperature", "effort", "thinking")
_DIFFERS = " ≠"


class SettingsColumn(Vertical):
    """The form of one side. Posts `SettingEdited` for what the user edits."""

    def __init__(self, side: SideName, settings: Settings) -> None:
        super().__init__(classes=f"column {side}")
        self.side = side
        self.settings = settings
        self.known: KnownFields = NOTHING_KNOWN
        self._title = Label(classes="name")
        texts = texts_of(settings)
        self._fields = FieldsBox(texts["fields"], self._box_id("fields"))
        self._boxes = {name: self._box(name, text) for name, text in texts.items()}
        self._labels = {name: Label(_NAMES[name]) for name in texts}
        self._notes = {name: Static(classes="note", markup=False) for name in texts}
        self._help = Static(classes="help", markup=False)
        self._opened = self._saved = self._now = self.texts()
        self._readable = texts["fields"]

    def compose(self) -> ComposeResult:
        """Yield each field with its name and the note below it."""
        yield self._title
        for name, box in self._boxes.items():
            if name in _ONE_LINE:
                yield Horizontal(self._labels[name], box, classes="row")
            else:
                yield self._labels[name]
                yield box
            yield self._notes[name]
        yield self._help

    def on_mount(self) -> None:
        """Show what is to be said about the settings as they are."""
        self.check()

    def texts(self) -> dict[FormField, str]:
        """Return the text of each field."""
        return {name: box.value if isinstance(box, Input) else box.text for name, box in self._boxes.items()}

    @property
    def is_edited(self) -> bool:
        """Whether something was changed since the form was opened."""
        return self.texts() != self._opened

    def learn(self, known: KnownFields) -> None:
        """Offer and check what the side's API is known to take."""
        self.known = known
        self._fields.known = known
        for name, box in self._boxes.items():
            if isinstance(box, ChoiceBox):
                box.choices = choices(name, self.settings, self.known)
        self.check()

    def put(self, name: FormField, text: str) -> None:
        """Put a text into a field as if it had been typed, but post nothing."""
        box = self._boxes.get(name)
        if box is None or self.texts()[name] == text:
            return
        with self.prevent(Input.Changed, TextArea.Changed):
            if isinstance(box, Input):
                box.value = text
            else:
                box.load_text(text)
        self._keep(self.texts())
        self.check()

    def mark(self, differing: Collection[FormField]) -> None:
        """Mark the names of the fields that differ from the other side."""
        for name, label in self._labels.items():
            label.set_class(name in differing, "differs")
            label.update(Content(_NAMES[name] + (_DIFFERS if name in differing else "")))

    def check(self) -> None:
        """Say what is wrong or unusual below each field."""
        found = remarks(self.texts(), self.settings, self.known)
        if self._fields.is_in_a_word():
            found.pop("fields", None)
        for name, note in self._notes.items():
            self._say(note, found.get(name))
        self._show_title()
        self.show_help()

    def read(self) -> Settings | None:
        """Return the settings as they are written; None, after moving to what is wrong, if they are not valid."""
        texts = self.texts()
        if texts == self._saved:
            return self.settings
        settings, errors = read_texts(texts, self.settings)
        for name, remark in errors.items():
            self._say(self._notes[name], remark)
        if errors:
            self._boxes[next(name for name in self._boxes if name in errors)].focus()
        return settings

    def saved_as(self, preset: str, settings: Settings) -> None:
        """Remember that these settings, which the form shows, are now those of a preset."""
        self.settings = replace(settings, preset=preset)
        self._saved = self.texts()
        self._show_title()

    def show_help(self) -> None:
        """Show how the field that has the focus is filled in."""
        focused = next((name for name, box in self._boxes.items() if box.has_focus), None)
        text = ""
        if focused:
            found = self._fields.completions()
            text = help_for(focused, self.texts()[focused], self.settings, self.known, found, self._keys())
        self._help.update(Content(clean_line(text)))
        if focused == "fields":
            self.call_after_refresh(self._help.scroll_visible, animate=False)

    def on_descendant_focus(self) -> None:
        """Explain the field that has the focus now."""
        self.show_help()

    def on_descendant_blur(self) -> None:
        """Check what was typed, which may have been unfinished until now."""
        self.check()

    @on(TextArea.SelectionChanged)
    def cursor_moved(self) -> None:
        """Offer the completions at the cursor."""
        self.show_help()

    @on(Input.Changed)
    @on(TextArea.Changed)
    def edited(self, event: Input.Changed | TextArea.Changed) -> None:
        """Check what was edited, and tell the screen."""
        event.stop()
        texts = self.texts()
        for name, before in self._now.items():
            if texts[name] != before:
                self.post_message(SettingEdited(self.side, name, self._readable if name == "fields" else before))
        self._keep(texts)
        self.check()

    def _box(self, name: FormField, text: str) -> LongTextBox | Input:
        match name:
            case "system":
                return LongTextBox(text, self._box_id(name))
            case "fields":
                return self._fields
            case "max_tokens":
                return Input(text, compact=True, select_on_focus=True, id=self._box_id(name))
            case _:
                box = ChoiceBox(text, self._box_id(name))
                box.choices = choices(name, self.settings, self.known)
                return box

    def _box_id(self, name: FormField) -> str:
        return f"{self.side}-{name.replace('_', '-')}"

    def _keys(self) -> FormKeys:
        choice = next(box for box in self._boxes.values() if isinstance(box, ChoiceBox))
        return FormKeys(
            previous=own_key(choice, "settings.previous-value"),
            following=own_key(choice, "settings.next-value"),
            complete=own_key(self.screen, "settings.next-field"),
        )

    def _show_title(self) -> None:
        preset = self.settings.preset
        came_from = f" · @{preset}{'' if self.texts() == self._saved else ', changed'}" if preset else ""
        self._title.update(Content(clean_line(model_name(self.settings) + came_from)))

    def _keep(self, texts: dict[FormField, str]) -> None:
        self._now = texts
        if is_readable(texts["fields"]):
            self._readable = texts["fields"]

    @staticmethod
    def _say(note: Static, remark: Remark | None) -> None:
        note.display = remark is not None
        if remark is not None:
            note.set_class(remark.is_error, "error")
            note.update(Content(clean_line(remark.sentence)))
