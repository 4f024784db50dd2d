"""The question before something that cannot be undone."""

from collections.abc import Callable, Collection
from typing import Any, ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Key
from textual.screen import ModalScreen
from textual.widgets import Static

from diptych.core.text.sanitize import clean_line
from diptych.tui.textual_patches.resizing import CurrentSize
from diptych.tui.widgets.key_bar import KeyBar


class ConfirmScreen(CurrentSize, ModalScreen[bool]):
    """Returns whether the user says yes. The keys in `again`, which led to the question, say yes as well."""

    CSS_PATH = ["dialogs.tcss", "history_browser.tcss"]  # noqa: RUF012 - no class variable in Textual
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,y", "answer(True)", "yes", tooltip="Yes", id="confirm.yes"),
        Binding("escape,n", "answer(False)", "no", tooltip="No, change nothing", id="confirm.no"),
    ]

    def __init__(self, title: str, question: str, again: Collection[str] = ()) -> None:
        super().__init__()
        self._again = again
        self._title = title
        self._question = question

    def compose(self) -> ComposeResult:
        """Yield the question and its keys."""
        with Vertical(id="dialog") as dialog:
            dialog.border_title = Content(self._title)
            yield Static(Content(clean_line(self._question)), id="question", markup=False)
            yield KeyBar()

    def on_key(self, event: Key) -> None:
        """Take the key that led to the question for a yes."""
        if event.key in self._again:
            event.stop()
            self.dismiss(True)

    def focus_box(self) -> None:
        """Do nothing: there is no box."""

    def type_into_box(self, text: str) -> None:
        """Ignore a text: it was not typed as an answer."""

    def action_answer(self, yes: bool) -> None:
        """Close the dialog with that answer."""
        self.dismiss(yes)


def ask_first(app: App[Any], title: str, question: str, act: Callable[[], object], again: Collection[str] = ()) -> None:
    """Call `act` if the user says yes; see `ConfirmScreen` for `again`."""

    def answered(yes: bool | None) -> None:
        if yes:
            act()

    app.push_screen(ConfirmScreen(title, question, again), answered)
