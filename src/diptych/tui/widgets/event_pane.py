"""The event list of a side with its heading, its search bar and its filter bar."""

from collections.abc import Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content

from diptych.tui.events.event_filter import UnreadableFilterError, parse_filter
from diptych.tui.key_names import bindings_of, key_in_pane
from diptych.tui.messages import FilterAsked, SearchAsked, SearchLeft
from diptych.tui.palette import Command
from diptych.tui.widgets.event_list import EventList
from diptych.tui.widgets.search_bar import FilterBar, SearchBar
from diptych.tui.widgets.text_line import TextLine


class EventPane(Vertical):
    """Shows an event list, and asks it for what the user searches and filters."""

    BINDINGS: ClassVar[list[BindingType]] = [
        # With priority, so that letters typed right after them already go to the bar.
        Binding("slash", "search", "search", tooltip="Search the events", priority=True, id="events.search"),
        Binding("f", "filter", "filter", tooltip="Filter the events", priority=True, id="events.filter"),
        Binding("n", "go_to_match(1)", tooltip="Next match of the search", show=False, id="events.next-match"),
        Binding("N", "go_to_match(-1)", tooltip="Previous match of the search", show=False, id="events.previous-match"),
        Binding("escape", "end", "end", tooltip="End the search, then the filter", id="events.end"),
    ]

    def __init__(self, events: EventList) -> None:
        super().__init__(classes="lower")
        self._events = events
        self._heading = TextLine(classes="heading")
        self._problem = TextLine(classes="problem")
        self._filter = FilterBar('error  tool  gap>0.5  late  "text"  -ping')
        self._search = SearchBar("search these events")
        for part in (self._problem, self._filter, self._search):
            part.display = False

    def compose(self) -> ComposeResult:
        """Yield the heading, the list, and the bars below it."""
        yield self._heading
        yield self._events
        yield self._problem
        yield self._filter
        yield self._search

    def sample(self) -> None:
        """Read what is new and paint it."""
        self._events.sample()
        self._show_places()

    def read_on(self) -> bool:
        """Read another portion of a long list; returns whether more is left."""
        is_behind = self._events.read_on()
        self._show_places()
        return is_behind

    def commands(self, name: str) -> Iterator[Command]:
        """Yield the actions of the list for the palette; `name` is the name of its side."""
        events = self._events
        bindings = [*bindings_of(EventList), *bindings_of(EventPane)]
        keys = {binding.id: key_in_pane(self.app, binding) for binding in bindings}
        for title, id_, run, words in (
            (f"Search the {name} events", "events.search", self.action_search, "find"),
            (f"Filter the {name} events", "events.filter", self.action_filter, "kinds gaps late text only"),
            (f"Fold or unfold the {name} deltas", "events.fold", events.action_fold, "runs collapse group events"),
            (f"Next error in the {name} events", "events.next-error", events.action_next_error, "failed problem"),
            (f"Next unusual gap in the {name} events", "events.next-gap", events.action_next_gap, "slow silence stall"),
            (f"First token in the {name} events", "events.first-token", events.action_first_token, "ttft"),
            (f"Stop reason in the {name} events", "events.stop-reason", events.action_stop_reason, "finish end"),
        ):
            yield Command(title, keys[id_], run, words, is_listed=id_ in ("events.search", "events.filter"))

    def on_search_asked(self, message: SearchAsked) -> None:
        """Mark what the user searches for."""
        message.stop()
        self._events.search(message.query)
        self._show_places()

    def on_filter_asked(self, message: FilterAsked) -> None:
        """Show what passes the filter; while it cannot be read, show everything and say why."""
        message.stop()
        problem = ""
        try:
            wanted = parse_filter(message.text)
        except UnreadableFilterError as error:
            wanted, problem = None, str(error)
        self._problem.show(Content(problem))
        self._problem.display = bool(problem)
        self._events.filter(wanted)
        self._show_places()

    def on_search_left(self, message: SearchLeft) -> None:
        """Go back to the list, where keys move between the matches."""
        message.stop()
        self.screen.set_focus(self._events)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key works now: there are matches only while there is a search."""
        match action:
            case "go_to_match":
                return self._search.display and self._events.has_focus
            case "end":
                return (self._search.display or self._filter.display) and self._events.has_focus
            case _:
                return True

    def action_search(self) -> None:
        """Open the search bar."""
        self._search.open()

    def action_filter(self) -> None:
        """Open the filter bar."""
        self._filter.open()

    def action_go_to_match(self, by: int) -> None:
        """Go to the next or the previous match."""
        self._events.go_to_match(by)
        self._show_places()

    def action_end(self) -> None:
        """End the search; without one, end the filter."""
        if self._search.display:
            self._search.close()
        else:
            self._filter.close()

    def _show_places(self) -> None:
        self._heading.show(Content(self._events.columns.heading()))
        if self._filter.display:
            self._filter.show_place(self._events.shown_count)
        if self._search.display:
            self._search.show_place(self._events.matches)
