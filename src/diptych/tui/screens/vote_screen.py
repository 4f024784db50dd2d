"""The part of the screen to compare that makes rounds blind, and takes the user's votes."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Literal

from diptych.config.sides import SIDES, SideName
from diptych.core.attachment import Attachment
from diptych.core.blind import Blind, draw_order
from diptych.core.naming import HIDDEN_MODEL, side_name
from diptych.core.round import Round
from diptych.engine.session import Draft
from diptych.engine.tool_turns import ToolTurns
from diptych.report.vote_words import revealed_sentence, vote_sentence
from diptych.tui.answer.hint import Hint
from diptych.tui.blind.pace_choice import PaceChoice
from diptych.tui.palette import Command
from diptych.tui.saying import tell, warn
from diptych.tui.screens.attachment_screen import AttachmentScreen

if TYPE_CHECKING:
    from diptych.core.remarks import Verdict
    from diptych.core.request import Label
    from diptych.engine.engine import Engine

Choice = Literal["left", "right", "tie", "neither"]
"""What a vote key stands for: the answer in the left or the right pane, both, or neither."""

_MOST_SEED = 2**53
"""Seeds are below this number, which every JSON reader keeps exactly."""


class VoteScreen(AttachmentScreen):
    """Sends blind rounds while that is switched on, and keeps votes on the shown round.

    The keys 1, 2, = and 0 vote in a hidden round that has ended, and in any other after the key that begins a vote.
    """

    def __init__(
        self,
        hints: Mapping[SideName, Hint],
        engine: "Engine",
        turns: ToolTurns | None,
        attachments: Sequence[Attachment],
        pace: PaceChoice,
        *,
        once: bool,
    ) -> None:
        super().__init__(hints, engine, turns, attachments, once=once)
        self._blind_pace = pace
        self.is_blind = False
        """Whether the next rounds are blind."""
        self._voting_on: Round | None = None

    def next_blind(self) -> Blind | None:
        """Return how the next round hides its sides, in a random order; None for a round in the open."""
        if not self.is_blind:
            return None
        return draw_order(SIDES, secrets.randbelow(_MOST_SEED), self._blind_pace.now)

    def send_prompt(self, draft: Draft) -> None:
        """Send a draft. A blind round takes the focus to its answers, where the next thing to do is to vote."""
        super().send_prompt(draft)
        if self._shown and self._shown.is_hidden and self.focused is self._prompt:
            self.call_after_refresh(self._go_to_answers)

    def _go_to_answers(self) -> None:
        if self.focused is self._prompt and not self._prompt.text:
            self.action_focus_part("left-answer")

    def show_in(self, sides: Sequence[SideName], shown: Round | None) -> None:
        """Show another round in these panes, or none; a vote that was begun is not meant for it."""
        self._voting_on = None
        super().show_in(sides, shown)

    def what_to_do(self) -> str:
        """Return what the empty prompt box says while no tool call waits."""
        last = self._engine.conversation[-1] if self._engine.conversation else None
        if last and last.is_hidden:
            keys = "1 A, 2 B, = tie, 0 neither"
            return "ask both, blind…" if self._why_no_vote(last) else f"which answer is better? In a pane: {keys}"
        return "ask both, blind…" if self.is_blind else "ask both…"

    def place(self) -> str:
        """Return which conversation and round is shown, and whether it is hidden, or the next ones are blind."""
        if self._shown and self._shown.is_hidden:
            return f"{HIDDEN_MODEL} · {super().place()}"
        return f"blind · {super().place()}" if self.is_blind else super().place()

    def all_ended(self) -> None:
        """Say that the user can vote now."""
        super().all_ended()
        self._say_what_next_prompt_does()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key works now: digits vote where they can only mean that, and move the focus elsewhere."""
        shown = self._shown
        match action:
            case "vote":
                if shown is None or self._why_no_vote(shown):
                    return False
                return shown.is_hidden or self._voting_on is shown
            case "cancel_vote":
                return self._voting_on is not None
            case _:
                return super().check_action(action, parameters)

    def action_toggle_blind(self) -> None:
        """Switch blind rounds on or off, from the next prompt on."""
        self.is_blind = not self.is_blind
        last = self._engine.conversation[-1] if self._engine.conversation else None
        if self.is_blind:
            sentence = "Blind from the next prompt on: which model answers in which pane is shown after your vote."
        elif last and last.is_hidden:
            sentence = "In the open again once you have voted: what follows a hidden round stays hidden with it."
        else:
            sentence = "The next rounds are in the open again."
        tell(self, sentence)
        self.update_header()
        self._say_what_next_prompt_does()

    def action_begin_vote(self) -> None:
        """Ask which answer of the shown round is better; the next key votes."""
        if why := self._why_no_vote(self._shown):
            warn(self, why)
            return
        self._voting_on = self._shown
        names = [side_name(self._panes[side].label, self._shown) for side in SIDES]
        tell(self, f"Which answer is better? 1 {names[0]} · 2 {names[1]} · = tie · 0 neither · Esc: do not vote")
        self.refresh_bindings()

    def action_cancel_vote(self) -> None:
        """End the vote that was begun: digits move the focus again."""
        self._voting_on = None
        self.app.clear_notifications()
        self.refresh_bindings()

    def action_vote(self, choice: Choice) -> None:
        """Keep a vote on the shown round, and reveal it if it was hidden."""
        round_ = self._shown
        why = self._why_no_vote(round_)
        if round_ is None or why:
            warn(self, why)
            return
        self._voting_on = None
        voted = _voted_on(round_)
        vote = self._engine.cast_vote(voted, *self._verdict(choice))
        self._show_again()
        tell(self, vote_sentence(voted, vote))

    def action_take_back_vote(self) -> None:
        """Remove the vote on the shown round. A blind round stays revealed."""
        voted = _voted_on(self._shown) if self._shown else None
        if self._shown is None or voted is None or voted.vote is None:
            warn(self, "There is no vote on the shown round.")
            return
        self._engine.take_back_vote(voted)
        self._show_again()
        seen = " Another vote on it counts as one in the open: you have seen whose the answers are."
        tell(self, f"The vote was taken back.{seen if self._shown.blind else ''}")

    def action_reveal(self) -> None:
        """Show whose the answers of the shown round are, without a vote."""
        if self._shown is None or not self._shown.is_hidden:
            warn(self, "The shown round is not hidden.")
            return
        self._engine.reveal(self._shown)
        self._show_again()
        tell(self, revealed_sentence(self._shown))

    def commands(self) -> Iterator[Command]:
        """Yield every action, and the votes on the shown round, for the palette."""
        yield from super().commands()
        shown = self._shown
        if shown is None:
            return
        for side in SIDES:
            name = side_name(self._panes[side].label, shown)
            yield Command(f"Vote for the {name} answer", "", partial(self.action_vote, side), "vote better best prefer")
        yield Command("Vote for a tie", "", partial(self.action_vote, "tie"), "vote equal same")
        yield Command("Vote for neither answer", "", partial(self.action_vote, "neither"), "vote none bad")
        if shown.is_hidden:
            yield Command("Reveal this round without a vote", "", self.action_reveal, "reveal unhide blind")

    def _verdict(self, choice: Choice) -> "tuple[Verdict, Label | None]":
        """Return the verdict that a choice stands for, and the label whose answer is better."""
        match choice:
            case "left" | "right":
                return "better", self._panes[choice].label
            case "tie" | "neither":
                return choice, None

    def _why_no_vote(self, round_: Round | None) -> str:
        """Return why no vote can be given on a round; "" if one can."""
        if round_ is None:
            return "There is no round to vote on yet: ask something first."
        if len(round_.runs) < len(SIDES) and not round_.blind:
            return "A vote needs two answers, and only one side was asked."
        if any(pane.round is not round_ for pane in self._panes.values()):
            return "To vote, let both panes show the same round."
        if not round_.ended or self.is_unveiling or (self.is_busy and round_ in self._engine.conversation[-1:]):
            return "The answers are still coming: vote when they have ended."
        return ""

    def _show_again(self) -> None:
        """Show what the panes may show now, each in its place."""
        for pane in self._panes.values():
            if pane.round:
                pane.show(pane.round)
        self.place_timeline()
        self.update_prompt_note()
        self.update_titles()
        self.update_header()
        self._say_what_next_prompt_does()
        self.sample()
        self.refresh_bindings()


def _voted_on(round_: Round) -> Round:
    """Return the round that a vote on a round is kept with, which is that round itself in most cases.

    A turn of a blind round may have asked one side alone. A vote on it is kept with the round before that asked both:
    else it would not count for a pair of models.
    """
    asked_both = round_
    while asked_both.blind and len(asked_both.runs) < len(SIDES) and asked_both.follows:
        asked_both = asked_both.follows
    return asked_both if len(asked_both.runs) == len(SIDES) else round_
