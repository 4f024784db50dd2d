"""The base of the screens that show a round: the prompt above both panes, a bar and the keys below."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from threading import Event
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.widget import Widget
from textual.worker import Worker

from diptych.config.sides import SIDES, SideName
from diptych.core.naming import HIDDEN_UNTIL_VOTE
from diptych.core.request import Label
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.settings import Settings
from diptych.tui import answer_checks, scroll_together
from diptych.tui.answer.hint import Hint
from diptych.tui.answer_checks import AnswerChecks
from diptych.tui.differences.part_place import PartPlace
from diptych.tui.events.timeline_track import Track
from diptych.tui.key_names import binding_of, bindings_of, key_in_pane, key_in_text
from diptych.tui.long_reading import LongReading
from diptych.tui.messages import AnswerScrolled, LineOpened, LineReached, TimeAsked, TimeChosen
from diptych.tui.palette import Command, binding_commands
from diptych.tui.pane_labels import PaneLabels
from diptych.tui.saying import warn
from diptych.tui.screens.pane_commands import pane_commands
from diptych.tui.screens.pane_keys import FLIP_KEY
from diptych.tui.screens.two_sides import TwoSidesScreen
from diptych.tui.scroll_together import ScrollTogether
from diptych.tui.shared_time import SharedTime
from diptych.tui.widgets.event_list import EventList
from diptych.tui.widgets.header import Header
from diptych.tui.widgets.key_bar import KeyBar
from diptych.tui.widgets.pane_area import PaneArea
from diptych.tui.widgets.side_pane import SidePane
from diptych.tui.widgets.timeline import Timeline
from diptych.tui.worker_end import is_done

if TYPE_CHECKING:
    from diptych.tui.screens.inspect import InspectScreen


class TwoPaneScreen(TwoSidesScreen):
    """Shows a round in each pane while its runs grow, and paints what changed whenever `sample` is called.

    Usually both panes show the same round. Where they do not, the shown round, which the header names, is that of the
    pane that was last moved to another round.
    """

    def __init__(self, bar: Widget, hints: Mapping[SideName, Hint], labels: PaneLabels | None = None) -> None:
        super().__init__(hints, labels)
        self._shown: Round | None = None
        self._differences_place = PartPlace()
        self._header = Header()
        self._together = ScrollTogether(self, self._panes)
        self._bar = bar
        timeline = bar if isinstance(bar, Timeline) else Timeline()
        self._time = SharedTime(self, self._panes, timeline, self.tracks, is_always_shown=timeline is bar)
        self._is_closed = Event()
        self._checks = AnswerChecks(self, self._is_closed)
        self._long_reading = LongReading(self, self.read_on, self._time.show)

    def compose(self) -> ComposeResult:
        """Yield the header, the panes with the timeline, the bar that this kind of screen has, and the keys."""
        yield self._header
        yield PaneArea(self._time.timeline, self._panes.values())
        yield self._arrangement.line
        if self._bar is not self._time.timeline:
            yield self._bar
        yield KeyBar()

    def now(self) -> float:
        """Return the present time on the clock of the shown round's stamps."""
        raise NotImplementedError

    def place(self) -> str:
        """Return what the header says about the place of the shown round, such as its number."""
        raise NotImplementedError

    def number_of(self, round_: Round) -> int | None:
        """Return the number of a round among those that the screen shows; None if it shows only one."""
        return None

    def round_to_export(self) -> Round | None:
        """Return the round that an export writes."""
        return self._shown

    def next_settings(self, label: Label) -> Settings | None:
        """Return the settings of the next request of a label; None if it does not take part."""
        raise NotImplementedError

    def title_details(self, side: SideName) -> Sequence[str]:
        """Return what a side's title says about the round that its pane shows, in addition to the take."""
        return ()

    def remark(self, side: SideName, run: Run) -> str:
        """Return a sentence about that side's turn, which has ended, and later prompts; "" if there is none."""
        return ""

    @property
    def scenarios(self) -> Mapping[str, str]:
        """What simulated models can show here, by the first word of a prompt; the help lists it."""
        return {}

    @property
    def is_unveiling(self) -> bool:
        """Whether a pane still shows more and more of a hidden round, of which all may have arrived."""
        return any(pane.is_veiled and pane.run and not pane.run.ended for pane in self._panes.values())

    @property
    def is_asking(self) -> bool:
        """Whether an answer is still streaming, so that the user is asked before it is stopped."""
        return False

    def commands(self) -> Iterator[Command]:
        """Yield every action with its keys for the palette, those of the focused side before those of the other one."""
        yield from binding_commands(self, bindings_of(type(self)))
        lock = key_in_pane(self.app, binding_of(EventList, "events.lock"))
        words = "same sync synchronize together"
        yield Command("Lock the event lists in time, or unlock them", lock, self.action_lock_lists, words)
        focused = self._focused_pane
        for pane in sorted(self._panes.values(), key=lambda pane: pane is not focused):
            yield from self.side_commands(pane)

    def side_commands(self, pane: SidePane) -> Iterator[Command]:
        """Yield the actions of one side, for the palette."""
        yield from pane_commands(pane)
        if pane.round and len(pane.round.takes(pane.label)) > 1:
            title = f"Differences between the {pane.name_of_side} answer and its take before"
            yield Command(title, "", partial(self._compare_with_take_before, pane), "diff compare takes")

    def on_line_opened(self, message: LineOpened) -> None:
        """Open an event in the inspector."""
        pane = self._panes[message.side]
        if pane.run is None:
            return
        inspector = self._ready_inspector()
        inspector.open(pane.run, message.index, message.side)
        self.app.push_screen(inspector, pane.select_event)

    def action_scroll_together(self) -> None:
        """Scroll both answers together from now on, or each by itself."""
        self._together.toggle()
        self.update_header()

    def on_answer_scrolled(self, message: AnswerScrolled) -> None:
        """Scroll the other answer as well, if both scroll together."""
        side = next(side for side, pane in self._panes.items() if pane.answer is message.answer)
        self._together.scrolled(side)

    def action_show_differences(self) -> None:
        """Compare the runs that both panes show."""
        from diptych.tui.screens.open_differences import compare_panes

        left, right = self._panes.values()
        compare_panes(self, left, right, self._differences_place)

    def _compare_with_take_before(self, pane: SidePane) -> None:
        from diptych.tui.screens.open_differences import compare_with_take_before

        compare_with_take_before(self, pane, self._differences_place)

    def action_export(self) -> None:
        """Ask how to write the shown round to a file; a running round is written as far as it has come."""
        round_ = self.round_to_export()
        if round_ is None or round_.is_hidden:
            warn(self, HIDDEN_UNTIL_VOTE if round_ else "There is no round to export yet: ask something first.")
            return
        from diptych.tui.exportable import exportable_round
        from diptych.tui.screens.export_dialog import ExportScreen, notify_written

        self.app.push_screen(ExportScreen(exportable_round(round_)), partial(notify_written, self.app))

    def round_of(self, side: SideName) -> Round | None:
        """Return the round that a side's pane shows; None if it shows nothing yet."""
        return self._panes[side].round

    def show(self, shown: Round | None) -> None:
        """Show another round in both panes, or none."""
        self.show_in(SIDES, shown)

    def show_in(self, sides: Sequence[SideName], shown: Round | None) -> None:
        """Show another round in the panes of these sides; the others stay at theirs."""
        self._shown = shown
        self.update_header()
        present = [side for side in SIDES if self.next_settings(self._labels.label_in(shown, side)) is not None]
        for side in sides:
            if side in present:
                self._panes[side].show(shown)
        self._arrangement.show(present)
        self._veils.keep({pane.round for pane in self._panes.values() if pane.round})
        self.update_titles()
        self.place_timeline()
        self.sample()

    def update_titles(self) -> None:
        """Show what the next prompt is sent with, where that has changed."""
        for side, pane in self._panes.items():
            next_settings = self.next_settings(pane.label)
            if next_settings is not None:
                pane.show_title(next_settings, self._settings_of_others(side), self.title_details(side))

    def _settings_of_others(self, side: SideName) -> Sequence[Settings]:
        """Return the settings of the other sides' shown runs; for a side without a run, those of the next prompt."""
        others = [pane for pane in self._panes.values() if pane.side != side and not pane.is_veiled]
        if self._panes[side].run:
            return [pane.run.request.settings for pane in others if pane.run]
        return [settings for pane in others if (settings := self.next_settings(pane.label))]

    def update_header(self) -> None:
        """Show the prompt and the place of its round."""
        shown = self._shown
        place = f"{'scrolling together · ' if self._together.is_on else ''}{self.place()}"
        if shown:
            self._header.show(shown.prompt, place, shown.attachments, shown.note)
        else:
            self._header.show("", place)

    def sample(self, *, figures: bool = True) -> None:
        """Read what is new in the shown rounds and paint it; without `figures` the figures stay as they are."""
        rounds = [pane.round for pane in self._panes.values() if pane.round]
        if not rounds:
            return
        # Asked first, so that a run that ends during this sample is sampled once more.
        ended = all(round_.ended for round_ in rounds)
        now = self.now()
        self._veils.sample(now)
        ended = ended and not self.is_unveiling
        for side, pane in self._panes.items():
            run = pane.run
            if run is not None:
                self._checks.sample(run)
            remark = self.remark(side, run) if run is not None and run.ended and not pane.is_veiled else ""
            if pane.display:
                pane.sample(now, remark=remark, figures=figures or ended)
        self._time.show()
        self._arrangement.sample(now, key_in_text(self.app, FLIP_KEY))
        self._long_reading.begin()
        self._together.update()
        if ended:
            self.all_ended()

    def on_unmount(self) -> None:
        """Stop what other threads do for this screen."""
        self._is_closed.set()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Show the verdict on an answer, or use aligned answers; Textual calls the handlers of subclasses as well."""
        if event.worker.group == scroll_together.WORKERS and is_done(event.worker):
            self._together.aligned(event.worker)
        if event.worker.group == answer_checks.WORKERS and is_done(event.worker):
            self._checks.ended(event.worker)
            self.sample()

    def tracks(self) -> Mapping[SideName, Track]:
        """Return what the timeline shows: the runs that the event lists show."""
        now = self.now()
        return {
            side: Track(run, pane.events.index, now - run.began)
            for side, pane in self._panes.items()
            if (run := pane.events.run) and not pane.is_veiled
        }

    def place_timeline(self) -> None:
        """Show the timeline where it has room, above the event lists or above both panes."""
        self._time.place(shows_events=self._arrangement.shows_events)

    def on_time_chosen(self, message: TimeChosen) -> None:
        """Move both event lists to the time that was chosen on the timeline."""
        self._time.go_to(message.seconds, message.within)

    def on_time_asked(self, message: TimeAsked) -> None:
        """Move the other event list to the same time."""
        self._time.move_others(message.side, message.seconds)

    def on_line_reached(self, message: LineReached) -> None:
        """Move the other event list along, if both are locked in time."""
        self._time.follow(message.side, message.seconds)

    def action_lock_lists(self) -> None:
        """Lock both event lists in time, or unlock them."""
        focused = self._focused_pane
        self._time.toggle_lock(focused.side if focused else None)

    def all_ended(self) -> None:
        """Called when both sides have ended and their end has been painted."""
        self.call_after_refresh(self._ready_inspector)  # there is time for it now

    def on_more_to_read(self) -> None:
        """Go on with what a key press or a new size began."""
        self._long_reading.begin()

    def read_on(self) -> bool:
        """Read another portion of everything that is long; returns whether some is left."""
        return bool(
            sum([pane.read_on() for pane in self._panes.values() if pane.display])
        )  # a list, so that both panes read

    def _ready_inspector(self) -> "InspectScreen":
        from diptych.tui.screens.inspect import ready_inspector

        return ready_inspector(self.app)
