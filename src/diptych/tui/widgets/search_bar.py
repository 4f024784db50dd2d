"""The search bar below a text, and the filter bar below a list."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from diptych.tui.messages import FilterAsked, SearchAsked, SearchLeft
from diptych.tui.widgets.text_line import TextLine


class SearchBar(Horizontal):
    """Sends `SearchAsked` whenever the query changes, and `SearchLeft` when the user goes back to the text."""

    MARK = "/"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter",
            "leave(True)",
            "to the answer",
            tooltip="Back to the answer, keep the matches",
            id="search.keep",
        ),
        Binding("escape", "leave(False)", "end search", tooltip="End the search", id="search.end"),
    ]

    def __init__(self, placeholder: str = "search this answer") -> None:
        super().__init__(classes="search")
        self._input = Input(compact=True, placeholder=placeholder, select_on_focus=True)
        self._place = TextLine(classes="place")

    def compose(self) -> ComposeResult:
        """Yield a sign, the query, and the number of the current match."""
        yield Static(self.MARK, classes="mark")
        yield self._input
        yield self._place

    def open(self) -> None:
        """Show the bar and focus it."""
        self.display = True
        self.screen.set_focus(self._input)  # at once: `focus` waits for messages
        self.refresh_bindings()

    def close(self) -> None:
        """Hide the bar and clear the query."""
        self._input.value = ""
        self.display = False
        self.refresh_bindings()

    def show_place(self, place: str) -> None:
        """Show which match of how many is the current one."""
        self._place.show(Content(place))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search while the user types."""
        event.stop()
        self.post_message(self._asked(event.value))

    def _asked(self, text: str) -> Message:
        return SearchAsked(text)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go back to the answer and keep the matches marked."""
        event.stop()
        self.action_leave(True)

    def action_leave(self, keep: bool) -> None:
        """Go back to the answer; `keep` says whether the matches stay marked."""
        if not keep or not self._input.value:
            self.close()
        self.post_message(SearchLeft())


class FilterBar(SearchBar):
    """Sends `FilterAsked` whenever the filter changes, and `SearchLeft` when the user goes back to the list."""

    MARK = "f"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "leave(True)", "to the list", tooltip="Back to the list, keep the filter", id="filter.keep"),
        Binding("escape", "leave(False)", "end filter", tooltip="End the filter", id="filter.end"),
    ]

    def _asked(self, text: str) -> Message:
        return FilterAsked(text)
