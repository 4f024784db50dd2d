"""The part of the screen to compare that moves through the rounds of a conversation, and the takes of each side."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Literal

from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget

from diptych.config.sides import SideName
from diptych.core.naming import HIDDEN_UNTIL_VOTE, side_name
from diptych.core.remarks import RoundNote
from diptych.core.round import Round
from diptych.tui.answer.hint import Hint
from diptych.tui.key_names import binding_of, key_in_pane
from diptych.tui.palette import Command
from diptych.tui.screens.notes_screen import NotesScreen
from diptych.tui.widgets.side_pane import SidePane
from diptych.tui.widgets.text_line import TextLine

if TYPE_CHECKING:
    from diptych.engine.engine import Engine

_PANE_ACTIONS = ("move_pane", "show_take", "new_take", "continue_both")


class SessionScreen(NotesScreen):
    """Shows the rounds of the engine's session. The take that a pane shows is the one that counts for its side."""

    def __init__(self, bar: Widget, hints: Mapping[SideName, Hint], engine: "Engine") -> None:
        super().__init__(bar, hints)
        self._engine = engine
        self._prompt_note = TextLine(id="prompt-note")
        self._prompt_note.display = False

    def compose(self) -> ComposeResult:
        """Yield a row above the prompt box, which is hidden most of the time, in addition to the rest."""
        for widget in super().compose():
            if widget is self._bar:
                yield self._prompt_note
            yield widget

    def keep_note(self, round_: Round, *, text: str | None = None, starred: bool | None = None) -> None:
        """Keep a note on a round of the session."""
        note = round_.note
        text = note.text if text is None else text
        self._engine.put_note(round_, RoundNote(text, note.starred if starred is None else starred))
        self.update_header()

    def place(self) -> str:
        """Return the number of the conversation, which of its rounds is shown, and that round's ID in the history."""
        place, shown = f"conversation {self._engine.session_number}", self._shown
        if shown is None or shown not in self._engine.rounds:
            return place
        before = shown.follows
        branch = f" after {self.number_of(before)}" if before and before is not self._neighbour(shown, -1) else ""
        recorded = f" · #{shown.number}" if shown.number is not None else ""
        return f"{place} · {self._place_of(shown)}{branch}{recorded}"

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key works now: some do only in a pane."""
        if action in _PANE_ACTIONS:
            return self._focused_pane is not None
        return super().check_action(action, parameters)

    def side_commands(self, pane: SidePane) -> Iterator[Command]:
        """Yield the actions of one side, for the palette."""
        name = pane.name_of_side
        yield from super().side_commands(pane)
        has_takes = bool(pane.round and len(pane.round.takes(pane.label)) > 1)
        for by, which in ((-1, "previous"), (1, "next")):
            key = key_in_pane(self.app, binding_of(type(self), f"compare.{which}-take"))
            show = partial(self.show_take, pane, by)
            yield Command(f"Show the {which} take of the {name} answer", key, show, "takes again", is_listed=has_takes)
            key = key_in_pane(self.app, binding_of(type(self), f"compare.{which}-round-of-pane"))
            show = partial(self.move_pane, pane, by)
            yield Command(f"Show the {which} round in the {name} pane alone", key, show, "beside", is_listed=False)

    def on_descendant_focus(self) -> None:
        """Take the round of the pane that gets the focus for the shown one, if the panes show different rounds."""
        pane = self._focused_pane
        if pane and pane.round and pane.round is not self._shown:
            self._shown = pane.round
            self.update_header()

    def title_details(self, side: SideName) -> Sequence[str]:
        """Return what a side's title adds to its model: which round it shows, and whose answer the round goes on from.

        The round is named only where the panes show different ones, or not the last.
        """
        shown = self.round_of(side)
        rounds = self._engine.rounds
        if shown is None or shown not in rounds:
            return ()
        label = self._panes[side].label
        details = []
        if any(pane.round is not rounds[-1] for pane in self._panes.values()):
            details.append(self._place_of(shown))
        if shown.continues is not None and shown.continues != label:
            details.append(f"from the {side_name(shown.continues)} answer")
        source = self._engine.continues
        if source == label and shown is self._engine.conversation[-1]:
            details.append("both go on from this")
        elif source is not None and source != label:
            details.append(f"next from the {side_name(source)} answer")
        return details

    def action_show_round(self, by: int) -> None:
        """Show the round before or after the shown one in both panes; at the first or last round, that one."""
        other = self._neighbour(self._shown, by) or self._shown
        if any(pane.round is not other for pane in self._panes.values()):
            self.show(other)

    def action_move_pane(self, by: int) -> None:
        """Show the previous or the next round in the focused pane alone."""
        if pane := self._focused_pane:
            self.move_pane(pane, by)

    def move_pane(self, pane: SidePane, by: int) -> None:
        """Show the round before or after the one of a pane in that pane alone."""
        other = self._neighbour(pane.round, by)
        if other:
            self.show_in([pane.side], other)

    def action_show_take(self, by: int) -> None:
        """Show the previous or the next take of the focused side."""
        if pane := self._focused_pane:
            self.show_take(pane, by)

    def show_take(self, pane: SidePane, by: int) -> None:
        """Show the take before or after the one of a pane, which counts from now on."""
        takes = pane.round.takes(pane.label) if pane.round else ()
        if pane.is_veiled:
            self._warn(HIDDEN_UNTIL_VOTE)
        elif pane.round is None or pane.run is None or len(takes) < 2:
            key = key_in_pane(self.app, binding_of(type(self), "compare.new-take"))
            self._warn(f"There is no other take of the {pane.name_of_side} answer: {key} asks for one.")
        elif self.is_asking_tools:
            self._say_busy()
        elif 0 <= (index := takes.index(pane.run) + by) < len(takes):
            self._engine.choose_take(pane.round, takes[index])
            self.show_in([pane.side], pane.round)
            self.conversation_changed()

    def show_in(self, sides: Sequence[SideName], shown: Round | None) -> None:
        """Show another round in these panes, or none, and what the next prompt goes on from."""
        super().show_in(sides, shown)
        self.update_prompt_note()

    def conversation_changed(self) -> None:
        """Show what the next prompt goes on from, now that the user has chosen it."""
        self.update_titles()
        self.update_prompt_note()
        self.sample()

    def update_prompt_note(self) -> None:
        """Say above the prompt box what the next prompt goes on from, if the panes do not show just that."""
        sentence = self._next_goes_on_from()
        self._prompt_note.show(Content(sentence))
        self._prompt_note.display = bool(sentence)

    @property
    def is_asking_tools(self) -> bool:
        """Whether commands that answer tool calls are running: the conversation must not change before they end."""
        return False

    def _next_goes_on_from(self) -> str:
        conversation = self._engine.conversation
        if not conversation:
            return ""
        last = conversation[-1]
        if (source := self._engine.continues) is not None:
            key = key_in_pane(self.app, binding_of(type(self), "compare.continue-both"))
            answer = f"the {side_name(source)} answer of round {self.number_of(last)}"
            return f"Both sides go on from {answer} ({key} undoes it)."
        if any(pane.round is not last for pane in self._panes.values()):
            return f"The next prompt goes on from round {self.number_of(last)}, not from what is shown."
        return ""

    def _neighbour(self, round_: Round | None, by: int) -> Round | None:
        rounds = self._engine.rounds
        if round_ not in rounds:
            return None
        index = rounds.index(round_) + by
        return rounds[index] if 0 <= index < len(rounds) else None

    def _place_of(self, round_: Round) -> str:
        """Return `round 2 of 5`; only `round 5` if it is the last one."""
        number, count = self.number_of(round_), len(self._engine.rounds)
        return f"round {number}" if number == count else f"round {number} of {count}"

    def number_of(self, round_: Round) -> int:
        """Return the number of a round in the session, from 1."""
        return self._engine.rounds.index(round_) + 1

    def _say_busy(self) -> None:
        raise NotImplementedError

    def _warn(self, sentence: str) -> None:
        self.app.clear_notifications()
        self._say(sentence, "warning")

    def _say(self, sentence: str, severity: Literal["information", "warning"]) -> None:
        self.notify(sentence, severity=severity, markup=False)
