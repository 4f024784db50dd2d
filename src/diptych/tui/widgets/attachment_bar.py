"""The files that go with the next prompt, above the prompt box; and the offer to attach files that were pasted."""

from collections.abc import Sequence
from functools import partial

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.widgets import Static
from textual.worker import Worker, WorkerState

from diptych.attachments.pasted_paths import load_pasted, path_readings
from diptych.core.attachment import Attachment
from diptych.core.text.sanitize import clean_line
from diptych.core.wording.file_details import file_text
from diptych.tui.key_names import own_key
from diptych.tui.widgets.text_line import TextLine

_MOST_NAMED = 3
"""The most files that an offer names. If there are more, it says how many."""


class AttachmentBar(Vertical):
    """Shows one line per attached file, which a click removes, and a line for an offer. It is hidden if it is empty.

    An offer stands as long as `text`, which was in the prompt box when it was made, stands there unchanged.
    """

    class Removed(Message):
        """The user removes a file with the pointer."""

        def __init__(self, attachment: Attachment) -> None:
            super().__init__()
            self.attachment = attachment

    def __init__(self, attachments: Sequence[Attachment] = ()) -> None:
        super().__init__(id="attachments")
        self._attachments = list(attachments)
        self._list = Static(classes="files", markup=False)
        self._scroll = VerticalScroll(self._list, can_focus=False)
        self._question = TextLine(classes="question")
        self._offered: tuple[Attachment, ...] = ()
        self._text = ""
        self._pasted = ""

    def compose(self) -> ComposeResult:
        """Yield the list and the line for an offer."""
        yield self._scroll
        yield self._question

    def on_mount(self) -> None:
        """Show the files that were attached from the start."""
        self._show()

    @property
    def attachments(self) -> Sequence[Attachment]:
        """The files that go with the next prompt, in order."""
        return tuple(self._attachments)

    @property
    def has_offer(self) -> bool:
        """Whether an offer is shown."""
        return bool(self._offered)

    def add(self, attachments: Sequence[Attachment]) -> None:
        """Attach files; one that is attached already under the same name is not attached again."""
        self._attachments += [each for each in dict.fromkeys(attachments) if each not in self._attachments]
        self._show()

    def detach(self, attachment: Attachment) -> None:
        """Remove one file."""
        self._attachments.remove(attachment)
        self._show()

    def detach_all(self) -> None:
        """Remove all files: they went with the prompt."""
        self._attachments.clear()
        self._show()

    def consider(self, pasted: str, text: str) -> None:
        """Offer to attach what was pasted into the prompt box, if that is nothing but paths of files.

        `text` is what stands in the prompt box since. The files are read on a thread.
        """
        self._drop_offer()
        if next(path_readings(pasted), None) is None:
            return
        self._pasted, self._text = pasted, text
        self.run_worker(
            partial(load_pasted, pasted),
            thread=True,
            exclusive=True,
            exit_on_error=False,
            group="pasted",
            description="read pasted files",
        )

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Offer the files that were read, unless the text has changed."""
        event.stop()
        if event.state is WorkerState.SUCCESS and self._text:
            self._offered = event.worker.result or ()
            self._show()

    def text_changed(self, text: str) -> None:
        """Withdraw the offer if the text is no longer the one that it was made for."""
        if text != self._text:
            self._drop_offer()

    def accept(self) -> str:
        """Attach what is offered; return the pasted text, which the files replace."""
        pasted, offered = self._pasted, self._offered
        self._drop_offer()
        self.add(offered)
        return pasted

    def decline(self) -> None:
        """Withdraw the offer; the text stays."""
        self._drop_offer()

    def on_click(self, event: Click) -> None:
        """Remove the file whose line was clicked."""
        if event.widget is self._list and event.y < len(self._attachments):
            self.post_message(self.Removed(self._attachments[event.y]))

    def _drop_offer(self) -> None:
        self._pasted = self._text = ""
        if self._offered:
            self._offered = ()
            self._show()

    def _show(self) -> None:
        self.display = bool(self._attachments or self._offered)
        self._scroll.display = bool(self._attachments)
        self._list.update(Content("\n").join(map(_line, self._attachments)))
        self._question.display = bool(self._offered)
        self._question.show(Content(self._sentence()))

    def _sentence(self) -> str:
        """Return the question whether to attach what is offered; nothing where nothing is."""
        if not self._offered:
            return ""
        files = [clean_line(file_text(each.file)) for each in self._offered]
        named = ", ".join(files) if len(files) <= _MOST_NAMED else f"these {len(files)} files"
        accept, decline = (own_key(self.screen, f"compare.{name}-offer") for name in ("accept", "decline"))
        return f"Attach {named}? {accept} attaches, {decline} keeps the text."


def _line(attachment: Attachment) -> Content:
    """Return the line of one attached file."""
    return Content.assemble(("+ ", "$muted"), clean_line(file_text(attachment.file)), ("  ✕", "$muted"))
