"""The base of boxes in dialogs that take several lines: one key is done with the box, another begins a new line."""

from textual.message import Message
from textual.widgets import TextArea

from diptych.tui.textual_patches.leftovers import forget_theme_watcher


class LinesBox(TextArea):
    """A box whose subclass says which keys end it (`done`) and begin a line (`new_line`)."""

    class Done(Message):
        """The user is done with the box."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text, compact=True, tab_behavior="focus", highlight_cursor_line=False)

    def on_unmount(self) -> None:
        """Stop watching the app's theme."""
        forget_theme_watcher(self)

    def action_done(self) -> None:
        """Send `Done`, after all keys that were pressed before."""
        self.call_later(self.post_message, self.Done())

    def action_new_line(self) -> None:
        """Begin a new line, after all keys that were pressed before."""
        self.call_later(self.insert, "\n")
