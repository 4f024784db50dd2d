"""The dialog in which the user writes a note to a round."""

from collections.abc import Callable
from typing import Any, ClassVar

from textual import on
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen

from diptych.core.remarks import why_too_long
from diptych.core.text.sanitize import clean_line
from diptych.tui.key_names import own_key
from diptych.tui.textual_patches.resizing import CurrentSize
from diptych.tui.widgets.dialog_message import DialogMessage
from diptych.tui.widgets.key_bar import KeyBar
from diptych.tui.widgets.lines_box import LinesBox


class NoteBox(LinesBox):
    """A box for a note, which may have several lines."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "done", "keep", tooltip="Keep the note, or remove it", priority=True, id="note.keep"),
        Binding(
            "ctrl+j,shift+enter",
            "new_line",
            "new line",
            tooltip="Start a new line in the note",
            priority=True,
            id="note.new-line",
        ),
    ]


class NoteScreen(CurrentSize, ModalScreen[str]):
    """Returns the text of the note, "" to remove it, None if the user cancels."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "cancel", tooltip="Leave the note as it was", id="note.cancel"),
    ]

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self._title = title
        self._box = NoteBox(text)
        self._message = DialogMessage()

    def compose(self) -> ComposeResult:
        """Yield the box and what to do."""
        with VerticalScroll(id="dialog", classes="template", can_focus=False) as dialog:
            dialog.border_title = Content(clean_line(self._title))
            yield self._box
            yield self._message
            yield KeyBar()

    def on_mount(self) -> None:
        """Put the cursor behind the note."""
        self.set_focus(self._box)
        self._box.move_cursor(self._box.document.end)
        key = own_key(self._box, "note.keep")
        self._message.say(f"{key} keeps the note, and removes it if the box is empty.")

    def focus_box(self) -> None:
        """Go to the box, as text is pasted."""
        self.set_focus(self._box)

    def type_into_box(self, text: str) -> None:
        """Type a text into the box that was meant for it."""
        self._box.insert(text)

    @on(NoteBox.Done)
    def keep(self) -> None:
        """Return the note, unless it is too long."""
        text = self._box.text.strip()
        if not (why := why_too_long(text)):
            self.dismiss(text)
            return
        self._message.say(why, error=True)

    def action_cancel(self) -> None:
        """Leave the note as it was."""
        self.dismiss(None)


def ask_for_note(app: App[Any], title: str, text: str, keep: Callable[[str], object]) -> None:
    """Ask for a note, which is `text` so far, and call `keep` with what the user has made of it."""

    def written(note: str | None) -> None:
        if note is not None:
            keep(note)

    app.push_screen(NoteScreen(title, text), written)
