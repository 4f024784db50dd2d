"""The help: all keys by where they work, and what simulated models can show."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.keys import key_to_character
from textual.screen import ModalScreen, Screen

from diptych.tui.key_names import bindings_of, key_name
from diptych.tui.messages import SearchAsked, SearchLeft
from diptych.tui.screens.inspect import InspectScreen
from diptych.tui.screens.two_panes import TwoPaneScreen
from diptych.tui.textual_patches.remapped_keys import with_keymap
from diptych.tui.textual_patches.resizing import CurrentSize
from diptych.tui.widgets.help_page import HelpPage, Section
from diptych.tui.widgets.key_bar import KeyBar
from diptych.tui.widgets.search_bar import SearchBar


class HelpScreen(CurrentSize, ModalScreen[None]):
    """Lists the keys that work on a kind of screen, as the user's keymap has them."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "search", tooltip="Search the help", priority=True, id="help.search"),
        Binding("n", "go_to_match(1)", "next", tooltip="Next match of the search", id="help.next-match"),
        Binding("N", "go_to_match(-1)", tooltip="Previous match of the search", show=False, id="help.previous-match"),
        Binding("escape", "close", "close", tooltip="End the search, or close the help", id="help.close"),
    ]

    def __init__(self, explained: type[Screen[Any]], scenarios: Mapping[str, str]) -> None:
        super().__init__()
        self._explained = explained
        self._scenarios = scenarios
        self._search = SearchBar("search the help")
        self._search.display = False

    def compose(self) -> ComposeResult:
        """Yield the page, and a search bar below it."""
        self._page = HelpPage(list(self._sections()), id="help")
        with Vertical(id="dialog", classes="wide tall") as dialog:
            dialog.border_title = "help"
            yield self._page
            yield self._search
            yield KeyBar()

    def on_mount(self) -> None:
        """Focus the text, so that keys scroll it."""
        self.set_focus(self._page)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key works now: there are matches only while there is a search."""
        return action != "go_to_match" or self._search.display

    def on_search_asked(self, message: SearchAsked) -> None:
        """Mark what the user searches for."""
        self._page.search(message.query)
        self._search.show_place(self._page.matches)

    def on_search_left(self, message: SearchLeft) -> None:
        """Go back to the page, where keys move between the matches."""
        self.set_focus(self._page)

    def action_search(self) -> None:
        """Open the search bar."""
        self._search.open()

    def action_go_to_match(self, by: int) -> None:
        """Go to the next or the previous match."""
        self._page.go_to_match(by)
        self._search.show_place(self._page.matches)

    def action_close(self) -> None:
        """End the search; without one, close the help."""
        if self._search.display:
            self._search.close()
        else:
            self.dismiss()

    def _sections(self) -> Iterator[Section]:
        # Imported late: it names all screens, this one among them.
        from diptych.tui.key_places import APP_BINDINGS, PLACES

        yield self._section("Everywhere", [*bindings_of(self._explained), *APP_BINDINGS])
        listed: set[str | None] = set()
        for place in PLACES:
            if place.screen is self._explained:
                inner = [binding for part in place.parts for binding in bindings_of(part) if binding.id not in listed]
                if place.takes_text:
                    inner = [binding for binding in inner if key_to_character(binding.key) is None]
                listed |= {binding.id for binding in inner}
                if inner:
                    yield self._section(place.title, sorted(inner, key=lambda binding: not binding.show))
        if issubclass(self._explained, TwoPaneScreen):
            yield self._section("In the event inspector", bindings_of(InspectScreen))
        if self._scenarios:
            yield "The first word of a prompt makes a simulated model show", list(self._scenarios.items())

    def _section(self, title: str, bindings: Iterable[Binding]) -> Section:
        by_action: dict[str, tuple[list[str], str]] = {}
        for binding in bindings:
            what = binding.tooltip or binding.description
            keys, _ = by_action.setdefault(binding.id or binding.action, ([], what))
            keys += [key for each in with_keymap(self.app, [binding]) if (key := key_name(each.key)) not in keys]
        return title, [(", ".join(keys), what) for keys, what in by_action.values() if what]
