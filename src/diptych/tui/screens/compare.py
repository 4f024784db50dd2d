"""The screen to compare: both sides above a prompt box."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from importlib import import_module
from threading import Thread
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from diptych.config.configuration import CurrentConfiguration
from diptych.config.sides import SIDES, SideName
from diptych.core.attachment import Attachment
from diptych.core.request import Label
from diptych.core.round import Round
from diptych.core.settings import Settings
from diptych.core.text.sanitize import clean_line
from diptych.engine.tool_turns import ToolTurns
from diptych.tui.answer.first_hint import FirstHint
from diptych.tui.answer.hint import Hint
from diptych.tui.blind.pace_choice import PaceChoice
from diptych.tui.key_names import key_in_pane, key_in_text, keys_of, own_key
from diptych.tui.messages import PromptSent, TitleClicked
from diptych.tui.palette import Command
from diptych.tui.recording_watch import RecordingWatch
from diptych.tui.renewed_settings import last_settings, renewed_settings
from diptych.tui.run_sampling import RunSampling
from diptych.tui.saying import warn
from diptych.tui.screens.pane_keys import COMPARE_KEYS, HELP_KEY, NEW_KEY, STOP_KEY
from diptych.tui.screens.side_configuration import SideConfiguration
from diptych.tui.screens.turn_screen import why_not_asked
from diptych.tui.screens.vote_screen import VoteScreen
from diptych.tui.widgets.side_pane import SidePane

if TYPE_CHECKING:
    from textual.widget import Widget

    from diptych.catalog.model_catalog import ModelCatalog
    from diptych.engine.engine import Engine
    from diptych.store.history import History


class CompareScreen(VoteScreen):
    """Asks both sides, and samples the runs of the shown round while they stream.

    The `catalog` knows which models there are. With `prompt` it asks at once; `attachments` go with the first prompt,
    whether it is given or typed. With `once` it ends the app when every side has ended. `hint` returns how to set the
    key without which a side is simulated, "" where none is missing; `scenarios` maps the words that make a simulated
    model do something particular to what that is. Without a `history` no earlier rounds can be shown. `unrecorded`
    returns a sentence while something is not written to the history, "" otherwise. `turns` answer tool calls.
    `blind_pace` says when the answers of blind rounds are shown.
    """

    AUTO_FOCUS = "#prompt"
    BINDINGS: ClassVar[list[BindingType]] = COMPARE_KEYS

    def __init__(
        self,
        engine: "Engine",
        configuration: CurrentConfiguration,
        *,
        catalog: "ModelCatalog",
        prompt: str | None = None,
        attachments: Sequence[Attachment] = (),
        once: bool = False,
        hint: Callable[[Settings], str],
        scenarios: Mapping[str, str],
        history: "History | None" = None,
        unrecorded: Callable[[], str] = str,
        turns: ToolTurns | None = None,
        blind_pace: PaceChoice | None = None,
    ) -> None:
        self._engine = engine
        self._history = history
        self._first_prompt = prompt
        self._first_hint = FirstHint(hint, scenarios)
        self._keys_pressed = 0
        self._last_stop: tuple[int, Widget | None] = (-1, None)
        """How many keys had been pressed, and what had the focus, when the key that stops a side was pressed."""
        hints = {side: self._hint(side) for side in SIDES}
        pace = blind_pace or PaceChoice()
        super().__init__(hints, engine, turns, attachments, pace, once=once)
        self._sampling = RunSampling(self, self._sample_again)
        self._recording = RecordingWatch(self, engine, unrecorded, lambda: self._shown, self.update_header)
        self._choices = SideConfiguration(
            self,
            engine,
            configuration,
            catalog=catalog,
            history=history,
            blind_pace=pace,
            configure=self._configure,
        )

    def on_mount(self) -> None:
        """Show two empty panes; load the SDKs once the prompt box is painted."""
        self._sampling.prepare()
        self.set_focus(self._prompt)  # at once, for what was typed before the screen was there
        self._name_keys()
        self.bindings_updated_signal.subscribe(self, lambda _: self._name_keys())
        self.show(None)
        self.call_after_refresh(self._begin)

    def now(self) -> float:
        """Return the present time of the engine's clock."""
        return self._engine.clock()

    def place(self) -> str:
        """Return which conversation and round is shown, and whether something of it is not recorded."""
        sign = "not recorded · " if self._recording.why_unrecorded else ""
        return sign + super().place()

    def next_settings(self, label: Label) -> Settings:
        """Return the settings of that side from the next prompt on."""
        return self._engine.settings[label]

    def _begin(self) -> None:
        self._engine.warm_up()
        Thread(target=_preload, name="warm-up", daemon=True).start()
        self._choices.say_problems(self._choices.now)
        if self._first_prompt is not None:
            self._ask(self._first_prompt)
        if self._history is not None:
            self._prompt.load_earlier(self._history.prompts)

    def side_commands(self, pane: SidePane) -> Iterator[Command]:
        """Yield the actions of one side, for the palette."""
        if not pane.is_veiled:  # there, only both are stopped
            key = key_in_pane(self.app, STOP_KEY)
            yield Command(f"Stop the {pane.name_of_side} side", key, partial(self._engine.stop, pane.label))
        yield from super().side_commands(pane)

    def _template_commands(self) -> Iterator[Command]:
        for name, text in self._choices.now.prompts.items():
            yield Command(f"Prompt template: {clean_line(name)}", "", partial(self._use_template, name, text))

    def _use_template(self, name: str, text: str) -> None:
        from diptych.tui.screens.prompt_templates import use_template

        use_template(self, name, text, self._prompt.use)

    def on_prompt_sent(self, message: PromptSent) -> None:
        """Ask both sides."""
        self._ask(message.text)

    def on_key(self) -> None:
        """Count the keys, so that two presses of one key in a row are noticed."""
        self._keys_pressed += 1

    def on_title_clicked(self, message: TitleClicked) -> None:
        """Choose the model of a side whose title is clicked."""
        self.action_choose_model(message.side)

    def action_stop(self) -> None:
        """Stop the focused side, or both if no pane has the focus. The second time in a pane, go to the prompt box.

        Of a hidden round both are stopped: if one went on alone, that would tell which side is slower.
        """
        self.stop_answering()
        pane = self._focused_pane
        if pane and self._last_stop == (self._keys_pressed - 1, self.focused):
            self.action_focus_prompt()
        else:
            self._engine.stop(pane.label if pane and not pane.is_veiled else None)
            self._veils.hurry()
        self._last_stop = (self._keys_pressed, self.focused)

    @property
    def scenarios(self) -> Mapping[str, str]:
        """What simulated models can show, by the first word of a prompt."""
        return self._first_hint.scenarios

    def action_new_session(self) -> None:
        """Begin a new conversation, but ask first while answers are streaming."""
        again = keys_of(self.app, NEW_KEY)
        self._unless_busy("new conversation", "begin a new conversation", self._begin_session, again)

    def _unless_busy(self, title: str, what: str, act: Callable[[], object], again: Sequence[str] = ()) -> None:
        """Do what would stop the answers, but ask first if any are streaming; keys in `again` say yes as well."""
        if not self.is_busy:
            act()
            return
        from diptych.tui.screens.confirm import ask_first

        ask_first(self.app, title, f"{self.why_busy}. Stop them, and {what}?", act, again)

    def _begin_session(self) -> None:
        self.forget_answering()
        self._engine.new_session()
        self.show(None)
        self.action_focus_prompt()

    def commands(self) -> Iterator[Command]:
        """Yield every action, and the prompt templates, for the palette."""
        yield from super().commands()
        yield from self._template_commands()
        if self._history is not None:
            yield Command("Votes by pairs of models", "", self.action_votes, "votes tally wins preferred winner score")
        yield Command("Reload config", "", self.action_reload_config, "configuration settings file presets endpoints")

    def action_choose_focused_model(self) -> None:
        """Choose the model of the focused side, or of the left one if no pane has the focus."""
        pane = self._focused_pane
        self.action_choose_model(pane.asked_side if pane else SIDES[0])

    def action_choose_model(self, side: SideName) -> None:
        """Choose a side's model."""
        self._choices.choose_model(side)

    def action_settings(self) -> None:
        """Change what is sent in addition to the conversation."""
        self._choices.change_settings()

    def action_reload_config(self) -> None:
        """Read the config file again."""
        self._choices.reload()

    def action_history(self) -> None:
        """List the recorded rounds."""
        if self._history is None:
            warn(self, "There is no history: Diptych was started with --no-history.")
            return
        from diptych.tui.screens.history_browser import HistoryScreen

        screen = HistoryScreen(self._history, use_prompt=self._prompt.use, continue_round=self.continue_round)
        self.app.push_screen(screen)

    def continue_round(self, rounds: Mapping[int, Round]) -> None:
        """Go on with a conversation of the history: its rounds by their ids, oldest first; the last one is shown.

        Its settings become those of the session. If answers are streaming, the user is asked first.
        """
        # Later, in this screen's own turn: the screen that calls this is being closed, and could not get the answer.
        what = "continue the conversation of the history"
        self.call_later(self._unless_busy, "continue", what, partial(self._open_rounds, rounds))

    def _open_rounds(self, rounds: Mapping[int, Round]) -> None:
        if any(not set(round_.runs) <= set(SIDES) for round_ in rounds.values()):
            warn(self, "This round asked other models than a left and a right one, so it cannot be continued here.")
            return
        self.forget_answering()
        try:
            self._engine.open_rounds(rounds)
        except ValueError as error:
            warn(self, str(error))
            return
        self.show(self._engine.rounds[-1])
        settings, missing = renewed_settings(last_settings(rounds.values()), self._choices.now)
        self._configure(settings)
        self.conversation_changed()
        self.action_focus_prompt()
        if missing:
            names = " and ".join(missing)
            gone = "cannot be asked any more: the endpoint is gone or has a problem. The present model stays."
            warn(self, f"{names} {gone}")

    def action_votes(self) -> None:
        """Show how often each model was preferred to each other one."""
        from diptych.tui.screens.votes import VotesScreen

        if self._history is not None:
            self.app.push_screen(VotesScreen(self._history))

    def _ask(self, prompt: str) -> None:
        if not prompt.strip():
            self._prompt.give_back(prompt)
            warn(self, f"The prompt is empty: type a question and press {self._first_hint.send_key}.")
        elif self.is_busy:
            self._prompt.give_back(prompt)
            self._say_busy()
        elif self.ask_unless_refused(
            f"press {self._first_hint.send_key} again",
            lambda: self._engine.draft(prompt, self._attachments.attachments),
        ):
            self._prompt.remember(prompt)
            self._attachments.detach_all()
        else:
            self._prompt.give_back(prompt)

    def show_in(self, sides: Sequence[SideName], shown: Round | None) -> None:
        """Show another round in these panes, or none, and sample it from now on."""
        self._sampling.switch(on=shown is not None)
        super().show_in(sides, shown)
        self._show_hints()

    def _sample_again(self, figures: bool) -> None:
        self._recording.look()
        self.sample(figures=figures)

    def all_ended(self) -> None:
        """Stop sampling: nothing more comes."""
        self._sampling.switch(on=False)
        self._recording.look_until_recorded()
        if not self._once:  # `TurnScreen` then ends the app
            super().all_ended()

    def _configure(self, changed: Mapping[SideName, Settings]) -> None:
        """Ask with these settings from the next prompt on."""
        for side, settings in changed.items():
            self._engine.configure(side, settings)
        self._show_hints()
        self.update_titles()

    def _show_hints(self) -> None:
        """Show in panes without an answer why they have none, or what to do first."""
        for side, pane in self._panes.items():
            pane.show_hint(why_not_asked(pane.round) if pane.round else self._hint(side))

    def _name_keys(self) -> None:
        """Name the keys that the bindings have now where sentences name keys."""
        hint = self._first_hint
        named = own_key(self._prompt, "prompt.send"), key_in_text(self.app, HELP_KEY)
        if named != (hint.send_key, hint.help_key):
            hint.send_key, hint.help_key = named
            self._configure({})

    def _hint(self, side: SideName) -> Hint:
        return self._first_hint.for_side(self._engine.settings[side])


def _preload() -> None:
    """Import what shows the first answer, the first opened event and differences, so that none has to wait for it."""
    for module in (
        "diptych.tui.answer.document",
        "diptych.tui.screens.inspect",
        "diptych.tui.screens.open_differences",
    ):
        import_module(module)
