"""Messages in parts."""

from diptych.core.message import FilePart, Message, TextPart, ToolResultPart


def test_a_message_of_text_alone_is_plain() -> None:
    message = Message.of_text("user", "hi")
    assert message.is_plain
    assert message.text == "hi"


def test_the_text_of_a_message_is_that_of_its_text_parts() -> None:
    file = FilePart("0" * 64, "a.png", "image/png")
    message = Message("user", (TextPart("Look at this:"), file, TextPart("What is it?")))
    assert not message.is_plain
    assert message.text == "Look at this:\n\nWhat is it?"
    assert Message("tool", (ToolResultPart("call_1", "a cat"),)).text == ""
