"""The first row: the program, the prompt, and the place of the round, such as its number."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content

from diptych.core.message import FilePart
from diptych.core.remarks import NO_NOTE, RoundNote
from diptych.core.text.excerpt import excerpt
from diptych.core.text.sanitize import clean, clean_line
from diptych.core.wording.file_details import file_text, prompt_with_files
from diptych.tui.widgets.text_line import TextLine

_MOST_READ = 10_000
"""Characters of a prompt in which its first line is searched."""

_MOST_SHOWN = 500

_NOTE_PART = 5
"""The part of the width that a note may take: a fifth."""

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

    def show(self, prompt: str, place: str, attachments: Sequence[FilePart] = (), note: RoundNote = NO_NOTE) -> None:
        """Show the files that went with a prompt, the first line of it, the note, and the place of its round."""
        first, _, rest = prompt[:_MOST_READ].strip().partition("\n")
        files = clean_line(_files(attachments))
        self._prompt.show(Content(files + clean_line(first[:_MOST_SHOWN]) + (" …" if rest else "")))
        details = "\n".join(clean_line(file_text(file)) for file in attachments)
        self._prompt.tooltip = Content(details) if details else None
        shown = _note(note, self.app.size.width // _NOTE_PART) + Content(place)
        self._place.styles.width = shown.cell_length + 1
        self._place.show(shown)
        self._place.tooltip = Content(clean(note.text)) if note.text else None


def _note(note: RoundNote, room: int) -> Content:
    """Return the star of a round and the beginning of its note, with what separates them from the place."""
    text = excerpt(note.text, room)
    star = Content.styled("★ ", "$warning") if note.starred else Content("")
    return star + (Content.styled(text, "$foreground") + Content(" · ") if text else Content(""))


def _files(attachments: Sequence[FilePart]) -> str:
    """Return what stands before a prompt: its only file with size and dimensions, or the names of the first files."""
    if len(attachments) == 1:
        return f"[{file_text(attachments[0])}] "
    more = f"[{len(attachments) - _MOST_FILES} more] " if len(attachments) > _MOST_FILES else ""
    return prompt_with_files(more, attachments[:_MOST_FILES])
