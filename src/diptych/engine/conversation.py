"""What each side has been told and has answered: the history that follow-up prompts carry."""

from collections.abc import Sequence
from typing import Literal

from diptych.core.message import Message
from diptych.core.request import Label
from diptych.core.round import Round


def is_kept(round_: Round, side: Label) -> bool:
    """Whether a round's turn of a side is part of the conversation.

    A turn that failed or has no visible text is left out with its prompt, since no API takes an empty answer; what
    was stopped or cut is kept as far as it came.
    """
    run = round_.runs.get(side)
    return run is not None and run.ended and run.state != "failed" and any(piece.strip() for piece in run.text)


def history(rounds: Sequence[Round], side: Label) -> tuple[Message, ...]:
    """The prompts and visible answers of a side's kept turns, in order."""
    messages: list[Message] = []
    for round_ in rounds:
        if is_kept(round_, side):
            messages.append(turn("user", round_.prompt))
            messages.append(turn("assistant", "".join(round_.runs[side].text)))
    return tuple(messages)


def turn(role: Literal["user", "assistant"], text: str) -> Message:
    """A turn as it can be sent: half a character, which JSON lets a server write, becomes U+FFFD."""
    return Message.of_text(role, text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"))
