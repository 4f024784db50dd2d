"""The dialog that writes a round or an experiment to a file: in which format, and where."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from textual import on
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option
from textual.worker import Worker, WorkerState

from diptych.core.text.sanitize import clean_line
from diptych.tui.export_choice import RemembersExports
from diptych.tui.exportable import Exportable
from diptych.tui.key_names import own_key
from diptych.tui.saying import tell, warn
from diptych.tui.textual_patches.resizing import CurrentSize
from diptych.tui.widgets.dialog_message import DialogMessage
from diptych.tui.widgets.key_bar import KeyBar


class ExportScreen(CurrentSize, ModalScreen[Path | None]):
    """Writes a file and returns its path. It begins with the format that was written last."""

    CSS_PATH = ["dialogs.tcss", "history_browser.tcss"]  # noqa: RUF012 - no class variable in Textual
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "write", "write", tooltip="Write the file", id="export.write"),
        Binding("up", "move(-1)", "Previous format", show=False, id="export.up"),
        Binding("down", "move(1)", "Next format", show=False, id="export.down"),
        Binding("escape", "cancel", "cancel", tooltip="Write nothing", id="export.cancel"),
    ]

    def __init__(self, what: Exportable) -> None:
        super().__init__()
        self._what = what
        self._forms = tuple(what.forms)
        self._form = self._forms[0]
        self._path = Path()
        self._may_overwrite: Path | None = None
        self._writing = False
        self._input = Input(placeholder="PATH", compact=True, select_on_focus=False)
        self._list = OptionList(*map(Option, _labels(what)), compact=True, markup=False)
        self._list.can_focus = False
        self._message = DialogMessage()

    def compose(self) -> ComposeResult:
        """Yield a box for the path above the formats."""
        with Vertical(id="dialog") as dialog:
            dialog.border_title = "export"
            yield self._input
            yield self._message
            yield self._list
            yield KeyBar()

    def on_mount(self) -> None:
        """Select the format that was written last."""
        if isinstance(self.app, RemembersExports):
            self._form = self.app.exports.form_of(self._what)
        self._list.highlighted = self._forms.index(self._form)
        self._input.value = self._what.name(self._form)
        self._input.cursor_position = len(self._input.value)
        self.set_focus(self._input)
        self._say_how()

    @on(Input.Changed)
    def typed(self) -> None:
        """Forget that the user agreed to overwrite a file."""
        self._forget_confirmation()

    @on(Input.Submitted)
    def submitted(self) -> None:
        """Write when Enter is pressed."""
        self.action_write()

    @on(OptionList.OptionHighlighted)
    def chosen(self, event: OptionList.OptionHighlighted) -> None:
        """Change the extension with the format."""
        before, self._form = self._form, self._forms[event.option_index]
        if before != self._form:
            path = self._input.value
            if path.endswith(f".{before}"):
                self._input.value = path.removesuffix(before) + self._form
            self._forget_confirmation()

    def action_move(self, by: int) -> None:
        """Choose another format; the box keeps the focus."""
        self._list.highlighted = ((self._list.highlighted or 0) + by) % len(self._forms)

    def action_cancel(self) -> None:
        """Write nothing."""
        self.dismiss(None)

    def action_write(self) -> None:
        """Write the file; an existing file is overwritten only if the user asks twice."""
        typed = self._input.value.strip()
        if not typed or self._writing:
            return
        try:
            self._path = Path(typed).expanduser()
        except RuntimeError:
            self._message.say("There is no such home directory.", error=True)
            return
        self._writing = True
        self._message.say("Writing…")
        self.run_worker(
            partial(self._what.write, self._form, self._path, self._may_overwrite == self._path),
            thread=True,
            exclusive=True,
            exit_on_error=False,
            group="export",
            description="write an export",
        )

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Return the path, or show why the file could not be written."""
        if event.state is WorkerState.SUCCESS:
            self._remember_format()
            self.dismiss(self._path.absolute())
        elif event.state is WorkerState.ERROR:
            self._writing = False
            self._message.say(self._sentence(event.worker.error), error=True)

    def _remember_format(self) -> None:
        if isinstance(self.app, RemembersExports) and (problem := self.app.exports.keep(self._what, self._form)):
            warn(self, problem, beside=True)

    def _sentence(self, error: BaseException | None) -> str:
        if isinstance(error, FileExistsError):
            self._may_overwrite = self._path
            return f"{self._path} exists. Press {own_key(self, 'export.write')} again to overwrite it."
        if isinstance(error, OSError) and error.strerror:
            return f"{self._path} cannot be written: {error.strerror}."
        return f"{self._path} cannot be written: {error}"

    def _forget_confirmation(self) -> None:
        self._may_overwrite = None
        if not self._writing:
            self._say_how()

    def _say_how(self) -> None:
        up, down, write = (own_key(self, f"export.{name}") for name in ("up", "down", "write"))
        self._message.say(f"Choose a format with {up} and {down}. Press {write} to write the file.")


def notify_written(app: App[Any], path: Path | None) -> None:
    """Show where an export was written, if it was."""
    if path is not None:
        tell(app, f"Wrote {clean_line(str(path))}", beside=True)  # a warning may be shown about the remembered format


def _labels(what: Exportable) -> Iterator[Content]:
    width = max(map(len, what.forms)) + 2
    for form, holds in what.forms.items():
        yield Content.assemble((form.ljust(width), "bold"), (holds, "$muted"))
