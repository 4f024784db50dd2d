"""One side of the screen: which run it shows, its answer above a rule, and its events below."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Click

from diptych.config.sides import SIDES, SideName
from diptych.core.naming import HIDDEN_MODEL, HIDDEN_UNTIL_VOTE, model_name, side_name
from diptych.core.request import Label
from diptych.core.round import Round
from diptych.core.run import Run, State
from diptych.core.settings import Settings
from diptych.core.text.sanitize import clean_line
from diptych.report.figures import usage
from diptych.tui.answer.hint import Hint
from diptych.tui.blind.veil import Veils
from diptych.tui.copying import copy_answer, copy_events, copy_request
from diptych.tui.figure_text import batches
from diptych.tui.markdown.layout.rows import Link
from diptych.tui.messages import LinkClicked, TitleClicked
from diptych.tui.palette import Command
from diptych.tui.pane_labels import PaneLabels
from diptych.tui.pane_title import PaneTitle
from diptych.tui.saying import tell, warn
from diptych.tui.status_line import glance_content
from diptych.tui.widgets.answer_pane import AnswerPane
from diptych.tui.widgets.answer_view import AnswerView
from diptych.tui.widgets.event_list import EventList
from diptych.tui.widgets.event_pane import EventPane
from diptych.tui.widgets.pane_rule import PaneRule

_AROUND_FIGURES = len("├─ events   ─┤")


class SidePane(Vertical):
    """Shows the run of its side in a round. The screen says which round, and when to sample; no times are taken here.

    `round` is what it shows, None for nothing yet; `run` is the run that counted for the side when it was shown, None
    if the round did not ask the side. Of a hidden round that is a veiled run, which knows nothing that must not be
    seen.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "toggle_thinking", "thinking", tooltip="Show or hide the thinking", id="side.thinking"),
        Binding("c", "copy_answer", "copy", tooltip="Copy the answer as the model wrote it", id="side.copy"),
        Binding(
            "m",
            "toggle_rendering",
            "source",
            tooltip="Show the answer rendered, as a tree if it is JSON, or as source",
            id="side.source",
        ),
        # With priority, so that letters typed right after it already go to the search bar.
        Binding("slash", "search", "search", tooltip="Search the answer", priority=True, id="side.search"),
        Binding("escape", "end_search", "end search", tooltip="End the search", id="side.end-search"),
        Binding("n", "go_to_match(1)", tooltip="Next match of the search", show=False, id="side.next-match"),
        Binding("N", "go_to_match(-1)", tooltip="Previous match of the search", show=False, id="side.previous-match"),
        Binding(
            "Y",
            "copy_request",
            tooltip="Copy the request as a curl command",
            show=False,
            id="side.copy-request",
        ),
        Binding("C", "copy_events", tooltip="Copy all events as JSON Lines", show=False, id="side.copy-events"),
        Binding("o", "show_links", "links", tooltip="List the links in the answer", id="side.links"),
    ]

    def __init__(self, side: SideName, hint: Hint, veils: Veils, labels: PaneLabels) -> None:
        super().__init__(id=side, classes="side -empty")
        self.side = side
        self.round: Round | None = None
        self._veils = veils
        self._labels = labels
        self._is_veiled = False
        self.run: Run | None = None
        self._state: State | None = None
        self._next: Settings | None = None
        self._others: Sequence[Settings] = ()
        self._details: Sequence[str] = ()
        self._is_locked = False
        self._upper = AnswerPane(side, hint)
        self._rule = PaneRule()
        self._events = EventList(side, id=f"{side}-events")
        self._lower = EventPane(self._events)

    @property
    def is_veiled(self) -> bool:
        """Whether the pane shows an answer of a hidden round, of which only the words may be seen."""
        return self._is_veiled

    @property
    def label(self) -> Label:
        """The label of what is shown. In a blind round it may be that of the other side, and must not be told."""
        return self._labels.label_in(self.round, self.side)

    @property
    def name_of_side(self) -> str:
        """What the shown side is called in a sentence: `left`, or `A` in a hidden round."""
        return clean_line(side_name(self.label, self.round))

    @property
    def asked_side(self) -> SideName:
        """The side whose next request the pane stands for: that of what it shows, unless nobody may know that."""
        shown = next((side for side in SIDES if side == self.label), self.side)
        return self.side if self._is_veiled else shown

    @property
    def answer(self) -> AnswerView:
        """The widget that shows the answer."""
        return self._upper.answer

    def compose(self) -> ComposeResult:
        """Yield the upper part with the answer, the rule, and the lower part with the events."""
        yield self._upper
        yield self._rule
        yield self._lower

    @property
    def events(self) -> EventList:
        """The event list."""
        return self._events

    def show_lock(self, *, is_locked: bool) -> None:
        """Show whether the event list is locked in time with that of the other side."""
        self._is_locked = is_locked
        self._update_rule()

    def event_commands(self, name: str) -> Iterator[Command]:
        """Yield the actions of the event list for the palette; `name` is the name of the side."""
        return self._lower.commands(name)

    def select_event(self, index: int | None) -> None:
        """Put the cursor of the event list on a line."""
        if index is not None:
            self._events.sample()  # the event may be newer than the last sample
            self._events.move_to(index)

    def show_title(self, next_settings: Settings, others: Sequence[Settings], details: Sequence[str] = ()) -> None:
        """Show the run's model in the frame, its settings below it, and what the next prompt changes in both.

        `others` are the settings of the other sides: those of their shown runs, or those of the next prompt. `details`
        stand behind the model, after the number of the take if there are several.
        """
        self._next = next_settings
        self._others = others
        self._details = details
        self._update_title()

    def on_resize(self) -> None:
        """Fit the title into the new width."""
        self._update_title()

    def show_hint(self, hint: Hint) -> None:
        """Show what to do while there is no run."""
        self.answer.show_hint(hint)

    def show(self, round_: Round | None) -> None:
        """Show another round, or none. The screen calls `show_title` once every pane has its round."""
        veil = self._veils.of(round_) if round_ else None
        self.round = round_
        self.run = run = (veil or round_).runs.get(self.label) if round_ else None
        self._is_veiled = veil is not None
        self.update_classes({"-empty": run is None, "-veiled": self._is_veiled})
        self._upper.show(run)
        self._events.show(run)
        self._update_rule()

    def sample(self, now: float, *, remark: str, figures: bool) -> None:
        """Paint what is new in the run at the time `now` of its clock; without `figures` only the state changes.

        `remark` is a sentence that stands below the answer.
        """
        run = self.run
        if run is None:
            return
        self._update_title()
        self._upper.sample(run, remark)
        self._lower.sample()
        if figures or run.state != self._state:
            self._state = run.state
            self._update_figures(run, now)
            self._upper.show_place()

    def glance(self, now: float, width: int) -> Content:
        """Return the state of the side in one line, for while the pane is hidden."""
        settings = self.run.request.settings if self.run else self._next
        model = model_name(settings) if settings and not self._is_veiled else HIDDEN_MODEL
        return glance_content(self.name_of_side, model, self.run, now, width, self.side, is_veiled=self._is_veiled)

    def read_on(self) -> bool:
        """Read another portion of a long answer and of a long event list; returns whether some is left."""
        return self._upper.read_on() | self._lower.read_on()

    def show_events(self, *, shown: bool) -> None:
        """Show or hide the event list."""
        self.set_class(not shown, "-no-events")
        self._update_rule()

    def _update_figures(self, run: Run, now: float) -> None:
        if self._is_veiled:
            self._upper.show_veiled(ended=run.ended)
        else:
            self._upper.show_figures(run, now)
        self._update_rule()

    def _update_title(self) -> None:
        if (title := self._title_now()) is not None:
            self._upper.show_title(title)

    def _title_now(self) -> PaneTitle | str | None:
        """Return the title, in a hidden round as it is; None as long as the pane has no place on the screen."""
        width = self._upper.outer_size.width
        if self._next is None or not width:
            return None
        if self._is_veiled:
            return f"{self.name_of_side} · {HIDDEN_MODEL}"
        return PaneTitle.of(
            self.round, self.run, self._next, self._others, self._details, width, has_row=self._has_room
        )

    @property
    def _has_room(self) -> bool:
        """Whether there is a row to spare for the settings, which stand in the title otherwise."""
        screen = self.screen
        return screen.has_class("-high") or screen.has_class("-beside", "-low") or screen.has_class("-one-side", "-low")

    def _update_rule(self) -> None:
        run = self.run
        title = f"events · {run.events:,}{batches(run)}" if run and run.events else "events"
        title += " ⇄ locked in time" if self._is_locked else ""
        shown_figures = usage(run, self.size.width - _AROUND_FIGURES) if run and not self._upper.shows_usage else ""
        self._rule.show(title, shown_figures, closes=not self._lower.display or not run or self._is_veiled)

    def on_descendant_focus(self) -> None:
        """Mark the half that has the focus."""
        self._show_focus()

    def on_descendant_blur(self) -> None:
        """Remove the mark from the half that had the focus."""
        self._show_focus()

    def _show_focus(self) -> None:
        self._rule.show_focus(above=self._upper.has_focus_within, below=self._lower.has_focus_within)

    def on_click(self, event: Click) -> None:
        """Tell the screen if the title was clicked."""
        if event.screen_y == self.region.y:
            event.stop()
            self.post_message(TitleClicked(self.asked_side))

    def on_link_clicked(self, message: LinkClicked) -> None:
        """Show where the link leads."""
        message.stop()
        self._show_links(message.link)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key works now: event lists cannot be searched, and a search ends only where there is one."""
        match action:
            case "search":
                return not self._events.has_focus and not self._upper.has_focus_in_search
            case "go_to_match":
                return self._upper.is_search_open and not self._events.has_focus
            case "end_search":
                return self._upper.is_search_open and self.answer.has_focus
            case _:
                return True

    def action_end_search(self) -> None:
        """Close the search bar and remove the marks."""
        self._upper.end_search()

    def action_search(self) -> None:
        """Open the search bar of the answer."""
        self._upper.open_search()

    def action_go_to_match(self, by: int) -> None:
        """Go to the next or the previous match."""
        self._upper.go_to_match(by)

    def action_show_links(self) -> None:
        """List the links of the answer."""
        self._show_links(None)

    def _show_links(self, chosen: Link | None) -> None:
        links = self._upper.links
        if not links:
            tell(self, "There is no link in this answer.")
            return
        from diptych.tui.screens.links import LinksScreen

        self.app.push_screen(LinksScreen(self.side, self.name_of_side, links, chosen))

    def action_toggle_rendering(self) -> None:
        """Go from rendered to tree (only for JSON), from tree to source, and from source to rendered."""
        self._upper.toggle_rendering(self.run)

    def action_toggle_thinking(self) -> None:
        """Show or hide the thinking."""
        self.answer.action_toggle_thinking()

    def action_copy_answer(self) -> None:
        """Copy the answer as the model wrote it."""
        copy_answer(self.app, self.run, self.name_of_side)

    def action_copy_request(self) -> None:
        """Copy the request as a curl command: from the event list the one before the cursor, else the last one."""
        if self.run is not None and self._may_be_seen():
            copy_request(self.app, self.run, self._events.cursor if self._events.has_focus else None)

    def action_copy_events(self) -> None:
        """Copy all lines of the event list."""
        if self.run is not None and self._may_be_seen():
            copy_events(self.app, self.run)

    def _may_be_seen(self) -> bool:
        """Return whether what was sent and received may be seen; otherwise tell the user why not."""
        is_hidden = self.round is not None and self.round.is_hidden
        if is_hidden:
            warn(self, HIDDEN_UNTIL_VOTE)
        return not is_hidden
