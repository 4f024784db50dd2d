"""Which recording answers a request, and what is said if none does."""

import pytest

from diptych.core.endpoint import ApiName
from diptych.serving.comparable_conversation import ComparableConversation, Turn
from diptych.serving.matching import Asked, NoMatchError, RecordedAnswers
from diptych.serving.recorded_answer import RecordedAnswer
from diptych.serving.timed_answer import TimedAnswer

_ANSWER = TimedAnswer(200, b"", 0.0, (), (), "clean", 0.0)


def _said(text: str) -> ComparableConversation:
    return ComparableConversation((Turn("user", (text,)),))


def _recorded(name: str, text: str | None = "hi", model: str = "m", api: ApiName = "openai-chat") -> RecordedAnswer:
    return RecordedAnswer(name, api, model, None if text is None else _said(text), _ANSWER)


def _play(answers: RecordedAnswers, text: str = "hi", model: str = "m", api: ApiName = "openai-chat") -> str:
    found = answers.find(Asked(api, model, _said(text)))
    found.played += 1
    return found.name


def _refusal(answers: RecordedAnswers, asked: Asked) -> str:
    with pytest.raises(NoMatchError) as refused:
        answers.find(asked)
    return str(refused.value)


def test_by_api_then_model_then_conversation() -> None:
    answers = RecordedAnswers(
        [
            _recorded("1", api="openai-responses"),
            _recorded("2", model="other"),
            _recorded("3", "bye"),
            _recorded("4"),
        ]
    )
    assert _play(answers) == "4"
    assert _play(answers, "bye") == "3"
    assert _play(answers, model="other") == "2"
    assert _play(answers, api="openai-responses") == "1"


def test_several_are_played_in_order_and_then_again() -> None:
    answers = RecordedAnswers([_recorded("1"), _recorded("2"), _recorded("3", "bye")])
    assert [_play(answers) for _ in range(5)] == ["1", "2", "1", "2", "1"]
    assert [answer.name for answer in answers.unused] == ["3"]


def test_a_recording_that_does_not_know_its_conversation_comes_last() -> None:
    answers = RecordedAnswers([_recorded("1", None), _recorded("2", None, model=""), _recorded("3")])
    assert [_play(answers), _play(answers, "else"), _play(answers, "else"), _play(answers, model="any")] == list("3122")


def test_lenient() -> None:
    answers = RecordedAnswers(
        [_recorded("1"), _recorded("2", "bye"), _recorded("3", api="openai-responses")], is_lenient=True
    )
    assert [_play(answers, "bye"), _play(answers, "else"), _play(answers, "else", "gpt")] == ["2", "1", "1"]
    assert "it is of anthropic-messages, and the recordings are of openai-chat and openai-responses." in _refusal(
        answers, Asked("anthropic-messages", "m", None)
    )


def test_the_nearest_recording_is_named() -> None:
    answers = RecordedAnswers([_recorded("1:left", model="gpt-a"), _recorded("2:left", "bye", model="gpt-b")])

    assert _refusal(answers, Asked("openai-chat", "gpt-b", _said("hello"))) == (
        "No recording matches this request. Nearest is 2:left: message 1 (user) is “bye” there and “hello” here. "
        "With --lenient, the next recording of the API is played."
    )
    assert "1:left: the model is gpt-a there and gpt-c here." in _refusal(
        answers, Asked("openai-chat", "gpt-c", _said("hi"))
    )
    assert "the model is gpt-a there and missing here." in _refusal(answers, Asked("openai-chat", "", _said("hi")))
    assert "2:left: this request has no messages." in _refusal(answers, Asked("openai-chat", "gpt-b", None))


def test_models_are_listed_once() -> None:
    answers = RecordedAnswers([_recorded("1"), _recorded("2"), _recorded("3", model=""), _recorded("4", model="n")])
    assert answers.models("openai-chat", "openai-responses") == ["m", "n"]
    assert answers.models("anthropic-messages") == []
