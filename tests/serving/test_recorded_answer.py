"""What a recorded run is served as."""

import base64
import json
from dataclasses import replace
from typing import Any

import pytest

from diptych.core.event import AttemptFailed, RequestSent, ResponseBegan, RunFailed, RunStopped
from diptych.core.failure import Failure
from diptych.core.message import FilePart, Message, TextPart
from diptych.core.recording import RecordedEvent, RecordedLine, RecordedRun, Recording
from diptych.serving.recorded_answer import RecordedAnswer, recorded_answers
from tests.replay.recordings import round_of, side

_BODY = json.dumps({"model": "sent", "stream": True, "messages": [{"role": "user", "content": "hi"}]}).encode()


def _sent(at: float = 1.0, body: bytes = _BODY) -> RequestSent:
    return RequestSent(at, "POST", "https://models.test/v1", (), body)


def _began(at: float = 1.5, status: int = 200, kind: str = "text/event-stream", body: bytes = b"") -> ResponseBegan:
    return ResponseBegan(at, status, (("content-type", kind),), body)


def _answers(*lines: RecordedLine, **more: Any) -> list[RecordedAnswer]:
    run = replace(side("openai-chat", lines), **more)
    return list(recorded_answers("1:left", round_of(run), run))


def test_times_count_from_the_request() -> None:
    (served,) = _answers(_sent(), _began(), RecordedEvent(2.0, "", b"{}"), RecordedEvent(2.25, "", b"{}"))

    answer = served.answer
    assert (served.name, served.api, served.model) == ("1:left", "openai-chat", "sent")
    assert (answer.begins, list(answer.delays), answer.ends, answer.ending) == (0.5, [1.0, 1.25], 1.25, "clean")
    assert (answer.body, answer.is_stream) == (b"data: {}\n\ndata: {}\n\n", True)


def test_each_attempt_is_an_answer() -> None:
    busy = _began(status=429, kind="application/json", body=b'{"error": 1}')
    first, second = _answers(
        _sent(), busy, AttemptFailed(1.6, 1, 429, 2.0, "busy"), _sent(4.0), _began(4.5), RecordedEvent(5.0, "", b"{}")
    )

    assert (first.name, second.name) == ("1:left (attempt 1 of 2)", "1:left (attempt 2 of 2)")
    assert (first.answer.status, first.answer.body, first.answer.is_chunked) == (429, b'{"error": 1}', False)
    assert [first.answer.begins, *first.answer.delays] == pytest.approx([0.5, 0.6])
    assert (second.answer.status, list(second.answer.delays)) == (200, [1.0])


def test_the_body_of_an_error_is_due_when_it_had_been_read() -> None:
    refused = _began(status=400, kind="application/json", body=b'{"error": 1}')
    (last,) = _answers(_sent(), refused, RunFailed(1.8, Failure("http", "The request was refused.")))
    assert [last.answer.begins, *last.answer.delays] == pytest.approx([0.5, 0.8])


def test_the_body_of_an_error_that_did_not_end_comes_at_once() -> None:
    refused = _began(status=400, kind="application/json", body=b'{"error": ')
    (last,) = _answers(_sent(), refused, RunFailed(6.5, Failure("http", "The request was refused.")))
    assert [last.answer.begins, *last.answer.delays] == [0.5, 0.5]


def test_a_refused_key_has_its_body_at_once_since_a_new_key_is_looked_up_before_that_is_noted() -> None:
    refused = _began(status=401, kind="application/json", body=b'{"error": 1}')
    first, _ = _answers(_sent(), refused, AttemptFailed(9.0, 1, 401, 0.0, "the server refused the key"), _sent(9.1))
    assert (first.answer.begins, list(first.answer.delays)) == (0.5, [0.5])


def test_a_connection_that_was_lost_or_reset() -> None:
    lost = Failure("connection", "The connection was lost (Connection reset by peer).")
    (reset,) = _answers(_sent(), _began(), RecordedEvent(2.0, "", b"{}"), RunFailed(3.0, lost))
    assert (reset.answer.ending, reset.answer.was_reset, reset.answer.ends) == ("lost", True, 2.0)

    (closed,) = _answers(_sent(), RunFailed(3.0, replace(lost, message="The connection was lost (closed).")))
    assert (closed.answer.status, closed.answer.ending, closed.answer.was_reset) == (None, "lost", False)


def test_a_reset_is_repeated_in_the_attempt_that_had_it() -> None:
    reset, closed, last = _answers(
        *(_sent(), AttemptFailed(1.5, 1, None, 1.0, "The connection was lost (Connection reset by peer).")),
        *(_sent(3.0), AttemptFailed(3.5, 2, None, 1.0, "The connection was lost (closed).")),
        *(_sent(5.0), RunFailed(6.0, Failure("connection", "The connection was lost (Connection reset by peer)."))),
    )
    assert [each.answer.was_reset for each in (reset, closed, last)] == [True, False, True]


def test_what_the_user_stopped_ends_where_the_recording_ends() -> None:
    (stopped,) = _answers(_sent(), _began(), RunStopped(3.0))
    assert (stopped.answer.ending, stopped.answer.ends) == ("unknown", 2.0)


def test_a_status_that_cannot_end_an_answer_is_no_answer() -> None:
    (odd,) = _answers(_sent(), _began(status=101))
    assert odd.answer.status is None


def test_a_whole_answer_of_an_older_recording_is_not_framed() -> None:
    whole = b'{"object": "chat.completion", "choices": []}'
    (old,) = _answers(_sent(), _began(kind="application/json"), RecordedEvent(2.0, "", whole))
    assert (old.answer.body, old.answer.is_stream, old.answer.is_chunked) == (whole, False, False)

    (stream,) = _answers(_sent(), _began(), RecordedEvent(2.0, "", whole))
    assert (stream.answer.body, stream.answer.is_stream) == (b"data: " + whole + b"\n\n", True)


def test_a_body_that_cannot_be_read_matches_any_conversation() -> None:
    for body in (b"", b"\xff", b"[1]"):
        (served,) = _answers(_sent(body=body))
        assert (served.model, served.conversation) == ("some-model", None)
    (unnamed,) = _answers(_sent(body=b'{"messages": []}'))
    assert (unnamed.model, unnamed.conversation is None) == ("some-model", False)


def test_files_are_put_back_into_the_conversation() -> None:
    data = bytes(range(256)) * 8
    file = FilePart("a" * 64, "x.png", "image/png", len(data))
    reference = f"[Base64 of SHA-256 {file.sha256}]"

    def body(contents: str) -> bytes:
        image = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{contents}"}}
        return json.dumps({"messages": [{"role": "user", "content": [image]}]}).encode()

    run: RecordedRun = replace(
        side("openai-chat", [_sent(body=body(reference))]), messages=(Message("user", (TextPart("see"), file)),)
    )
    (noted,) = recorded_answers("1", Recording("see", None, [run], files={file.sha256: data}), run)
    (whole,) = _answers(_sent(body=body(base64.b64encode(data).decode())))
    assert noted.conversation == whole.conversation
    assert noted.conversation is not None
