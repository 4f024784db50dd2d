"""The earlier messages that a follow-up prompt is sent with: for each label its own prompts and answers."""

from collections.abc import Sequence
from typing import Literal

from diptych.core.attachment import Attachment
from diptych.core.message import FilePart, Message, TextPart
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
            messages.append(message("user", round_.prompt, round_.runs[label].request.messages[-1].files))
            messages.append(message("assistant", "".join(round_.runs[label].text)))
    return tuple(messages)


def message(role: Literal["user", "assistant"], text: str, files: tuple[FilePart, ...] = ()) -> Message:
    """Return a message that can be sent, with the files before the text.

    Anthropic advises that order: https://platform.claude.com/docs/en/build-with-claude/vision. A lone surrogate, which
    a server can write in JSON, becomes U+FFFD.
    """
    sent = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return Message(role, (*files, TextPart(sent)))


def prompt_attachments(round_: Round) -> tuple[Attachment, ...]:
    """Return the files that were sent with the prompt of a round."""
    requests = [run.request for run in round_.runs.values()]
    request = next((each for each in requests if each.messages[-1].files), None)
    if request is None:
        return ()
    return tuple(Attachment(file, request.files[file.sha256]) for file in request.messages[-1].files)


def earlier_files(rounds: Sequence[Round], messages: Sequence[Message]) -> dict[str, bytes]:
    """Return the contents of the files in the messages of earlier rounds, by their SHA-256."""
    known = {
        sha256: data for round_ in rounds for run in round_.runs.values() for sha256, data in run.request.files.items()
    }
    return {file.sha256: known[file.sha256] for each in messages for file in each.files}
