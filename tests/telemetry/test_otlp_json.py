"""Spans of recorded rounds in OTLP's JSON, as OpenTelemetry's own definition of the format reads them."""

import json
from typing import Any

import pytest
from google.protobuf import json_format
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from diptych.core.blind import Blind, HiddenRoundError
from diptych.core.failure import Failure
from diptych.core.round import ExperimentCase, Round
from diptych.core.run import Run
from diptych.replay.folding import fold
from diptych.telemetry.otlp_json import UndatedRoundError, otlp_lines
from tests.captures.untimed import untimed_recording
from tests.support.answers import Answer
from tests.support.asking import new_run, play, settings
from tests.support.streams import chat

DATE = 1_700_000_000.25


def round_of(*runs: Run, **more: Any) -> Round:
    return Round("hi", runs[0].began, runs, DATE, **more)


def spans_of(*rounds: Round, with_content: bool = False) -> list[list[Span]]:
    """The spans of each line, checked by the definition of the format."""
    found = []
    for line in otlp_lines(rounds, "checker", with_content=with_content):
        assert line.endswith("\n")
        request = json_format.ParseDict(json.loads(line), ExportTraceServiceRequest())
        (resource,) = request.resource_spans
        assert resource.resource.attributes[0].value.string_value == "checker"
        found.append([*resource.scope_spans[0].spans])
    return found


def attributes(span: Span) -> dict[str, Any]:
    return {each.key: getattr(each.value, each.value.WhichOneof("value")) for each in span.attributes}


def answered() -> Run:
    return play(Answer([0.5, *chat("Hel", "lo")]))


def test_a_round_is_a_trace_with_a_span_for_each_run() -> None:
    ((whole, span),) = spans_of(round_of(answered(), experiment_case=ExperimentCase(3, "paris", 2)))

    assert (whole.name, whole.kind) == ("diptych round", Span.SPAN_KIND_INTERNAL)
    assert (span.name, span.kind) == ("chat some-model", Span.SPAN_KIND_CLIENT)
    assert (span.trace_id, span.parent_span_id) == (whole.trace_id, whole.span_id)
    assert span.end_time_unix_nano - span.start_time_unix_nano == 500_000_000
    assert [event.name for event in span.events] == ["diptych.first_token", "diptych.first_answer"]
    found = attributes(span)
    assert found["diptych.first_token"] == 0.5
    assert (found["diptych.attempts"], found["diptych.case"], found["diptych.repeat"]) == (1, "paris", 2)
    assert [each.string_value for each in found["gen_ai.response.finish_reasons"].values] == ["stop"]
    assert "gen_ai.output.messages" not in found


def test_ids_have_the_form_of_otlp_and_are_the_same_at_every_export() -> None:
    round_ = round_of(answered())
    (first,), (again,) = (list(otlp_lines([round_], "diptych")) for _ in range(2))
    other = next(otlp_lines([round_of(answered(), experiment_case=ExperimentCase(3, "paris", 2))], "diptych"))

    assert first == again
    (scope,) = json.loads(first)["resourceSpans"][0]["scopeSpans"]
    assert [(len(span["traceId"]), len(span["spanId"])) for span in scope["spans"]] == [(32, 16), (32, 16)]
    assert len({span["spanId"] for span in scope["spans"]}) == 2
    assert scope["spans"][0]["traceId"] not in other


def test_what_was_said_is_in_it_only_if_asked_for() -> None:
    ((_, span),) = spans_of(round_of(answered()), with_content=True)

    assert "Hello" in attributes(span)["gen_ai.output.messages"]


def test_a_failure_is_the_status_of_its_span() -> None:
    failed, waiting = new_run(settings("openai-chat")), new_run(settings("openai-chat"))
    failed.fail(Failure("connection", "The connection was refused."), failed.began + 1.0)
    ((_, span), nothing) = spans_of(round_of(failed), round_of(waiting))

    assert (span.status.code, span.status.message) == (Status.STATUS_CODE_ERROR, "The connection was refused.")
    assert span.start_time_unix_nano == 1_700_000_000_250_000_000, "nothing was sent, so the round's date counts"
    assert nothing == [], "a run that has not ended has no span"


def test_times_that_a_capture_does_not_say_are_named() -> None:
    round_ = fold(untimed_recording(0.5, 2.0))
    round_.date = DATE
    ((_, span),) = spans_of(round_)
    found = attributes(span)

    assert [each.string_value for each in found["diptych.unknown_times"].values] == ["events"]
    assert "diptych.first_token" not in found
    assert not span.events


def test_what_has_no_spans() -> None:
    with pytest.raises(UndatedRoundError, match="It is not known when this round was asked"):
        list(otlp_lines([fold(untimed_recording())], "diptych"))
    with pytest.raises(HiddenRoundError):
        list(otlp_lines([round_of(answered(), blind=Blind(7, ("left", "right")))], "diptych"))
