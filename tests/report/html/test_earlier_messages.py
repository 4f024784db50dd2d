"""The conversation before a prompt on a page."""

from diptych.core.message import FilePart, Message, Part, ReasoningPart, TextPart, ToolCallPart, ToolResultPart
from diptych.core.request import Request
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.report.html.earlier_messages import earlier_messages
from tests.report.pages import read
from tests.report.runs import begun

PROMPT = Message.of_text("user", "And now?")


def text(*conversations: tuple[Message, ...]) -> str:
    runs = [
        Run(label, Request(begun().request.settings, (*messages, PROMPT)), 0.0)
        for label, messages in zip(("left", "right"), conversations, strict=False)
    ]
    return read("".join(earlier_messages(Round("And now?", 0.0, runs)))).text


def test_a_first_prompt_has_none() -> None:
    assert text((), ()) == ""


def test_what_all_sides_were_sent_is_shown_once() -> None:
    said = (Message.of_text("user", "<b>Hi</b>"), Message.of_text("assistant", "Hello."))

    assert " ".join(text(said, said).split()) == "2 earlier messages of the conversation user<b>Hi</b> assistantHello."


def test_conversations_that_differ_are_named() -> None:
    shown = text((Message.of_text("user", "one"),), (Message.of_text("user", "two"),))

    assert "left: 1 earlier message" in shown
    assert "right: 1 earlier message" in shown


def test_every_part_is_told() -> None:
    parts: tuple[Part, ...] = (
        TextPart("text"),
        FilePart("0" * 64, "a.png", "image/png"),
        ToolCallPart("1", "weather", "{}"),
        ToolResultPart("1", "rain"),
        ToolResultPart("1", "no city", is_error=True),
        ReasoningPart({"type": "thinking"}),
    )

    shown = text((Message("assistant", parts),), (Message("assistant", parts),)).split("\n\n")
    for told in ("assistanttext", "[a.png]", "calls weather {}", "result: rain", "error: no city", "[thinking]"):
        assert told in shown
