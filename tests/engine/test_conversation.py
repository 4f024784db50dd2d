"""What of a round is part of the conversation."""

from collections.abc import Callable

import pytest

from diptych.core.failure import Failure
from diptych.core.folding.tool import Tool
from diptych.core.message import FilePart, Message, ReasoningPart, TextPart, ToolCallPart, ToolResultPart
from diptych.core.request import Request
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.settings import ToolDefinition
from diptych.engine.conversation import is_kept, kept_messages, with_prompt
from tests.support.asking import new_run, settings


def answered(*pieces: str) -> Run:
    run = new_run(settings("openai-chat"))
    for piece in pieces:
        run.text.append(piece)
    return run


def completed(run: Run) -> None:
    run.complete()


def cut(run: Run) -> None:
    run.cut(1.0)


def stopped(run: Run) -> None:
    run.stop(1.0)


def failed(run: Run) -> None:
    run.fail(Failure("connection", "Lost."), 1.0)


@pytest.mark.parametrize(
    ("pieces", "end", "kept"),
    [
        (["Hello"], completed, True),
        (["Hel"], cut, True),
        (["Hel"], stopped, True),
        (["Hel"], failed, False),
        ([], completed, False),
        ([" ", "\n"], stopped, False),
    ],
)
def test_what_is_kept(pieces: list[str], end: Callable[[Run], None], kept: bool) -> None:
    run = answered(*pieces)
    end(run)

    assert is_kept(Round("hi", 0.0, (run,)), "left") is kept


def test_an_answer_that_still_streams_is_not_kept_yet() -> None:
    assert not is_kept(Round("hi", 0.0, (answered("Hel"),)), "left")


def test_a_side_that_was_not_asked_has_no_history() -> None:
    run = answered("Hel", "lo")
    run.complete()
    rounds = [Round("hi", 0.0, (run,))]

    assert kept_messages(rounds, "left") == (Message.of_text("user", "hi"), Message.of_text("assistant", "Hello"))
    assert kept_messages(rounds, "right") == ()


def test_half_a_character_does_not_keep_later_prompts_from_being_sent() -> None:
    run = answered("a\ud83c", "\udf0d b\udf0d c\ud83c")
    completed(run)

    messages = kept_messages([Round("h\udcff", 0.0, (run,))], "left")

    assert [message.text for message in messages] == ["h�", "a🌍 b� c�"]


LOOK = settings("openai-chat", tools=(ToolDefinition("look"),))
CALL = ToolCallPart("1", "look", "{}")
RESULT = Message("tool", (ToolResultPart("1", "a cat"),))


def turn(text: str = "", *calls: str, asked: Message | None = None, failed: bool = False) -> Round:
    """Return a round of the left side; `calls` are the ids of its tool calls, `asked` are the results it was sent."""
    run = Run("left", Request(LOOK, (asked or Message.of_text("user", "hi"),)), 0.0)
    run.text.append(text)
    for call_id in calls:
        tool = Tool(call_id, "look")
        tool.written.append("{}")
        run.tools.append(tool)
    if failed:
        run.fail(Failure("connection", "Lost."), 1.0)
    else:
        run.complete()
    return Round("hi", 0.0, (run,))


def shape(*rounds: Round) -> list[tuple[str, int, int, str]]:
    """Return of each kept message its role, its numbers of calls and results, and its text."""
    return [
        (kept.role, len(kept.tool_calls), len(kept.tool_results), kept.text) for kept in kept_messages(rounds, "left")
    ]


def test_calls_and_their_results_are_kept() -> None:
    assert kept_messages([turn("I look.", "1"), turn("A cat.", asked=RESULT)], "left") == (
        Message.of_text("user", "hi"),
        Message("assistant", (TextPart("I look."), CALL)),
        RESULT,
        Message.of_text("assistant", "A cat."),
    )


def test_an_answer_of_calls_alone_is_kept() -> None:
    assert is_kept(turn("", "1"), "left")
    assert shape(turn(" ", "1")) == [("user", 0, 0, "hi"), ("assistant", 1, 0, "")]


def test_thinking_is_kept_before_calls_only() -> None:
    block = {"type": "thinking", "thinking": "Hm.", "signature": "c2ln"}
    calling, answering = turn("", "1"), turn("Hello.")
    for round_ in (calling, answering):
        round_.runs["left"].reasoning.append(block)

    assert kept_messages([calling], "left")[-1].parts == (ReasoningPart(block), CALL)
    assert kept_messages([answering], "left")[-1] == Message.of_text("assistant", "Hello.")


def test_results_stay_if_the_answer_to_them_failed() -> None:
    rounds = [turn("", "1"), turn(asked=RESULT, failed=True)]

    assert shape(*rounds) == [("user", 0, 0, "hi"), ("assistant", 1, 0, ""), ("tool", 0, 1, "")]
    assert shape(*rounds, turn("Later.")) == [
        ("user", 0, 0, "hi"),
        ("assistant", 1, 0, ""),
        ("tool", 0, 1, ""),
        ("user", 0, 0, "hi"),
        ("assistant", 0, 0, "Later."),
    ]


def test_results_without_their_calls_are_left_out() -> None:
    assert shape(turn("Another take counts."), turn("A cat.", asked=RESULT)) == [
        ("user", 0, 0, "hi"),
        ("assistant", 0, 0, "Another take counts."),
    ]
    assert shape(turn("A cat.", asked=RESULT)) == []


def test_calls_without_results_are_left_out_once_the_conversation_has_gone_on() -> None:
    assert shape(turn("I look.", "1"), turn("Hello.")) == [
        ("user", 0, 0, "hi"),
        ("assistant", 0, 0, "I look."),
        ("user", 0, 0, "hi"),
        ("assistant", 0, 0, "Hello."),
    ]
    assert shape(turn("", "1"), turn("Hello.")) == [("user", 0, 0, "hi"), ("assistant", 0, 0, "Hello.")]
    assert shape(turn("", "1"), turn("", "2", asked=RESULT), turn("Hello.")) == [
        ("user", 0, 0, "hi"),
        ("assistant", 0, 0, "Hello."),
    ]


def test_a_prompt_is_the_result_of_every_call_that_waits() -> None:
    file = FilePart("a" * 64, "a.png", "image/png")
    prompt = Message("user", (TextPart("it is a cat"), file))
    answer = Message("assistant", (CALL, ToolCallPart("2", "look", "{}")))

    assert with_prompt((), prompt) == (prompt,)
    assert with_prompt((answer,), prompt) == (
        answer,
        Message("tool", (ToolResultPart("1", "it is a cat"), ToolResultPart("2", "it is a cat"), file)),
    )


def test_a_turn_that_streams_is_not_kept() -> None:
    run = Run("left", Request(LOOK, (RESULT,)), 0.0)
    assert shape(turn("", "1"), Round("x", 0.0, (run,))) == [("user", 0, 0, "hi"), ("assistant", 1, 0, "")]
