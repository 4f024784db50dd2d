"""The rounds of a session that its next prompt follows, and the messages of each label in them."""

from collections.abc import Iterable, Mapping, Sequence

from diptych.core.message import Message
from diptych.core.request import Label
from diptych.core.round import Round
from diptych.core.tool_calls import is_turn
from diptych.engine.conversation import (
    Opening,
    carried_turns,
    conversation_up_to,
    earlier_files,
    is_kept,
    kept_messages,
)


class FollowedRounds:
    """The rounds that the next prompt follows, in order.

    `continues` is the label whose answers in them every label goes on with; None if each goes on with its own.
    """

    def __init__(self) -> None:
        self.rounds: tuple[Round, ...] = ()
        self.continues: Label | None = None
        self._before_continuing: tuple[Round, ...] = ()
        self._opening = Opening()
        self._turns: set[Round] = set()

    def open(self, rounds: Sequence[Round]) -> None:
        """Follow the rounds of a conversation of the history, each of which follows the last."""
        self.rounds = tuple(rounds)
        self._opening = Opening.before(rounds[0])
        self._turns = {
            round_ for round_ in rounds if is_turn(round_.prompt, [run.request for run in round_.runs.values()])
        }
        before: Round | None = None
        for round_ in rounds:
            round_.follows, before = before, round_

    def follow(self, round_: Round, earlier: Iterable[Round], *, answers_calls: bool) -> None:
        """Follow a round that has begun after `earlier` ones; `answers_calls` says that it answers tool calls."""
        self.rounds = (*earlier, round_)
        self.continues = None
        if answers_calls:
            self._turns.add(round_)

    def continue_from(self, round_: Round, label: Label) -> None:
        """Follow a round and those before it, every label with the answers of this one."""
        if self.continues is None:
            self._before_continuing = self.rounds
        self.rounds = conversation_up_to(round_)
        self.continues = label

    def undo_continuing(self) -> None:
        """Follow the same rounds as before `continue_from`, each label with its own answers."""
        if self.continues is not None:
            self.rounds = self._before_continuing
            self.continues = None

    def messages(self, label: Label) -> tuple[Message, ...]:
        """Return the messages that the next prompt to a label follows."""
        return self.sent_before(self.rounds, label, self.continues)[0]

    def sent_before(
        self, rounds: Sequence[Round], label: Label, continues: Label | None
    ) -> tuple[tuple[Message, ...], Mapping[str, bytes]]:
        """Return the messages that a prompt after these rounds follows, and the files in them by their SHA-256."""
        messages = kept_messages(rounds, continues or label, self._opening)
        return messages, earlier_files(rounds, messages, self._opening)

    def prompt_of(self, round_: Round) -> tuple[tuple[Round, ...], Round]:
        """Return the round whose prompt led to this one, and those that it followed: a turn has no prompt of a user.

        Raises `ValueError` if the prompt is not part of the conversation.
        """
        *earlier, asked = conversation_up_to(round_)
        while asked in self._turns:
            if not earlier:
                raise ValueError("The prompt that led to these tool calls is not part of this conversation.")
            asked = earlier.pop()
        return tuple(earlier), asked

    def carries(self, round_: Round, label: Label, labels: Iterable[Label]) -> bool:
        """Whether a later prompt to these labels carries what a label was asked and answered in a round."""
        return (round_, label) in carried_turns(self.rounds, labels, self.continues) and is_kept(round_, label)
