"""The first row: the program, the prompt that the panes answer, and where that is found."""

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content

from diptych.core.text.sanitize import clean_line
from diptych.tui.widgets.text_line import TextLine

_MOST_READ = 10_000
"""Characters of a prompt among which its first line is looked for."""

_MOST_SHOWN = 500


class Header(Horizontal):
    """One row over both panes."""

    def __init__(self) -> None:
        super().__init__()
        self._program = TextLine(classes="program")
        self._prompt = TextLine(classes="prompt")
        self._place = TextLine(classes="place")

    def compose(self) -> ComposeResult:
        """Name, prompt, place."""
        yield self._program
        yield self._prompt
        yield self._place

    def on_mount(self) -> None:
        """Say who we are."""
        self._program.show(Content("Diptych"))

    def show(self, prompt: str, place: str) -> None:
        """Show the first line of the prompt, and where the round that answers it is found."""
        first, _, rest = prompt[:_MOST_READ].strip().partition("\n")
        self._prompt.show(Content(clean_line(first[:_MOST_SHOWN]) + (" …" if rest else "")))
        self._place.styles.width = len(place) + 1
        self._place.show(Content(place))
