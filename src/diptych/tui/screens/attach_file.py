"""The dialog to attach a file: its path is typed, or chosen folder by folder."""

from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option
from textual.worker import Worker, WorkerState

from diptych.attachments.load_attachment import load_attachment
from diptych.attachments.path_completion import FolderEntry, TypedPath, list_folder, matching
from diptych.core.attachment import Attachment
from diptych.core.text.sanitize import clean_line
from diptych.tui.key_names import own_key
from diptych.tui.textual_patches.resizing import CurrentSize
from diptych.tui.widgets.dialog_message import DialogMessage
from diptych.tui.widgets.key_bar import KeyBar

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST_SHOWN = 200
"""Entries of a folder that are listed; typing narrows them down."""


class AttachScreen(CurrentSize, ModalScreen[Attachment]):
    """Returns the file that was chosen, read and ready to be sent; None if the user cancels."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "attach", tooltip="Open the folder, or attach the file", id="attach.choose"),
        Binding("tab", "complete", "complete", tooltip="Complete the path", priority=True, id="attach.complete"),
        Binding("up", "move(-1)", "up", show=False, id="attach.up"),
        Binding("down", "move(1)", "down", show=False, id="attach.down"),
        Binding("escape", "cancel", "cancel", tooltip="Attach nothing", id="attach.cancel"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._folder: Path | None = None
        self._entries: Sequence[FolderEntry] = ()
        self._matches: list[FolderEntry] = []
        self._is_reading = False
        self._problem = ""  # why the folder cannot be listed
        self._input = Input(placeholder="PATH", compact=True, select_on_focus=False)
        self._list = OptionList(compact=True, markup=False)
        self._list.can_focus = False
        self._message = DialogMessage()

    def compose(self) -> ComposeResult:
        """Yield the box to type in above the list of files."""
        with Vertical(id="dialog", classes="wide") as dialog:
            dialog.border_title = "attach a file"
            yield self._input
            yield self._message
            yield self._list
            yield KeyBar()

    def on_mount(self) -> None:
        """List the working folder."""
        self.set_focus(self._input)
        self._complete()

    @on(Input.Changed)
    def typed(self) -> None:
        """List what matches."""
        self._complete()

    @on(Input.Submitted)
    def submitted(self) -> None:
        """Choose with Enter."""
        self.action_choose()

    @on(OptionList.OptionSelected)
    def clicked(self, event: OptionList.OptionSelected) -> None:
        """Choose with a click."""
        self._choose(self._matches[event.option_index])

    def action_move(self, by: int) -> None:
        """Move in the list; the box keeps the focus."""
        if self._matches:
            highlighted = self._list.highlighted
            start = (-1 if by > 0 else 0) if highlighted is None else highlighted
            self._list.highlighted = (start + by) % len(self._matches)

    def action_complete(self) -> None:
        """Put the highlighted name into the box, or the first one."""
        if self._matches:
            self._type(self._matches[self._list.highlighted or 0])

    def action_choose(self) -> None:
        """Choose what is highlighted, or what was typed if nothing is."""
        highlighted = self._list.highlighted
        if highlighted is not None:
            self._choose(self._matches[highlighted])
        elif self._input.value.strip():
            self._read(Path(self._input.value.strip()))

    def action_cancel(self) -> None:
        """Attach nothing."""
        self.dismiss()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Show a folder that was listed, return a file that was read, or say why that could not be done."""
        is_file = event.worker.group == "file"
        if event.state is WorkerState.SUCCESS and is_file:
            self.dismiss(event.worker.result)
        elif event.state is WorkerState.SUCCESS:
            self._entries = event.worker.result or ()
            self._filter()
        elif event.state is WorkerState.ERROR and is_file:
            self._is_reading = False
            self._message.say(str(event.worker.error), error=True)
        elif event.state is WorkerState.ERROR:
            error = event.worker.error
            self._problem = f"The folder cannot be listed: {getattr(error, 'strerror', None) or error}."
            self._filter()

    def _choose(self, entry: FolderEntry) -> None:
        if entry.is_folder:
            self._type(entry)
        else:
            self._read(TypedPath.of(self._input.value).path / entry.name)

    def _type(self, entry: FolderEntry) -> None:
        """Put an entry into the box, after the folder that was typed."""
        folder = TypedPath.of(self._input.value).folder
        self._input.value = f"{folder}{entry.name}{'/' if entry.is_folder else ''}"
        self._input.cursor_position = len(self._input.value)

    def _read(self, path: Path) -> None:
        if self._is_reading:
            return
        self._is_reading = True
        self._message.say("Reading…")
        self.run_worker(
            partial(load_attachment, path),
            thread=True,
            exclusive=True,
            exit_on_error=False,
            group="file",
            description="read a file",
        )

    def _complete(self) -> None:
        """List the entries that match what was typed; read another folder on a thread first."""
        try:
            folder = TypedPath.of(self._input.value).path
        except RuntimeError:
            self._folder, self._entries, self._problem = None, (), "There is no such home directory."
            self._filter()
            return
        if folder == self._folder:
            self._filter()
            return
        self._folder, self._entries, self._problem = folder, (), ""
        self._filter()
        self.run_worker(
            partial(list_folder, folder),
            thread=True,
            exclusive=True,
            exit_on_error=False,
            group="folder",
            description="list a folder",
        )

    def _filter(self) -> None:
        beginning = TypedPath.of(self._input.value).beginning
        self._matches = list(islice(matching(self._entries, beginning), _MOST_SHOWN))
        self._list.clear_options()
        self._list.add_options(Option(_label(entry)) for entry in self._matches)
        self._list.highlighted = 0 if self._matches and beginning else None
        self._message.say(self._problem or self._how(), error=bool(self._problem))

    def _how(self) -> str:
        up, down, complete, choose = (own_key(self, f"attach.{name}") for name in ("up", "down", "complete", "choose"))
        return (
            f"Type a path, or choose with {up} and {down}. {complete} completes it, "
            f"{choose} opens a folder or attaches a file."
        )


def _label(entry: FolderEntry) -> Content:
    """Return the name of an entry, which may hold anything; a folder's ends with a slash."""
    name = clean_line(entry.name)
    return Content.assemble((f"{name}/", "bold")) if entry.is_folder else Content(name)
