"""What of a round is part of the conversation."""

from collections.abc import Callable

import pytest

from diptych.core.failure import Failure
from diptych.core.message import Message
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.engine.conversation import is_kept, kept_messages
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
