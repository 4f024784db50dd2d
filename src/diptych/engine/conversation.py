"""The earlier messages that a follow-up prompt is sent with: for each label its own prompts and answers."""

from collections.abc import Sequence
from typing import Literal

from diptych.core.message import Message
from diptych.core.request import Label
from diptych.core.round import Round


def is_kept(round_: Round, label: Label) -> bool:
    """Whether a label's turn in a round is part of the conversation.

    A turn that failed or has no visible text is left out together with its prompt, since no API takes an empty answer.
    An answer that was stopped or cut is kept as far as it came.
    """
    run = round_.runs.get(label)
    return run is not None and run.ended and run.state != "failed" and any(piece.strip() for piece in run.text)


def kept_messages(rounds: Sequence[Round], label: Label) -> tuple[Message, ...]:
    """Return the prompts and visible answers of a label's turns in order, without those that are not kept."""
    messages: list[Message] = []
    for round_ in rounds:
        if is_kept(round_, label):
            messages.append(message("user", round_.prompt))
            messages.append(message("assistant", "".join(round_.runs[label].text)))
    return tuple(messages)


def message(role: Literal["user", "assistant"], text: str) -> Message:
    """Return a message that can be sent: a lone surrogate, which a server can write in JSON, becomes U+FFFD."""
    return Message.of_text(role, text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"))
