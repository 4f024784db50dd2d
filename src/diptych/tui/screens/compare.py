"""The screen to compare: both sides above a prompt box."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from importlib import import_module
from threading import Thread
from typing import TYPE_CHECKING, ClassVar

from textual.app import SystemCommand
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widgets import Static

from diptych.apis.known_models import known_models
from diptych.config.configuration import CurrentConfiguration
from diptych.config.sides import SIDES, SideName
from diptych.core.endpoint import Endpoint
from diptych.core.naming import side_name
from diptych.core.round import Round
from diptych.core.secrets.guard import MustNotBeSentError
from diptych.core.settings import Settings
from diptych.core.text.sanitize import clean_line
from diptych.engine.session import Draft
from diptych.tui.answer.hint import Hint
from diptych.tui.frame_pace import TICKS_PER_SECOND, FramePace
from diptych.tui.messages import PromptSent
from diptych.tui.screens.pane_keys import COMPARE_KEYS
from diptych.tui.screens.two_panes import TwoPaneScreen
from diptych.tui.widgets.prompt_box import PromptBox
from diptych.tui.widgets.side_pane import SidePane

if TYPE_CHECKING:
    from textual.timer import Timer

    from diptych.engine.engine import Engine
    from diptych.store.history import History

_SAMPLES_PER_FIGURE = 3
"""Figures change less often than text, so that they stay readable and cost less."""

_NO_MARKUP = str.maketrans("[]", "()")
"""The palette takes square brackets for markup."""

_UNTIL_WRITTEN = 0.5
"""Seconds after the end of a round in which the rest of it is usually recorded."""


class CompareScreen(TwoPaneScreen):
    """Asks both sides, and samples the runs of the shown round while they stream.

    With `prompt` it asks at once; with `once` it ends the app when every side has ended. `hint` returns how to set the
    key without which a side is simulated, "" where none is missing; `scenarios` maps the words that make a simulated
    model do something particular to what that is. Without a `history` no earlier rounds can be shown. `unrecorded`
    returns a sentence while something is not written to the history, "" otherwise.
    """

    BINDINGS: ClassVar[list[BindingType]] = COMPARE_KEYS

    def __init__(
        self,
        engine: "Engine",
        configuration: CurrentConfiguration,
        *,
        known_models: Callable[[Iterable[Endpoint]], Sequence[str]] = known_models,
        prompt: str | None = None,
        once: bool = False,
        hint: Callable[[Settings], str],
        scenarios: Mapping[str, str],
        history: "History | None" = None,
        unrecorded: Callable[[], str] = str,
    ) -> None:
        self._engine = engine
        self._configuration = configuration
        self._known_models = known_models
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
        self._prompt = PromptBox()
        bar = Horizontal(Static("❯", id="prompt-mark"), self._prompt, id="prompt-bar")
        super().__init__(bar, {side: self._hint(side) for side in SIDES})

    def on_mount(self) -> None:
        """Show two empty panes; load the SDKs once the prompt box is painted."""
        self._sampling = self.set_interval(1 / TICKS_PER_SECOND, self._tick, pause=True)
        self._prompt.focus()
        self.show(None)
        self.call_after_refresh(self._begin)

    def now(self) -> float:
        """Return the present time of the engine's clock."""
        return self._engine.clock()

    def place(self) -> str:
        """Return the number of the conversation, and which of its rounds is shown."""
        rounds = self._engine.rounds
        number = rounds.index(self._shown) + 1 if self._shown in rounds else len(rounds)
        older = f" of {len(rounds)}" if number != len(rounds) else ""
        sign = "not recorded · " if self._why_unrecorded else ""
        return f"{sign}conversation {self._engine.session_number}" + (f" · round {number}{older}" if rounds else "")

    def next_settings(self, side: SideName) -> Settings:
        """Return the settings of that side from the next prompt on."""
        return self._engine.settings[side]

    def is_excluded(self, side: SideName) -> bool:
        """Whether later prompts are sent without that turn."""
        return self._shown is not None and self._engine.is_excluded(self._shown, side)

    def _begin(self) -> None:
        self._engine.warm_up()
        Thread(target=_preload, name="warm-up", daemon=True).start()
        if self._first_prompt is not None:
            self._ask(self._first_prompt)
        if self._history is not None:
            self._prompt.load_earlier(self._history.prompts)

    def side_commands(self, pane: SidePane) -> Iterator[SystemCommand]:
        """Yield the actions of one side, for the palette."""
        yield SystemCommand(
            f"Stop the {side_name(pane.side)} side", "esc in its pane", partial(self._engine.stop, pane.side)
        )
        yield from super().side_commands(pane)

    def commands(self) -> Iterator[SystemCommand]:
        """Yield every action, and the prompt templates of the config file."""
        yield from super().commands()
        for name, text in self._configuration.now.prompts.items():
            shown = clean_line(name).translate(_NO_MARKUP)
            yield SystemCommand(
                f"Prompt template: {shown}",
                "Put this prompt into the prompt box",
                partial(self._use_template, name, text),
            )

    def _use_template(self, name: str, text: str) -> None:
        from diptych.tui.screens.prompt_templates import use_template

        use_template(self, name, text, self._prompt.use)

    def on_prompt_sent(self, message: PromptSent) -> None:
        """Ask both sides."""
        self._ask(message.text)

    def action_stop(self) -> None:
        """Stop the focused side, or both from elsewhere."""
        pane = self._focused_pane
        self._engine.stop(pane.side if pane else None)

    def action_ask_again(self) -> None:
        """Send the last prompt again."""
        if self._engine.busy:
            self._say_busy()
        elif not self._engine.rounds:
            self._warn("Nothing has been asked yet: type a prompt and press Enter.")
        else:
            self._ask_unless_refused(self._engine.rounds[-1].prompt, "ask again", self._engine.draft_again)

    def action_new_session(self) -> None:
        """Begin a new conversation; running answers are stopped."""
        self._engine.new_session()
        self.show(None)
        self._prompt.focus()

    def action_show_round(self, by: int) -> None:
        """Show the previous or the next round in both panes."""
        rounds = list(self._engine.rounds)
        if self._shown in rounds:
            index = rounds.index(self._shown) + by
            if 0 <= index < len(rounds):
                self.show(rounds[index])

    def action_choose_model(self, side: SideName) -> None:
        """Choose a side's model."""
        from diptych.tui.screens.model_picker import ModelScreen

        configuration = self._configuration.now
        current = self._engine.settings[side]
        screen = ModelScreen(
            side,
            current,
            partial(self._known_models, configuration.endpoints.values()),
            lambda name: configuration.settings_for(name, like=current),
        )
        self.app.push_screen(screen, lambda chosen: self._configure({side: chosen} if chosen else {}))

    def action_settings(self) -> None:
        """Change what is sent in addition to the conversation."""
        from diptych.tui.screens.side_settings import SettingsScreen

        screen = SettingsScreen({side: self._engine.settings[side] for side in SIDES})
        self.app.push_screen(screen, lambda changed: self._configure(changed or {}))

    def action_history(self) -> None:
        """List the recorded rounds."""
        if self._history is None:
            self._warn("There is no history: Diptych was started with --no-history.")
            return
        from diptych.tui.screens.history_browser import HistoryScreen

        self.app.push_screen(HistoryScreen(self._history, use_prompt=self._prompt.use))

    def action_edit_prompt(self) -> None:
        """Edit the prompt in the user's editor."""
        self._prompt.edit_in_editor()

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
        elif self._ask_unless_refused(prompt, "press Enter again", lambda: self._engine.draft(prompt)):
            self._prompt.remember(prompt)
        else:
            self._prompt.give_back(prompt)

    def _ask_unless_refused(self, prompt: str, how: str, draft: Callable[[], Draft]) -> bool:
        """Ask, unless the prompt must not be sent; what only looks like a key is sent if the user insists.

        `how` tells the user how to insist. Returns whether it was asked.
        """
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
        self._warn(f"{drafted.caution}: {how} to send it anyway.")
        return False

    def show(self, shown: Round | None) -> None:
        """Show another round, or none, and sample it from now on."""
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
        """Stop sampling: nothing more comes."""
        if self._sampling:
            self._sampling.pause()
        self.set_timer(_UNTIL_WRITTEN, self._watch_until_recorded)
        if self._once:
            self.app.exit()
        else:
            super().all_ended()

    def _watch_until_recorded(self) -> None:
        """After the end of a round, when nothing is sampled, look again until all of it is recorded."""
        self._watch_recording()
        if self._why_unrecorded and not self._engine.busy:
            self.set_timer(_UNTIL_WRITTEN, self._watch_until_recorded)

    def _watch_recording(self) -> None:
        """Warn when rounds cannot be recorded, and show that in the header for as long as it lasts."""
        why = self._unrecorded()
        if why != self._why_unrecorded:
            self._why_unrecorded = why
            self.update_header()
            if why:
                self._warn(why)

    def _watch_engine(self) -> None:
        """Warn once of each problem of the engine."""
        problem = self._engine.problem
        if problem != self._problem:
            self._problem = problem
            if problem:
                self._warn(problem)

    def _configure(self, changed: Mapping[SideName, Settings]) -> None:
        """Ask with these settings from the next prompt on."""
        for side, settings in changed.items():
            self._engine.configure(side, settings)
        for side, pane in self._panes.items():
            pane.show_hint(self._hint(side))
        self.update_titles()

    def _hint(self, side: SideName) -> Hint:
        """Return what an empty pane says: what to do first, and what a simulated model can show."""
        sentences = ["Type a prompt below and press Enter: both models answer at the same time."]
        settings = self._engine.settings[side]
        if not settings.simulated:
            return Hint(sentences, {})
        sentences.append(self._missing_key_hint(settings) or "This side is simulated: nothing leaves your machine.")
        return Hint(sentences, self._scenarios)

    def _say_busy(self) -> None:
        self._warn("The models are still answering: Esc in the prompt box stops them.")

    def _warn(self, sentence: str) -> None:
        self.app.clear_notifications()
        self.notify(sentence, severity="warning", markup=False)


def _preload() -> None:
    """Import what shows the first answer and the first opened event, so that neither has to wait for it."""
    for module in ("diptych.tui.answer.document", "diptych.tui.screens.inspect"):
        import_module(module)
