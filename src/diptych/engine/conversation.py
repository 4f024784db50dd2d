"""The messages that a prompt is sent with: for each label its own prompts, answers, tool calls and their results."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from diptych.core.attachment import Attachment
from diptych.core.message import FilePart, Message, Part, ReasoningPart, TextPart, ToolCallPart, ToolResultPart
from diptych.core.request import Label
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.text.sanitize import sendable
from diptych.core.tool_calls import open_calls


@dataclass(frozen=True, slots=True)
class Opening:
    """What a conversation that was opened from the history holds before the first of its rounds that is known.

    `messages` has the messages of each label; `files` are the contents of the files in them by their SHA-256.
    """

    messages: Mapping[Label, tuple[Message, ...]] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)

    @classmethod
    def before(cls, round_: Round) -> "Opening":
        """Return what the runs that count in a round were sent before its prompt."""
        requests = {label: run.request for label, run in round_.runs.items()}
        files = {sha256: data for request in requests.values() for sha256, data in request.files.items()}
        return cls({label: request.messages[:-1] for label, request in requests.items()}, files)


def conversation_up_to(round_: Round) -> tuple[Round, ...]:
    """Return the rounds that a round follows, in order, and the round itself."""
    rounds = [round_]
    while (before := rounds[-1].follows) is not None:
        rounds.append(before)
    return tuple(reversed(rounds))


def carried_turns(
    rounds: Sequence[Round], labels: Iterable[Label], continues: Label | None
) -> set[tuple[Round, Label]]:
    """Return the turns that a prompt to these labels goes on from: each a round of the conversation and a label.

    `continues` is the label whose conversation all of them go on with, None if each has its own.
    """
    carried: set[tuple[Round, Label]] = set()
    for label in labels:
        source = continues or label
        for round_ in reversed(rounds):
            carried.add((round_, source))
            source = round_.continues or source
    return carried


def is_kept(round_: Round, label: Label) -> bool:
    """Whether a label's turn in a round is part of the conversation.

    A turn that failed, or has neither visible text nor a tool call that can be answered, is left out together with its
    prompt, since no API takes an empty answer. An answer that was stopped or cut is kept as far as it came.
    """
    run = round_.runs.get(label)
    if run is None or not run.ended or run.state == "failed":
        return False
    return any(piece.strip() for piece in run.text) or bool(open_calls(run))


def kept_messages(rounds: Sequence[Round], label: Label, opening: Opening = Opening()) -> tuple[Message, ...]:
    """Return the prompts and answers of a label's turns in order, without those that are not kept.

    They come after the messages of the `opening`. Where a round continues the conversation of another label, what came
    before it is that label's.

    The last message may be an answer with tool calls, which the next message has to answer. Calls before it are there
    only with their results. Results stay even if the answer to them is not kept.
    """
    messages = list(opening.messages.get(label, ()))
    for index, round_ in enumerate(rounds):
        if round_.continues not in (None, label):
            messages = list(kept_messages(rounds[:index], round_.continues, opening))
        run = round_.runs.get(label)
        if run is None:
            continue
        asked = asked_message(round_, run)
        if asked.tool_results:
            if not _answers(asked, messages[-1:]):
                continue  # another take of the earlier round counts now, and it made other calls
        elif is_kept(round_, label):
            _drop_open_calls(messages)
        if is_kept(round_, label):
            messages += (asked, answer_message(run))
        elif asked.tool_results and run.ended:
            messages.append(asked)
    return tuple(messages)


def with_prompt(earlier: Sequence[Message], prompt: Message) -> tuple[Message, ...]:
    """Return a conversation that goes on with a prompt.

    If tool calls wait for a result, the text of the prompt is the result of each of them.
    """
    calls = earlier[-1].tool_calls if earlier else ()
    if not calls:
        return (*earlier, prompt)
    results = (ToolResultPart(call.id, prompt.text) for call in calls)
    files = (part for part in prompt.parts if isinstance(part, FilePart))
    return (*earlier, Message("tool", (*results, *files)))


def asked_message(round_: Round, run: Run) -> Message:
    """Return what a run was asked with in its round, after the conversation before: a prompt, or results of calls."""
    asked = run.request.messages[-1]
    return message("user", round_.prompt) if asked.is_plain else asked


def answer_message(run: Run) -> Message:
    """Return the answer of a run as a message. Thinking belongs to it only where tool calls follow it."""
    calls = open_calls(run)
    text = sendable("".join(run.text))
    if not calls:
        return Message.of_text("assistant", text)
    parts: list[Part] = [ReasoningPart(block) for block in run.reasoning]
    if text.strip():
        parts.append(TextPart(text))
    return Message("assistant", (*parts, *calls))


def message(role: Literal["user", "assistant"], text: str, files: tuple[FilePart, ...] = ()) -> Message:
    """Return a message that can be sent, with the files before the text.

    Anthropic advises that order: https://platform.claude.com/docs/en/build-with-claude/vision.
    """
    return Message(role, (*files, TextPart(sendable(text))))


def prompt_attachments(round_: Round) -> tuple[Attachment, ...]:
    """Return the files that were sent with the prompt of a round."""
    requests = [run.request for run in round_.runs.values()]
    request = next((each for each in requests if each.messages[-1].files), None)
    if request is None:
        return ()
    return tuple(Attachment(file, request.files[file.sha256]) for file in request.messages[-1].files)


def earlier_files(
    rounds: Sequence[Round], messages: Sequence[Message], opening: Opening = Opening()
) -> dict[str, bytes]:
    """Return the contents of the files in the messages of earlier rounds, by their SHA-256."""
    requests = (run.request for round_ in rounds for run in round_.runs.values())
    known = {**opening.files, **{sha256: data for request in requests for sha256, data in request.files.items()}}
    return {file.sha256: known[file.sha256] for each in messages for file in each.files}


def _answers(results: Message, before: Sequence[Message]) -> bool:
    """Whether results belong to the calls of the message before them."""
    calls: tuple[ToolCallPart, ...] = before[-1].tool_calls if before else ()
    return [call.id for call in calls] == [result.call_id for result in results.tool_results]


def _drop_open_calls(messages: list[Message]) -> None:
    """Remove the calls of the last message, which have no results. If it has no text, it is removed with its prompt."""
    while messages and messages[-1].tool_calls:
        text = messages.pop().text
        if text:
            messages.append(Message.of_text("assistant", text))
        else:
            messages.pop()
