"""The first row: the program, the prompt, and the place of the round, such as its number."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content

from diptych.core.message import FilePart
from diptych.core.text.sanitize import clean_line
from diptych.core.wording.file_details import file_text, prompt_with_files
from diptych.tui.widgets.text_line import TextLine

_MOST_READ = 10_000
"""Characters of a prompt in which its first line is searched."""

_MOST_SHOWN = 500

_MOST_FILES = 2
"""Attachments that are named."""


class Header(Horizontal):
    """One row above both panes."""

    def __init__(self) -> None:
        super().__init__()
        self._program = TextLine(classes="program")
        self._prompt = TextLine(classes="prompt")
        self._place = TextLine(classes="place")

    def compose(self) -> ComposeResult:
        """Yield the name, the prompt and the place."""
        yield self._program
        yield self._prompt
        yield self._place

    def on_mount(self) -> None:
        """Show the program's name."""
        self._program.show(Content("Diptych"))

    def show(self, prompt: str, place: str, attachments: Sequence[FilePart] = ()) -> None:
        """Show the files that went with a prompt, the first line of it, and the place of its round."""
        first, _, rest = prompt[:_MOST_READ].strip().partition("\n")
        files = clean_line(_files(attachments))
        self._prompt.show(Content(files + clean_line(first[:_MOST_SHOWN]) + (" …" if rest else "")))
        details = "\n".join(clean_line(file_text(file)) for file in attachments)
        self._prompt.tooltip = Content(details) if details else None
        self._place.styles.width = len(place) + 1
        self._place.show(Content(place))


def _files(attachments: Sequence[FilePart]) -> str:
    """Return what stands before a prompt: its only file with size and dimensions, or the names of the first files."""
    if len(attachments) == 1:
        return f"[{file_text(attachments[0])}] "
    more = f"[{len(attachments) - _MOST_FILES} more] " if len(attachments) > _MOST_FILES else ""
    return prompt_with_files(more, attachments[:_MOST_FILES])
