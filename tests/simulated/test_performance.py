"""A step or a content of a kind that does not exist is a loud error, never a silent gap."""

from random import Random
from typing import Any, cast

import pytest

from diptych.simulated.framing import Dialect
from diptych.simulated.messages_stream import Messages
from diptych.simulated.openai_chat_stream import Chat
from diptych.simulated.pacing import Pace
from diptych.simulated.performance import perform
from diptych.simulated.question import Question
from diptych.simulated.responses_stream import Responses
from diptych.simulated.script import Script

UNKNOWN = cast("Any", "sing")


def dialect(kind: type[Dialect]) -> Dialect:
    return kind(Question.from_body({"stream": True}), Random(1), 0.0)


def test_an_unknown_step_is_refused() -> None:
    script = Script((UNKNOWN,), Pace(0.5, 50))

    with pytest.raises(AssertionError, match="sing"):
        list(perform(script, dialect(Chat)))


@pytest.mark.parametrize("kind", [Messages, Responses])
def test_an_unknown_content_cannot_be_opened(kind: type[Dialect]) -> None:
    with pytest.raises(AssertionError, match="sing"):
        dialect(kind).open(UNKNOWN)


@pytest.mark.parametrize("kind", [Messages, Chat])
def test_an_unknown_content_has_no_pieces(kind: type[Dialect]) -> None:
    with pytest.raises(AssertionError, match="sing"):
        dialect(kind).piece(UNKNOWN, "la")
