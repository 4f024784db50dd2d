"""The comparison: both sides over a prompt box."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from importlib import import_module
from threading import Thread
from typing import TYPE_CHECKING, ClassVar, Literal

from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal
from textual.screen import Screen
from textual.widgets import Static

from diptych.core.request import SIDES, SideName, SideSettings
from diptych.core.round import Round
from diptych.tui.engine import Engine
from diptych.tui.hint import Hint
from diptych.tui.messages import LineOpened, PromptSent
from diptych.tui.pace import TICKS_PER_SECOND, FramePace
from diptych.tui.painting import DirectCompositor
from diptych.tui.widgets.header import Header
from diptych.tui.widgets.keys import KeyLine
from diptych.tui.widgets.prompt import Prompt
from diptych.tui.widgets.side import SidePane

if TYPE_CHECKING:
    from textual.timer import Timer

    from diptych.tui.screens.inspect import InspectScreen

_SAMPLES_PER_FIGURE = 3
"""Figures change less often than text: they stay readable, and cost less."""

EventsSize = Literal["normal", "large", "hidden"]
_NEXT_SIZE: dict[EventsSize, EventsSize] = {"normal": "large", "large": "hidden", "hidden": "normal"}


class CompareScreen(Screen[None]):
    """Samples the runs of the shown round while they stream, and paints what changed."""

    HORIZONTAL_BREAKPOINTS = [(0, "-stacked"), (100, "-beside")]  # noqa: RUF012 - no class variable in Textual
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (18, "-low"), (32, "-high")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "stop", "stop", tooltip="Stop the focused side; both from the prompt box", id="compare.stop"),
        Binding("ctrl+r", "ask_again", "again", tooltip="Send the last prompt again", id="compare.again"),
        Binding(
            "ctrl+n", "new_session", "new session", tooltip="Forget the conversation, begin anew", id="compare.new"
        ),
        Binding("f2", "choose_model('left')", "left", tooltip="Choose the left model", id="compare.left-model"),
        Binding("f3", "choose_model('right')", "right", tooltip="Choose the right model", id="compare.right-model"),
        Binding(
            "f4", "options", "options", tooltip="System prompt, max tokens and request fields", id="compare.options"
        ),
        Binding("f5", "resize_events", "events", tooltip="Event lists normal, large, hidden", id="compare.events"),
        Binding(
            "ctrl+up,alt+up",
            "show_round(-1)",
            "Round before",
            tooltip="Show the round before in both panes",
            show=False,
            id="compare.round-before",
        ),
        Binding(
            "ctrl+down,alt+down",
            "show_round(1)",
            "Next round",
            tooltip="Show the next round in both panes",
            show=False,
            id="compare.next-round",
        ),
        Binding("f1", "help", "help", tooltip="All keys, and what simulated models can show", id="compare.help"),
        # Ahead of every widget, so that keys typed right after it already go to the part it moves to.
        Binding(
            "tab",
            "app.focus_next",
            tooltip="Prompt, left answer, left events, right answer, right events",
            show=False,
            priority=True,
            id="compare.next-part",
        ),
        Binding(
            "shift+tab",
            "app.focus_previous",
            tooltip="The same backwards",
            show=False,
            priority=True,
            id="compare.part-before",
        ),
    ]

    def __init__(
        self,
        engine: Engine,
        *,
        prompt: str | None,
        once: bool,
        hint: Callable[[SideSettings], str],
        scenarios: Mapping[str, str],
    ) -> None:
        super().__init__()
        self._compositor = DirectCompositor()
        self._engine = engine
        self._first_prompt = prompt
        self._once = once
        self._missing_key_hint = hint
        self._scenarios = scenarios
        self._shown: Round | None = None
        self._events_size: EventsSize = "normal"
        self._sampling: Timer | None = None
        self._inspector: InspectScreen | None = None
        self._samples = 0
        self._pace = FramePace()
        self._header = Header()
        self._panes = {side: SidePane(side, self._hint(side)) for side in SIDES}
        self._prompt = Prompt()

    def compose(self) -> ComposeResult:
        """Header, panes, prompt, keys."""
        yield self._header
        yield Container(*self._panes.values(), id="sides")
        yield Horizontal(Static("❯", id="prompt-mark"), self._prompt, id="prompt-bar")
        yield KeyLine()

    def on_mount(self) -> None:
        """Show an empty session; load the SDKs once the prompt box is painted."""
        self._sampling = self.set_interval(1 / TICKS_PER_SECOND, self._tick, pause=True)
        self._prompt.focus()
        self._show(None)
        self.call_after_refresh(self._begin)

    def on_resize(self) -> None:
        """Fit the figures into the new width, also when nothing runs any more."""
        self.call_after_refresh(self.sample)

    def _begin(self) -> None:
        self._engine.warm_up()
        Thread(target=_load, name="warm-up", daemon=True).start()
        if self._first_prompt is not None:
            self._ask(self._first_prompt)

    def commands(self) -> Iterator[SystemCommand]:
        """Every action, for the palette, with its key."""
        for binding in Binding.make_bindings(self.BINDINGS):
            if not binding.key.startswith("alt+") and not binding.priority:
                key = self.app.get_key_display(binding)
                yield SystemCommand(binding.tooltip, key, partial(self.run_action, binding.action))
        for side, pane in self._panes.items():
            yield SystemCommand(f"Stop the {side} side", "esc in its pane", partial(self._engine.stop, side))
            yield SystemCommand(f"Copy the {side} answer", "c in its pane", pane.action_copy_answer)
            yield SystemCommand(f"Open or fold the {side} thinking", "t in its pane", pane.action_toggle_thinking)

    def on_prompt_sent(self, message: PromptSent) -> None:
        """Ask both sides."""
        self._ask(message.text)

    def on_line_opened(self, message: LineOpened) -> None:
        """Open a line whole."""
        pane = self._panes[message.side]
        if pane.run is None:
            return
        inspector = self._ready_inspector()
        inspector.open(pane.run, message.index)
        self.app.push_screen(inspector, pane.select_event)

    def _ready_inspector(self) -> "InspectScreen":
        """The screen that shows a line whole: made and mounted the first time that it is asked for."""
        if self._inspector is None:
            from diptych.tui.screens.inspect import InspectScreen

            self._inspector = InspectScreen()
            self.app.install_screen(self._inspector, "inspector")
            self.app._load_screen_css(self._inspector)
            self.app._get_screen(self._inspector)
        return self._inspector

    def action_stop(self) -> None:
        """Stop the focused side, or both from elsewhere."""
        pane = self._focused_pane
        self._engine.stop(pane.side if pane else None)

    def action_ask_again(self) -> None:
        """Ask the last prompt anew."""
        if self._engine.busy:
            self._say_busy()
        elif not self._engine.rounds:
            self._warn("Nothing was asked yet: type a prompt and press Enter.")
        else:
            self._show(self._engine.ask_again())

    def action_new_session(self) -> None:
        """Begin anew; what still runs is stopped."""
        self._engine.new_session()
        self._show(None)
        self._prompt.focus()

    def action_show_round(self, by: int) -> None:
        """Show the round before or after in both panes."""
        rounds = list(self._engine.rounds)
        if self._shown in rounds:
            index = rounds.index(self._shown) + by
            if 0 <= index < len(rounds):
                self._show(rounds[index])

    def action_resize_events(self) -> None:
        """Event lists normal, large, hidden."""
        self._events_size = _NEXT_SIZE[self._events_size]
        self.set_class(self._events_size == "large", "-large-events")
        for pane in self._panes.values():
            pane.show_events(shown=self._events_size != "hidden")
        self.call_after_refresh(self.sample)

    def action_choose_model(self, side: SideName) -> None:
        """Choose a side's model."""
        from diptych.tui.screens.models import ModelScreen

        self.app.push_screen(ModelScreen(side, self._engine), lambda _: self._settings_changed())

    def action_options(self) -> None:
        """Change what is sent beside the conversation."""
        from diptych.tui.screens.options import OptionsScreen

        self.app.push_screen(OptionsScreen(self._engine), lambda _: self._settings_changed())

    def action_help(self) -> None:
        """List the keys."""
        from diptych.tui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(list(self.BINDINGS), self._scenarios))

    @property
    def _focused_pane(self) -> SidePane | None:
        focused = self.focused
        return next((pane for pane in self._panes.values() if focused in pane.walk_children()), None)

    def _ask(self, prompt: str) -> None:
        if not prompt.strip():
            self._prompt.give_back(prompt)
            self._warn("The prompt is empty: type a question and press Enter.")
        elif self._engine.busy:
            self._prompt.give_back(prompt)
            self._say_busy()
        else:
            self._prompt.remember(prompt)
            self._show(self._engine.ask(prompt))

    def _show(self, shown: Round | None) -> None:
        self._shown = shown
        rounds = self._engine.rounds
        number = rounds.index(shown) + 1 if shown in rounds else len(rounds)
        self._header.show(shown.prompt if shown else "", self._engine.session, number, len(rounds))
        for side, pane in self._panes.items():
            run = shown.runs.get(side) if shown else None
            pane.show(run, self._engine.settings[side])
        if self._sampling:
            if shown:
                self._sampling.resume()
            else:
                self._sampling.pause()
        self.sample()

    def _tick(self) -> None:
        if not self._pace.is_due():
            return
        self._samples += 1
        self.sample(figures=self._samples % _SAMPLES_PER_FIGURE == 0)

    def sample(self, *, figures: bool = True) -> None:
        """Read what is new in the shown round, and paint that; without `figures` those wait."""
        shown = self._shown
        if shown is None:
            return
        ended = shown.ended  # asked first, so that a run that ends meanwhile is looked at once more
        now = self._engine.clock()
        for side, pane in self._panes.items():
            run = pane.run
            left_out = run is not None and run.ended and self._engine.is_left_out(shown, side)
            pane.sample(now, left_out=left_out, figures=figures or ended)
        if ended:
            if self._sampling:
                self._sampling.pause()
            if self._once:
                self.app.exit()
            else:
                self.call_after_refresh(self._ready_inspector)  # there is time now, and soon it may be needed

    def _settings_changed(self) -> None:
        for side, pane in self._panes.items():
            pane.hint(self._hint(side))
            pane.entitle(self._engine.settings[side])

    def _hint(self, side: SideName) -> Hint:
        """What an empty pane says: what to do first, and what a simulated model can show."""
        sentences = ["Type a prompt below and press Enter: both models answer at the same time."]
        settings = self._engine.settings[side]
        if not settings.simulated:
            return Hint(sentences, {})
        sentences.append(self._missing_key_hint(settings) or "A simulated side: nothing leaves your machine.")
        return Hint(sentences, self._scenarios)

    def _say_busy(self) -> None:
        self._warn("The models are still answering: Esc in the prompt box stops them.")

    def _warn(self, sentence: str) -> None:
        self.app.clear_notifications()
        self.notify(sentence, severity="warning", markup=False)


def _load() -> None:
    """Import what shows the first answer and the first line that is opened, so that neither need wait for it."""
    for module in ("diptych.tui.document", "diptych.tui.screens.inspect"):
        import_module(module)
