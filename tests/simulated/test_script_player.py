"""A step or a content of an unknown kind raises an error, and is never left out silently."""

from random import Random
from typing import Any, cast

import pytest

from diptych.simulated.messages_stream import MessagesWriter
from diptych.simulated.openai_chat_stream import ChatWriter
from diptych.simulated.pacing import Pace
from diptych.simulated.question import Question
from diptych.simulated.responses_stream import ResponsesWriter
from diptych.simulated.script import Script
from diptych.simulated.script_player import perform
from diptych.simulated.stream_writer import StreamWriter

UNKNOWN = cast("Any", "sing")


def writer(kind: type[StreamWriter]) -> StreamWriter:
    return kind(Question.from_body({"stream": True}), Random(1), 0.0)


def test_an_unknown_step_is_refused() -> None:
    script = Script((UNKNOWN,), Pace(0.5, 50))

    with pytest.raises(AssertionError, match="sing"):
        list(perform(script, writer(ChatWriter)))


@pytest.mark.parametrize("kind", [MessagesWriter, ResponsesWriter])
def test_an_unknown_content_cannot_be_opened(kind: type[StreamWriter]) -> None:
    with pytest.raises(AssertionError, match="sing"):
        writer(kind).open(UNKNOWN)


@pytest.mark.parametrize("kind", [MessagesWriter, ChatWriter])
def test_an_unknown_content_has_no_pieces(kind: type[StreamWriter]) -> None:
    with pytest.raises(AssertionError, match="sing"):
        writer(kind).piece(UNKNOWN, "la")
