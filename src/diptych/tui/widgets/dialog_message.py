"""The sentence in a dialog: what to do there, or what went wrong."""

from textual.content import Content
from textual.widgets import Static

from diptych.core.text.sanitize import clean_line


class DialogMessage(Static):
    """Shows one sentence, which may hold foreign text."""

    def __init__(self) -> None:
        super().__init__(id="message", markup=False)

    def say(self, sentence: str, *, error: bool = False) -> None:
        """Show a sentence in place of the one before."""
        self.set_class(error, "error")
        self.update(Content(clean_line(sentence)))
