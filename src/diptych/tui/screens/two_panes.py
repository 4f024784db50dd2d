"""What every screen that shows a round has: the prompt over both sides, and the keys below."""

import time
from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Literal

from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.screen import Screen
from textual.widget import Widget

from diptych.core.gc_policy import much_that_stays
from diptych.core.request import SIDES, Settings, SideName
from diptych.core.round import Round
from diptych.tui.answer.hint import Hint
from diptych.tui.frame_pace import WorkPace
from diptych.tui.messages import LineOpened
from diptych.tui.textual_patches.compositor import paint_directly
from diptych.tui.textual_patches.preloading import mount_in_advance
from diptych.tui.textual_patches.resizing import CurrentSize
from diptych.tui.widgets.header import Header
from diptych.tui.widgets.key_bar import KeyLine
from diptych.tui.widgets.side_pane import SidePane

if TYPE_CHECKING:
    from textual.timer import Timer

    from diptych.tui.screens.inspect import InspectScreen

EventsSize = Literal["normal", "large", "hidden"]
_NEXT_SIZE: dict[EventsSize, EventsSize] = {"normal": "large", "large": "hidden", "hidden": "normal"}

_BREAK = 0.01
"""Seconds for keys and painting while much is laid out."""

EVENTS_KEY = Binding("f5", "resize_events", "events", tooltip="Event lists normal, large, hidden", id="compare.events")

EXPORT_KEYS: list[BindingType] = [
    # Ahead of the prompt box, which would select its text; Ctrl+E is the end of the line there.
    Binding(
        "f7",
        "export",
        "export",
        tooltip="Write the shown round to a file",
        show=False,
        priority=True,
        id="compare.export",
    ),
    Binding("ctrl+e", "export", show=False, id="compare.export-too"),
]


def help_key(tooltip: str) -> Binding:
    """The key for the list of keys."""
    return Binding("f1", "help", "help", tooltip=tooltip, id="compare.help")


def part_keys(order: str) -> list[BindingType]:
    """The keys that walk through the parts of the screen, which stand in that order.

    Ahead of every widget, so that keys typed right after one already go to the part it moves to.
    """
    forth = Binding("tab", "app.focus_next", tooltip=order, show=False, priority=True, id="compare.next-part")
    back = Binding(
        "shift+tab",
        "app.focus_previous",
        tooltip="The same backwards",
        show=False,
        priority=True,
        id="compare.part-before",
    )
    return [forth, back]


class RoundScreen(CurrentSize, Screen[None]):
    """Shows a round, whose runs grow meanwhile, and paints what changed whenever it is told to look."""

    HORIZONTAL_BREAKPOINTS = [(0, "-stacked"), (100, "-beside")]  # noqa: RUF012 - no class variable in Textual
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (18, "-low"), (32, "-high")]  # noqa: RUF012

    def __init__(self, bar: Widget, hints: Mapping[SideName, Hint]) -> None:
        super().__init__()
        paint_directly(self)
        self._shown: Round | None = None
        self._events_size: EventsSize = "normal"
        self._header = Header()
        self._panes = {side: SidePane(side, hints[side]) for side in SIDES}
        self._bar = bar
        self._reading: Timer | None = None

    def compose(self) -> ComposeResult:
        """Header, panes, the bar with which this screen is worked, keys."""
        yield self._header
        yield Container(*self._panes.values(), id="sides")
        yield self._bar
        yield KeyLine()

    def on_resize(self) -> None:
        """Fit the figures into the new width, also when nothing runs any more."""
        self.call_after_refresh(self.sample)

    def now(self) -> float:
        """The present moment, on the clock of the shown round's stamps."""
        raise NotImplementedError

    def place(self) -> str:
        """What the header says of where this round is found."""
        raise NotImplementedError

    def exported(self) -> Round | None:
        """What is written when the shown round is exported."""
        return self._shown

    def following(self, side: SideName) -> Settings | None:
        """How that side asks next; None where it has no part in this."""
        raise NotImplementedError

    def is_excluded(self, side: SideName) -> bool:
        """Whether that side's turn, which is over, is missing from the history that later prompts send."""
        return False

    def commands(self) -> Iterator[SystemCommand]:
        """Every action, for the palette, with its key."""
        by_action: dict[str, Binding] = {}
        for binding in Binding.make_bindings(self.BINDINGS):
            by_action.setdefault(binding.action, binding)
        for action, binding in by_action.items():
            if binding.tooltip and not action.startswith("app."):
                key = self.app.get_key_display(binding)
                yield SystemCommand(binding.tooltip, key, partial(self.run_action, action))
        for pane in self._panes.values():
            yield from self.side_commands(pane)

    def side_commands(self, pane: SidePane) -> Iterator[SystemCommand]:
        """The actions of one side, for the palette."""
        yield SystemCommand(f"Copy the {pane.side} answer", "c in its pane", pane.action_copy_answer)
        yield SystemCommand(f"Open or fold the {pane.side} thinking", "t in its pane", pane.action_toggle_thinking)

    def on_line_opened(self, message: LineOpened) -> None:
        """Open a line whole."""
        pane = self._panes[message.side]
        if pane.run is None:
            return
        inspector = self._ready_inspector()
        inspector.open(pane.run, message.index)
        self.app.push_screen(inspector, pane.select_event)

    def action_resize_events(self) -> None:
        """Event lists normal, large, hidden."""
        self._events_size = _NEXT_SIZE[self._events_size]
        self.set_class(self._events_size == "large", "-large-events")
        for pane in self._panes.values():
            pane.show_events(shown=self._events_size != "hidden")
        self.call_after_refresh(self.sample)

    def action_export(self) -> None:
        """Ask how to write the shown round to a file; of one that still runs that is as much as there is."""
        round_ = self.exported()
        if round_ is None:
            self.app.clear_notifications()
            self.notify("There is no round to export yet: ask something first.", severity="warning", markup=False)
            return
        from diptych.tui.screens.export_dialog import ExportScreen, say_written

        screen = ExportScreen(round_, _file_name(round_))
        self.app.push_screen(screen, partial(say_written, self.app))

    def show(self, shown: Round | None) -> None:
        """Show another round, or none."""
        self._shown = shown
        self.update_header()
        for side, pane in self._panes.items():
            following = self.following(side)
            pane.display = following is not None
            if following is not None:
                pane.show(shown.runs.get(side) if shown else None, following)
        self.sample()

    def update_header(self) -> None:
        """Show the prompt, and where its round is found."""
        self._header.show(self._shown.prompt if self._shown else "", self.place())

    def sample(self, *, figures: bool = True) -> None:
        """Read what is new in the shown round, and paint that; without `figures` those wait."""
        shown = self._shown
        if shown is None:
            return
        ended = shown.ended  # asked first, so that a run that ends meanwhile is looked at once more
        now = self.now()
        for side, pane in self._panes.items():
            run = pane.run
            excluded = run is not None and run.ended and self.is_excluded(side)
            pane.sample(now, excluded=excluded, figures=figures or ended)
        self._begin_reading_on()
        if ended:
            self.all_ended()

    def all_ended(self) -> None:
        """Both sides are over, and that is on the screen."""
        self.call_after_refresh(self._ready_inspector)  # there is time now, and soon it may be needed

    def on_more_to_read(self) -> None:
        """Go on with what a key or another size began."""
        self._begin_reading_on()

    def _begin_reading_on(self) -> None:
        """Read on, unless that is under way: however often it is asked for, there are breaks."""
        if self._reading is None:
            self._read_on()

    def _read_on(self) -> None:
        """Lay out what is left of long answers, with breaks, until nothing is."""
        self._reading = None
        pace = WorkPace()
        panes = self._panes.values()
        if not sum(pane.read_on() for pane in panes):  # both, in turn
            return
        with much_that_stays():
            while sum(pane.read_on() for pane in panes):
                if not pace.may_go_on():
                    self._reading = self.set_timer(_BREAK, self._read_on)
                    break

    @property
    def _focused_pane(self) -> SidePane | None:
        focused = self.focused
        return next((pane for pane in self._panes.values() if focused in pane.walk_children()), None)

    def _ready_inspector(self) -> "InspectScreen":
        """The screen that shows a line whole: made and mounted the first time that any screen asks for it."""
        from diptych.tui.screens.inspect import InspectScreen

        if self.app.is_screen_installed("inspector"):
            return self.app.get_screen("inspector", InspectScreen)
        inspector = InspectScreen()
        mount_in_advance(self.app, inspector, "inspector")
        return inspector


def _file_name(shown: Round) -> str:
    """When it was asked, which tells rounds apart."""
    return "round" if shown.date is None else time.strftime("%Y%m%d-%H%M%S", time.localtime(shown.date))
