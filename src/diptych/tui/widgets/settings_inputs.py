"""The boxes of the settings screen: long texts, values to choose or type, and request fields with completion."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Key
from textual.widgets import Checkbox, Input, TextArea

from diptych.apis.sdk_fields import NOTHING_KNOWN, KnownFields
from diptych.tui.inputs.field_completion import Completions, completions
from diptych.tui.inputs.next_choice import next_choice
from diptych.tui.textual_patches.leftovers import forget_theme_watcher


class LongTextBox(TextArea):
    """A text area that leaves nothing behind when its dialog is closed."""

    def __init__(self, text: str, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(text, compact=True, tab_behavior="focus", id=id)

    def on_unmount(self) -> None:
        """Stop watching the app's theme."""
        forget_theme_watcher(self)


class Switch(Checkbox):
    """A switch whose mark is empty while it is off, for terminals without colours."""

    BUTTON_INNER = " "

    def __init__(self, label: str, value: bool, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(label, value, compact=True, id=id)

    def watch_value(self) -> None:
        """Show or remove the mark."""
        self.BUTTON_INNER = "X" if self.value else " "
        super().watch_value()


class SameSwitch(Switch):
    """Whether both sides are edited at once."""

    def __init__(self, value: bool) -> None:
        super().__init__("same on both sides", value, "same")


class BlindSwitch(Switch):
    """Whether the answers of a blind round are shown only when both have ended."""

    def __init__(self, value: bool) -> None:
        super().__init__("blind answers only when both have ended", value, "blind-pace")


class ChoiceBox(Input):
    """A box for a value that may be typed, or chosen with the arrow keys where values are known.

    The keys have priority, so that they act on this box even if Tab follows at once.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "choose(-1)", "Previous value", show=False, priority=True, id="settings.previous-value"),
        Binding("down", "choose(1)", "Next value", show=False, priority=True, id="settings.next-value"),
    ]

    def __init__(self, value: str, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(value, placeholder="not set", compact=True, select_on_focus=True, id=id)
        self.choices: tuple[str, ...] = ()

    def action_choose(self, by: int) -> None:
        """Take the next or the previous value; before the first and after the last one, none."""
        self.value = next_choice(self.value.strip(), self.choices, by)
        self.cursor_position = len(self.value)


class FieldsBox(LongTextBox):
    """A box for request fields, one `KEY=JSON` per line, whose names and values can be completed."""

    def __init__(self, text: str, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(text, id)
        self.known: KnownFields = NOTHING_KNOWN

    def on_key(self, event: Key) -> None:
        """Pass on keys that were pressed after Tab, and came here before the next box had the focus."""
        focused = self.screen.focused
        if focused is not None and focused is not self:
            event.stop()
            event.prevent_default()
            focused.post_message(Key(event.key, event.character))

    def completions(self) -> Completions:
        """Return what may stand in place of the line before the cursor; nothing in the middle of a line."""
        before, after = self._line()
        return () if after.strip() else completions(before, self.known)

    def is_in_a_word(self) -> bool:
        """Whether the user is typing a name, or a value that can be completed."""
        before, after = self._line()
        is_name = bool(before.strip()) and "=" not in before and not after.strip()
        return self.screen.focused is self and (is_name or bool(self.completions()))

    def complete(self) -> None:
        """Take the first completion, or go to the next box, after all keys that were pressed before."""
        self.call_later(self._complete)

    def _line(self) -> tuple[str, str]:
        """Return the line that the cursor is in, before and after the cursor."""
        row, column = self.cursor_location
        line = self.document.get_line(row)
        return line[:column], line[column:]

    def _complete(self) -> None:
        found = self.completions()
        row, _ = self.cursor_location
        if found:
            self.replace(found[0], (row, 0), self.cursor_location)
            self.move_cursor((row, len(found[0])))
        else:
            self.screen.focus_next()
