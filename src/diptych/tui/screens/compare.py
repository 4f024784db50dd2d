"""The comparison: both sides over a prompt box."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from importlib import import_module
from threading import Thread
from typing import TYPE_CHECKING, ClassVar

from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Static

from diptych.config.sides import SIDES, SideName
from diptych.core.round import Round
from diptych.core.secrets.guard import MustNotBeSentError
from diptych.core.settings import Settings
from diptych.engine.session import Draft
from diptych.tui.answer.hint import Hint
from diptych.tui.engine import Engine
from diptych.tui.frame_pace import TICKS_PER_SECOND, FramePace
from diptych.tui.history import History
from diptych.tui.messages import PromptSent
from diptych.tui.screens.two_panes import EVENTS_KEY, EXPORT_KEYS, RoundScreen, help_key, part_keys
from diptych.tui.widgets.prompt_box import Prompt
from diptych.tui.widgets.side_pane import SidePane

if TYPE_CHECKING:
    from textual.timer import Timer

_SAMPLES_PER_FIGURE = 3
"""Figures change less often than text: they stay readable, and cost less."""

_UNTIL_WRITTEN = 0.5
"""Seconds after the end in which the last of a round is written down, or cannot be."""


class CompareScreen(RoundScreen):
    """Asks both sides, and samples the runs of the shown round while they stream."""

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
        EVENTS_KEY,
        Binding(  # ahead of the prompt box, which would select its line
            "f6",
            "history",
            "history",
            tooltip="Find, replay, export, delete earlier rounds",
            show=False,  # keys that go ahead would stand first in the key line
            priority=True,
            id="compare.history",
        ),
        *EXPORT_KEYS,
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
        help_key("All keys, and what simulated models can show"),
        *part_keys("Prompt, left answer, left events, right answer, right events"),
    ]

    def __init__(
        self,
        engine: Engine,
        *,
        prompt: str | None,
        once: bool,
        hint: Callable[[Settings], str],
        scenarios: Mapping[str, str],
        history: History | None = None,
        unrecorded: Callable[[], str] = str,
    ) -> None:
        self._engine = engine
        self._history = history
        self._unrecorded = unrecorded
        self._why_unrecorded = ""
        self._problem = ""
        self._first_prompt = prompt
        self._cautioned = ""
        self._once = once
        self._missing_key_hint = hint
        self._scenarios = scenarios
        self._sampling: Timer | None = None
        self._samples = 0
        self._pace = FramePace()
        self._prompt = Prompt()
        bar = Horizontal(Static("❯", id="prompt-mark"), self._prompt, id="prompt-bar")
        super().__init__(bar, {side: self._hint(side) for side in SIDES})

    def on_mount(self) -> None:
        """Show an empty session; load the SDKs once the prompt box is painted."""
        self._sampling = self.set_interval(1 / TICKS_PER_SECOND, self._tick, pause=True)
        self._prompt.focus()
        self.show(None)
        self.call_after_refresh(self._begin)

    def now(self) -> float:
        """The present moment of the engine's clock."""
        return self._engine.clock()

    def place(self) -> str:
        """Which round of how many, in which session."""
        rounds = self._engine.rounds
        number = rounds.index(self._shown) + 1 if self._shown in rounds else len(rounds)
        older = f" of {len(rounds)}" if number != len(rounds) else ""
        sign = "not recorded · " if self._why_unrecorded else ""
        return f"{sign}session {self._engine.session}" + (f" · round {number}{older}" if rounds else "")

    def following(self, side: SideName) -> Settings:
        """How that side asks from now on."""
        return self._engine.settings[side]

    def is_excluded(self, side: SideName) -> bool:
        """Whether that turn is missing from the history that later prompts send."""
        return self._shown is not None and self._engine.is_excluded(self._shown, side)

    def _begin(self) -> None:
        self._engine.warm_up()
        Thread(target=_load, name="warm-up", daemon=True).start()
        if self._first_prompt is not None:
            self._ask(self._first_prompt)

    def side_commands(self, pane: SidePane) -> Iterator[SystemCommand]:
        """The actions of one side, for the palette."""
        yield SystemCommand(f"Stop the {pane.side} side", "esc in its pane", partial(self._engine.stop, pane.side))
        yield from super().side_commands(pane)

    def on_prompt_sent(self, message: PromptSent) -> None:
        """Ask both sides."""
        self._ask(message.text)

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
            self._asked(self._engine.rounds[-1].prompt, "ask again", self._engine.draft_again)

    def action_new_session(self) -> None:
        """Begin anew; what still runs is stopped."""
        self._engine.new_session()
        self.show(None)
        self._prompt.focus()

    def action_show_round(self, by: int) -> None:
        """Show the round before or after in both panes."""
        rounds = list(self._engine.rounds)
        if self._shown in rounds:
            index = rounds.index(self._shown) + by
            if 0 <= index < len(rounds):
                self.show(rounds[index])

    def action_choose_model(self, side: SideName) -> None:
        """Choose a side's model."""
        from diptych.tui.screens.model_picker import ModelScreen

        self.app.push_screen(ModelScreen(side, self._engine), lambda _: self._settings_changed())

    def action_options(self) -> None:
        """Change what is sent beside the conversation."""
        from diptych.tui.screens.side_settings import OptionsScreen

        self.app.push_screen(OptionsScreen(self._engine), lambda _: self._settings_changed())

    def action_history(self) -> None:
        """List the rounds that were recorded."""
        if self._history is None:
            self._warn("There is no history: Diptych was started with --no-history.")
            return
        from diptych.tui.screens.history_browser import HistoryScreen

        self.app.push_screen(HistoryScreen(self._history))

    def action_help(self) -> None:
        """List the keys."""
        from diptych.tui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(list(self.BINDINGS), self._scenarios))

    def _ask(self, prompt: str) -> None:
        if not prompt.strip():
            self._prompt.give_back(prompt)
            self._warn("The prompt is empty: type a question and press Enter.")
        elif self._engine.busy:
            self._prompt.give_back(prompt)
            self._say_busy()
        elif self._asked(prompt, "press Enter again", lambda: self._engine.draft(prompt)):
            self._prompt.remember(prompt)
        else:
            self._prompt.give_back(prompt)

    def _asked(self, prompt: str, how: str, draft: Callable[[], Draft]) -> bool:
        """Send a draft unless it must not be sent. What only looks like a key is sent the second time."""
        confirmed, self._cautioned = self._cautioned, ""
        try:
            drafted = draft()
        except MustNotBeSentError as error:
            self._warn(str(error))
            return False
        if not drafted.caution or confirmed == prompt:
            self.show(self._engine.send(drafted))
            return True
        self._cautioned = prompt
        self._warn(f"{drafted.caution}: {how} to send it all the same.")
        return False

    def show(self, shown: Round | None) -> None:
        """Show another round, or none, and look at it from now on."""
        if self._sampling:
            if shown:
                self._sampling.resume()
            else:
                self._sampling.pause()
        super().show(shown)

    def _tick(self) -> None:
        if not self._pace.is_due():
            return
        self._watch_recording()
        self._watch_engine()
        self._samples += 1
        self.sample(figures=self._samples % _SAMPLES_PER_FIGURE == 0)

    def all_ended(self) -> None:
        """Nothing more comes, so that there is nothing to look for."""
        if self._sampling:
            self._sampling.pause()
        self.set_timer(_UNTIL_WRITTEN, self._watch_until_recorded)
        if self._once:
            self.app.exit()
        else:
            super().all_ended()

    def _watch_until_recorded(self) -> None:
        """Look after a round has ended, when nothing is sampled, until all of it is written down."""
        self._watch_recording()
        if self._why_unrecorded and not self._engine.busy:
            self.set_timer(_UNTIL_WRITTEN, self._watch_until_recorded)

    def _watch_recording(self) -> None:
        """Tell when what is asked cannot be written down, and show it for as long as that is so."""
        why = self._unrecorded()
        if why != self._why_unrecorded:
            self._why_unrecorded = why
            self.update_header()
            if why:
                self._warn(why)

    def _watch_engine(self) -> None:
        """Tell once what is wrong with the engine."""
        problem = self._engine.problem
        if problem != self._problem:
            self._problem = problem
            if problem:
                self._warn(problem)

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
    for module in ("diptych.tui.answer.document", "diptych.tui.screens.inspect"):
        import_module(module)
