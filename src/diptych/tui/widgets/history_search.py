"""The search box of the history."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.suggester import Suggester, SuggestionReady
from textual.widgets import Input

from diptych.core.history_query import complete

_PLACEHOLDER = "search prompts, answers and notes…  model: endpoint: state: is:"


class HistorySearch(Input):
    """A box for a filter; its keys also move in the list below it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "screen.to_list", "to the list", tooltip="Back to the list", id="history.to-list"),
        Binding("pageup", "screen.page(-1)", "Page up in the list", show=False, id="history.search-page-up"),
        Binding("pagedown", "screen.page(1)", "Page down in the list", show=False, id="history.search-page-down"),
        Binding("up", "screen.move(-1)", "Previous round", show=False, id="history.search-up"),
        Binding("down", "screen.move(1)", "Next round", show=False, id="history.search-down"),
        Binding("enter", "submit", "open", tooltip="Open the selected round", id="history.search-open"),
    ]

    def __init__(self) -> None:
        self._names = _KnownNames()
        super().__init__(placeholder=_PLACEHOLDER, compact=True, suggester=self._names)

    def type_text(self, text: str) -> None:
        """Insert text as if it was typed, after all keys that were pressed before."""
        self.call_later(self.insert_text_at_cursor, " ".join(text.splitlines()))

    def suggest(self, models: Sequence[str], endpoints: Sequence[str]) -> None:
        """Complete the fields of a filter with these names."""
        self._names.models, self._names.endpoints = models, endpoints
        if suggestion := complete(self.value, models, endpoints):  # of what was typed before the names were known
            self.post_message(SuggestionReady(self.value, suggestion))


class _KnownNames(Suggester):
    """Completes a field of the filter with a name from the history."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self.models: Sequence[str] = ()
        self.endpoints: Sequence[str] = ()

    async def get_suggestion(self, value: str) -> str | None:
        """Return the completed text, None if nothing known begins with it."""
        return complete(value, self.models, self.endpoints)
