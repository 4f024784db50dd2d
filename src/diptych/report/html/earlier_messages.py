"""The messages that were sent before a prompt, folded."""

from collections.abc import Iterator, Sequence
from typing import assert_never

from diptych.core.message import FilePart, Message, Part, ReasoningPart, TextPart, ToolCallPart, ToolResultPart
from diptych.core.naming import side_name
from diptych.core.round import Round
from diptych.core.wording.counted import counted
from diptych.report.html.escape import block, words


def earlier_messages(round_: Round) -> Iterator[str]:
    """Yield the messages before the prompt; once if all sides were sent the same ones, and nothing without any."""
    by_label = {label: run.request.messages[:-1] for label, run in round_.runs.items()}
    conversations = list(by_label.values())
    if all(each == conversations[0] for each in conversations):
        yield from _folded("", conversations[0] if conversations else ())
    else:
        for label, messages in by_label.items():
            yield from _folded(f"{side_name(label)}: ", messages)


def _folded(whose: str, messages: Sequence[Message]) -> Iterator[str]:
    if not messages:
        return
    summary = words(f"{whose}{counted(len(messages), 'earlier message')} of the conversation")
    yield f'<details class="earlier"><summary>{summary}</summary>\n<dl>\n'
    for message in messages:
        text = "\n\n".join(map(_part_text, message.parts))
        yield f'<dt>{message.role}</dt><dd dir="auto">{block(text)}</dd>\n'
    yield "</dl>\n</details>\n"


def _part_text(part: Part) -> str:
    match part:
        case TextPart(text):
            return text
        case FilePart(name=name):
            return f"[{name}]"
        case ToolCallPart(_, name, arguments):
            return f"calls {name} {arguments}"
        case ToolResultPart(_, text, is_error):
            return f"{'error' if is_error else 'result'}: {text}"
        case ReasoningPart():
            return "[thinking]"
        case _:
            assert_never(part)
