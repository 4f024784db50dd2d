"""The part of the screen to compare that asks again: both sides, or one of them for another take."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING

from textual.widget import Widget

from diptych.config.sides import SideName
from diptych.core.naming import HIDDEN_UNTIL_VOTE
from diptych.core.secrets.guard import MustNotBeSentError
from diptych.engine.session import Draft
from diptych.engine.tool_turns import ToolTurns
from diptych.tui.answer.hint import Hint
from diptych.tui.key_names import binding_of, key_in_pane, own_key
from diptych.tui.palette import Command
from diptych.tui.saying import warn
from diptych.tui.screens.turn_screen import TurnScreen
from diptych.tui.widgets.prompt_box import PromptBox
from diptych.tui.widgets.side_pane import SidePane

if TYPE_CHECKING:
    from diptych.engine.engine import Engine

_PANE_ACTIONS = ("show_take", "new_take", "continue_both")


class AskingScreen(TurnScreen):
    """Asks for takes and shows them, asks again what is shown, and lets both sides go on from one answer.

    The take that a pane shows is the one that counts for its side.
    """

    def __init__(
        self,
        bar: Widget,
        hints: Mapping[SideName, Hint],
        engine: "Engine",
        prompt: PromptBox,
        turns: ToolTurns | None,
        *,
        once: bool,
    ) -> None:
        super().__init__(bar, hints, engine, prompt, turns, once=once)
        self._cautioned: tuple[str, str] | None = None  # the prompt and the caution that was given

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key works now: some do only in a pane."""
        if action in _PANE_ACTIONS:
            return self._focused_pane is not None
        return super().check_action(action, parameters)

    def side_commands(self, pane: SidePane) -> Iterator[Command]:
        """Yield the actions of one side, for the palette."""
        name = pane.name_of_side
        yield from super().side_commands(pane)
        key = key_in_pane(self.app, binding_of(type(self), "compare.new-take"))
        ask = partial(self.ask_take, pane)
        words = "take retake again retry"
        yield Command(f"Ask the {name} side again: a new take", key, ask, words, sends=True)
        has_takes = bool(pane.round and len(pane.round.takes(pane.label)) > 1)
        for by, which in ((-1, "previous"), (1, "next")):
            key = key_in_pane(self.app, binding_of(type(self), f"compare.{which}-take"))
            show = partial(self.show_take, pane, by)
            yield Command(f"Show the {which} take of the {name} answer", key, show, "takes again", is_listed=has_takes)
        key = key_in_pane(self.app, binding_of(type(self), "compare.continue-both"))
        title = f"Continue both from the {name} answer"
        if self._engine.continues == pane.label and not pane.is_veiled:
            title = f"Do not continue both from the {name} answer any more"
        yield Command(title, key, partial(self.continue_both, pane), "continue both fork branch")

    def action_ask_again(self) -> None:
        """Send the shown prompt again."""
        shown = self._shown
        if self.is_busy:
            self._say_busy()
        elif shown is None:
            self._say_nothing_asked()
        else:
            try:
                self.ask_unless_refused("ask again", lambda: self._engine.draft_again(shown))
            except ValueError as error:
                warn(self, str(error))

    def _say_nothing_asked(self) -> None:
        warn(self, f"Nothing has been asked yet: type a prompt and press {own_key(self._prompt, 'prompt.send')}.")

    def ask_unless_refused(self, how: str, draft: Callable[[], Draft]) -> bool:
        """Ask, unless the prompt must not be sent; what only looks like a key is sent if the user insists.

        `how` tells the user how to insist. Returns whether it was asked.
        """
        confirmed, self._cautioned = self._cautioned, None
        try:
            drafted = draft()
        except MustNotBeSentError as error:
            warn(self, str(error))
            return False
        given = drafted.prompt, drafted.caution
        if not drafted.caution or confirmed == given:
            self.send_prompt(drafted)
            return True
        self._cautioned = given
        warn(self, f"{drafted.caution}: {how} to send it anyway.")
        return False

    def action_new_take(self) -> None:
        """Ask the focused side for another take."""
        if pane := self._focused_pane:
            self.ask_take(pane)

    def ask_take(self, pane: SidePane) -> None:
        """Ask again in the round that a pane shows, with the same conversation and the present settings of its side."""
        shown = pane.round
        if shown is None:
            self._say_nothing_asked()
        elif pane.is_veiled:
            warn(self, HIDDEN_UNTIL_VOTE)
        elif not shown.takes(pane.label):
            warn(self, f"The {pane.name_of_side} side was not asked in this round, so there is nothing to ask again.")
        elif self.is_asking_tools:
            self._say_busy()
        else:
            try:
                self._engine.ask_take(shown, pane.label)
            except MustNotBeSentError as error:
                warn(self, str(error))
                return
            self.begin_turns()
            self.show_in([pane.side], shown)

    def action_show_take(self, by: int) -> None:
        """Show the previous or the next take of the focused side."""
        if pane := self._focused_pane:
            self.show_take(pane, by)

    def show_take(self, pane: SidePane, by: int) -> None:
        """Show the take before or after the one of a pane, which counts from now on."""
        takes = pane.round.takes(pane.label) if pane.round else ()
        if pane.is_veiled:
            warn(self, HIDDEN_UNTIL_VOTE)
        elif pane.round is None or pane.run is None or len(takes) < 2:
            key = key_in_pane(self.app, binding_of(type(self), "compare.new-take"))
            warn(self, f"There is no other take of the {pane.name_of_side} answer: {key} asks for one.")
        elif self.is_asking_tools:
            self._say_busy()
        elif 0 <= (index := takes.index(pane.run) + by) < len(takes):
            self._engine.choose_take(pane.round, takes[index])
            self.show_in([pane.side], pane.round)
            self.conversation_changed()

    def action_continue_both(self) -> None:
        """Continue both sides from the focused answer, or undo that."""
        if pane := self._focused_pane:
            self.continue_both(pane)

    def continue_both(self, pane: SidePane) -> None:
        """Continue both sides from the answer that a pane shows; if they do so already, undo that."""
        shown = pane.round
        if self.is_busy:
            self._say_busy()
        elif shown is None:
            warn(self, "There is no answer to continue from yet.")
        elif pane.is_veiled:
            warn(self, HIDDEN_UNTIL_VOTE)
        elif self._engine.continues == pane.label and shown is self._engine.conversation[-1]:
            self._engine.undo_continuing()
            self.conversation_changed()
        else:
            try:
                self._engine.continue_from(shown, pane.label)
            except ValueError:
                warn(self, f"The {pane.name_of_side} answer cannot be continued: it failed, or has no text.")
                return
            self.conversation_changed()
