"""The line in which a search in an answer is typed; it stands under the answer while there is one."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from diptych.tui.messages import SearchAsked, SearchLeft
from diptych.tui.widgets.text_line import TextLine


class SearchLine(Horizontal):
    """Tells as the query changes, and when the user goes back to the answer, with or without it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "leave(True)", "to the answer", tooltip="Back to the answer: n and N", id="search.keep"),
        Binding("escape", "leave(False)", "end search", tooltip="End the search", id="search.end"),
    ]

    def __init__(self) -> None:
        super().__init__(classes="search")
        self._input = Input(compact=True, placeholder="search this answer", select_on_focus=True)
        self._place = TextLine(classes="place")

    def compose(self) -> ComposeResult:
        """A mark, what is looked for, and which match of how many is shown."""
        yield Static("/", classes="mark")
        yield self._input
        yield self._place

    def open(self) -> None:
        """Let the user type."""
        self.display = True
        self.refresh_bindings()
        self._input.focus()

    def close(self) -> None:
        """Look for nothing any more."""
        self._input.value = ""
        self.display = False
        self.refresh_bindings()

    def show_place(self, place: str) -> None:
        """Say which match of how many is shown."""
        self._place.show(Content(place))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Look for what is written so far."""
        event.stop()
        self.post_message(SearchAsked(event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep the matches marked."""
        event.stop()
        self.action_leave(True)

    def action_leave(self, keep: bool) -> None:
        """Back to the answer."""
        if not keep or not self._input.value:
            self.close()
        self.post_message(SearchLeft())
