"""What the span of a run holds."""

import json
from typing import Any

import pytest

from diptych.core.endpoint import ApiName
from diptych.core.event import AttemptFailed, Event, RequestSent
from diptych.core.failure import Failure
from diptych.core.message import FilePart, Message, ReasoningPart, TextPart, ToolCallPart, ToolResultPart
from diptych.core.request import Request
from diptych.core.round import ExperimentCase, Round
from diptych.core.run import Run
from diptych.telemetry.run_span import run_span
from diptych.telemetry.span_data import SpanData, WallClock
from tests.support.answers import Answer, Step, json_answer
from tests.support.asking import KEY, new_run, play, settings
from tests.support.streams import CHAT_USAGE, DONE, chat, chunk, messages

SECOND = 1_000_000_000
DATE = 1_700_000_000


def span_of(run: Run, *, with_content: bool = False, case: ExperimentCase | None = None) -> SpanData:
    """The span of a run that began together with its round."""
    round_ = Round("hi", run.began, [run], DATE, case)
    return run_span(run, round_, WallClock(run.began, DATE), "conversation", with_content=with_content)


def at(span: SpanData) -> dict[str, float]:
    """When its events happened, in seconds since the round began."""
    return {event.name: (event.at - DATE * SECOND) / SECOND for event in span.events}


def test_the_times_are_those_of_the_wire() -> None:
    begin, *pieces = chat("H", "e", "l", "lo")
    span = span_of(play(Answer([0.5, begin, 0.25, *pieces[:3], 2.0, *pieces[3:]])))

    assert (span.name, span.error) == ("chat some-model", "")
    assert (span.began, span.ended) == (DATE * SECOND, DATE * SECOND + 2_750_000_000)
    assert at(span) == {"diptych.first_token": 0.75, "diptych.first_answer": 0.75, "diptych.silence": 0.75}
    assert span.events[2].attributes == {"diptych.silence.seconds": 2.0}
    found = span.attributes
    assert found["gen_ai.response.time_to_first_chunk"] == 0.5
    assert found["diptych.first_token"] == 0.75
    assert found["diptych.total"] == 2.75


@pytest.mark.parametrize(
    ("api", "stream", "expected"),
    [
        (
            "anthropic-messages",
            messages("Hello"),
            {
                "gen_ai.provider.name": "anthropic",
                "gen_ai.response.id": "msg_1",
                "gen_ai.response.model": "claude-reported",
                "gen_ai.response.finish_reasons": ["end_turn"],
            },
        ),
        (
            "openai-chat",
            chat("Hello"),
            {
                "gen_ai.provider.name": "openai",
                "gen_ai.response.id": "chatcmpl-1",
                "gen_ai.response.model": "gpt-reported",
                "gen_ai.response.finish_reasons": ["stop"],
            },
        ),
    ],
)
def test_the_names_are_those_of_the_conventions(api: ApiName, stream: list[Step], expected: dict[str, Any]) -> None:
    found = span_of(play(Answer(stream), api=api)).attributes

    common = {
        "gen_ai.operation.name": "chat",
        "gen_ai.conversation.id": "conversation",
        "gen_ai.request.model": "some-model",
        "gen_ai.request.max_tokens": 8192,
        "gen_ai.request.stream": True,
        "gen_ai.usage.input_tokens": 8,
        "gen_ai.usage.output_tokens": 3,
        "server.address": "127.0.0.1",
        "server.port": 9,
        "diptych.label": "left",
        "diptych.take": 1,
        "diptych.state": "complete",
        "diptych.attempts": 1,
        "diptych.events": len(stream),
    }
    assert {name: found.get(name) for name in common | expected} == common | expected
    assert not [name for name in found if name.startswith("gen_ai.server.")]
    assert "error.type" not in found


def test_all_kinds_of_tokens_are_counted() -> None:
    details = {"prompt_tokens_details": {"cached_tokens": 5}, "completion_tokens_details": {"reasoning_tokens": 2}}
    usage = chunk(usage={"prompt_tokens": 8, "completion_tokens": 3, **details})
    found = span_of(play(Answer([*chat("Hello")[:-2], usage, DONE]))).attributes

    assert {name: value for name, value in found.items() if name.startswith("gen_ai.usage.")} == {
        "gen_ai.usage.input_tokens": 8,
        "gen_ai.usage.output_tokens": 3,
        "gen_ai.usage.cache_read.input_tokens": 5,
        "gen_ai.usage.reasoning.output_tokens": 2,
    }


def test_attempts_that_failed_are_part_of_the_span() -> None:
    refused = json_answer(503, '{"error": {"message": "Overloaded."}}', retry_after="2")
    span = span_of(play(refused, Answer([0.5, *chat("Hello")])))

    assert span.attributes["diptych.attempts"] == 2
    assert span.attributes["gen_ai.response.time_to_first_chunk"] == 2.5
    assert span.attributes["diptych.first_token"] == 0.5
    failed = span.events[0]
    assert (failed.name, failed.at) == ("diptych.attempt_failed", DATE * SECOND)
    assert failed.attributes["diptych.attempt"] == 1
    assert failed.attributes["diptych.attempt.status"] == 503
    assert failed.attributes["diptych.attempt.wait"] == 2.0
    assert "Overloaded." in str(failed.attributes["diptych.attempt.reason"])


@pytest.mark.parametrize(
    ("answer", "kind", "error"),
    [
        (json_answer(401, '{"error": {"message": "Wrong key."}}'), "401", "Wrong key."),
        (Answer(chat("Hel")[:2]), "cut", "The stream ended without its terminal event."),
        (Answer([chunk(error={"message": "Out of memory."})]), "event", "Out of memory."),
        (Answer([b"<html>"], headers={"content-type": "text/html"}), "response", "an HTML page"),
    ],
)
def test_a_run_that_failed_is_an_error(answer: Answer, kind: str, error: str) -> None:
    span = span_of(play(answer))

    assert span.attributes["error.type"] == kind
    assert error in span.error


def test_a_run_that_was_stopped_is_not_an_error() -> None:
    run = new_run(settings("openai-chat"))
    run.begin_attempt(1.0)
    run.stop(3.0)
    span = span_of(run)

    assert (span.attributes["diptych.state"], span.error) == ("stopped", "")
    assert "error.type" not in span.attributes
    assert span.ended - span.began == 3 * SECOND


def test_a_run_that_was_never_sent_names_the_server_that_it_was_for() -> None:
    run = new_run(settings("openai-chat", "https://models.example"), began=2.0)
    run.fail(Failure("connection", "Nothing answers."), 4.0)
    span = span_of(run)

    assert (span.began, span.ended) == (DATE * SECOND, (DATE + 2) * SECOND)
    assert span.attributes["server.address"] == "models.example"
    assert span.attributes["server.port"] == 443
    assert span.attributes["error.type"] == "connection"
    assert "gen_ai.request.max_tokens" not in span.attributes


def test_a_first_attempt_that_reached_nothing_counts_from_when_the_run_began() -> None:
    run = new_run(settings("openai-chat"), began=1.0)
    run.note(AttemptFailed(2.0, 1, None, 0.5, "Nothing answers."))
    run.begin_attempt(2.5)
    run.connected(2.6, 0.1)
    run.note(RequestSent(2.6, "POST", "http://127.0.0.1:9/v1", (), b"{}", 0.1))
    run.stop(4.0)
    span = span_of(run)

    assert (span.began, span.ended) == (DATE * SECOND, (DATE + 3) * SECOND)
    assert span.events[0].attributes == {
        "diptych.attempt": 1,
        "diptych.attempt.wait": 0.5,
        "diptych.attempt.reason": "Nothing answers.",
    }


def test_connecting_is_part_of_the_span() -> None:
    run = new_run(settings("openai-chat"), began=1.0)
    run.begin_attempt(1.5)
    run.connected(1.75, 0.25)
    run.note(RequestSent(1.75, "POST", "http://127.0.0.1:9/v1", (), b"{}", 0.25))
    run.add(Event(2.0, 1, "", b"{}", ()))
    run.stop(4.0)
    span = span_of(run)

    assert span.began == DATE * SECOND + 500_000_000
    assert span.attributes["gen_ai.response.time_to_first_chunk"] == 0.5
    assert span.attributes["diptych.connect"] == 0.25


def test_a_recorded_run_without_an_end_lasts_until_it_was_last_heard_of() -> None:
    run = new_run(settings("openai-chat"))
    run.begin_attempt(1.0)
    run.break_off()

    assert span_of(run).ended == (DATE + 1) * SECOND


def test_a_simulated_run_names_no_server() -> None:
    run = new_run(settings("openai-chat", simulated=True))
    run.stop(1.0)
    found = span_of(run).attributes

    assert found["diptych.simulated"] is True
    assert not found.keys() & {"server.address", "server.port", "diptych.cost_usd"}


def test_an_answer_of_an_experiment_says_where_it_belongs() -> None:
    run = play(Answer(chat("Hello")))
    found = span_of(run, case=ExperimentCase(3, "capital", 2)).attributes

    assert (found["diptych.experiment"], found["diptych.case"], found["diptych.repeat"]) == (3, "capital", 2)


def test_texts_that_cannot_be_encoded_are_made_sendable() -> None:
    run = play(Answer([chunk({"content": "x"}, "\ud800"), CHAT_USAGE, DONE]))

    assert span_of(run).attributes["gen_ai.response.finish_reasons"] == ["\ufffd"]


def test_nothing_that_was_said_is_in_a_span() -> None:
    asked = settings("openai-chat", system="Be Lot's wife.")
    run = Run("left", Request(asked, (Message.of_text("user", "Who looked back?"),)), 0.0)
    run.stop(1.0)

    assert "Lot" not in str(span_of(run))
    assert "looked" not in str(span_of(run))


def test_what_was_said_has_the_form_of_the_conventions() -> None:
    asked = settings("openai-chat", system="Be brief.")
    history = (
        Message("user", (TextPart("Look."), FilePart("abc", "cat.png", "image/png"))),
        Message("assistant", (ReasoningPart({"type": "x"}), ToolCallPart("call_1", "look", '{"at": 1}'))),
        Message("tool", (ToolResultPart("call_1", f"a cat with {KEY.reveal()}"),)),
    )
    run = play(Answer([chunk({"reasoning_content": "Hm."}), *chat("A cat.")]))
    run.request = Request(asked, history)
    run.refusal.append("No.")
    found = span_of(run, with_content=True).attributes

    assert json.loads(str(found["gen_ai.system_instructions"])) == [{"type": "text", "content": "Be brief."}]
    file = {"type": "file", "modality": "image", "mime_type": "image/png", "file_id": "sha256:abc", "name": "cat.png"}
    call = {"type": "tool_call", "id": "call_1", "name": "look", "arguments": {"at": 1}}
    result = {"type": "tool_call_response", "id": "call_1", "response": "a cat with [redacted]"}
    assert json.loads(str(found["gen_ai.input.messages"])) == [
        {"role": "user", "parts": [{"type": "text", "content": "Look."}, file]},
        {"role": "assistant", "parts": [call]},
        {"role": "tool", "parts": [result]},
    ]
    texts = [{"type": "text", "content": "A cat."}, {"type": "text", "content": "No."}]
    assert json.loads(str(found["gen_ai.output.messages"])) == [
        {"role": "assistant", "parts": [{"type": "reasoning", "content": "Hm."}, *texts]}
    ]


def test_arguments_that_are_not_json_stay_as_they_came() -> None:
    call = {"index": 0, "id": "c", "function": {"name": "look", "arguments": '{"at'}}
    run = play(Answer([chunk({"tool_calls": [call]}), chunk({}, "length"), CHAT_USAGE, DONE]))
    found = span_of(run, with_content=True).attributes

    assert json.loads(str(found["gen_ai.output.messages"])) == [
        {"role": "assistant", "parts": [{"type": "tool_call", "id": "c", "name": "look", "arguments": '{"at'}]}
    ]
    assert "gen_ai.system_instructions" not in found
