"""A round as a HAR: what other programs find in it."""

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from diptych.codec.har.har_document import har_pieces
from diptych.core.blind import Blind, HiddenRoundError
from diptych.core.content import Complete, Text
from diptych.core.event import AttemptFailed, Event, RequestSent, ResponseBegan
from diptych.core.failure import Failure
from diptych.core.message import FilePart, Message, TextPart
from diptych.core.round import ExperimentCase, Round
from diptych.core.run import Run
from tests.codec.har.har_checks import har_log
from tests.report.rounds import DATE, hostile, usual
from tests.report.runs import T0, answered, arrived, begun


def exported(*rounds: Round) -> Any:
    return har_log("".join(har_pieces(rounds)))


def entries(*runs: Run) -> Any:
    return exported(Round("hi", 1_000.0, runs, DATE))["entries"]


def refused(status: int = 429) -> Run:
    """A run whose first attempt was refused, whose second found no server, and whose third was answered."""
    run = begun()
    run.note(AttemptFailed(T0 + 0.4, 1, status, 1.0, "The server is busy."))
    run.note(RequestSent(T0 + 2, "POST", "https://api.anthropic.com/v1/messages", (), b"{}"))
    run.note(AttemptFailed(T0 + 2.5, 2, None, 1.0, "The connection was lost."))
    run.note(RequestSent(T0 + 4, "POST", "https://api.anthropic.com/v1/messages", (), b"{}", 0.0))
    run.note(ResponseBegan(T0 + 4.25, 200, (("content-type", "text/event-stream; charset=utf-8"),)))
    arrived(run, 5.0, "message_start", Text("hi"), Complete())
    run.complete()
    return run


def test_an_entry_says_when_each_part_of_an_exchange_happened() -> None:
    entry = entries(answered())[0]

    assert entry["startedDateTime"] == "2026-11-25T05:34:00.199999Z", "the request was sent 0.2 s after the round began"
    assert entry["timings"] == {
        "blocked": 0.001,
        "dns": -1,
        "connect": -1,
        "ssl": -1,
        "send": 0,
        "wait": 310.0,
        "receive": 140.0,
    }
    assert entry["time"] == 450.001
    assert [round(each["time"] - DATE, 6) for each in entry["_eventSourceMessages"]] == [
        0.52,
        0.53,
        0.6,
        0.64,
        0.65,
        0.65,
    ]


def test_the_time_of_a_connection_comes_before_that_of_the_answer() -> None:
    run = begun()
    run.note(RequestSent(T0 + 2, "POST", "http://127.0.0.1/v1/messages", (), b"{}", 0.05))
    run.note(ResponseBegan(T0 + 2.1, 200, ()))

    entry = entries(run)[1]

    assert entry["startedDateTime"] == "2026-11-25T05:34:02.149999Z"
    assert (entry["timings"]["connect"], entry["timings"]["wait"], entry["time"]) == (50.0, 100.0, 150.001)


def test_the_date_is_the_one_at_which_the_request_was_sent() -> None:
    run = begun()
    run.note(RequestSent(T0 + 2, "POST", "http://127.0.0.1/v1/messages", (), b"{}", 0.05, DATE + 60))
    run.note(ResponseBegan(T0 + 2.1, 200, ()))
    arrived(run, 2.5, "message_start", Text("hi"), Complete())

    entry = entries(run)[1]

    assert entry["startedDateTime"] == "2026-11-25T05:34:59.949999Z", "it waited a minute for its turn"
    assert [each["time"] for each in entry["_eventSourceMessages"]] == [DATE + 60.5]


def test_the_body_is_there_byte_for_byte() -> None:
    run = begun()
    arrived(run, 0.5, "message_start", Text("Grüße"), data='{"text": "Grüße"}'.encode())
    arrived(run, 0.6, "broken", data=b"\xff")

    content = entries(run)[0]["response"]["content"]

    assert content["encoding"] == "base64", "it is not UTF-8"
    body = 'event: message_start\ndata: {"text": "Grüße"}\n\n'.encode() + b"event: broken\ndata: \xff\n\n"
    assert base64.b64decode(content["text"]) == body
    assert content["size"] == len(body)


def test_events_have_the_names_and_ids_of_their_fields() -> None:
    run = begun()
    frame = (b"event: first\nid: 7\ndata: ", b"\n\n")
    run.add(Event(T0 + 1, 1, "first", b"one", (), frame=frame))
    run.add(Event(T0 + 2, 2, "[DONE]", b"[DONE]", (), frame=(b"data: ", b"\n\n")))

    entry = entries(run)[0]

    assert [(each["eventName"], each["eventId"], each["data"]) for each in entry["_eventSourceMessages"]] == [
        ("first", "7", "one"),
        ("message", "", "[DONE]"),
    ]
    assert entry["response"]["content"]["mimeType"] == "text/event-stream"


def test_each_attempt_is_an_entry_with_how_it_ended() -> None:
    first, second, third = entries(refused())

    assert (first["response"]["status"], first["response"]["_error"]) == (200, None)
    assert (second["response"]["status"], second["response"]["_error"]) == (0, "The connection was lost.")
    assert second["timings"]["wait"] == 500.0
    assert (third["response"]["status"], third["response"]["_error"]) == (200, None)
    assert [entry["_diptych"]["attempt"] for entry in (first, second, third)] == [1, 2, 3]
    assert third["comment"] == "left · anthropic:claude-sonnet-5-5 · attempt 3"
    assert third["_diptych"]["state"] == "complete"
    assert "state" not in first["_diptych"]


@pytest.mark.parametrize("kind", ["connection", "timeout"])
def test_an_answer_that_is_cut_off_says_why(kind: Any) -> None:
    run = begun()
    run.fail(Failure(kind, "The answer stopped."), T0 + 1)

    assert entries(run)[0]["response"]["_error"] == "The answer stopped."


def test_an_answer_that_the_user_stopped_says_so() -> None:
    run = begun()
    run.stop(T0 + 1)

    assert entries(run)[0]["response"]["_error"] == "The user stopped it."
    assert entries(begun())[0]["response"]["_error"] is None, "it goes on"


def test_an_error_of_the_server_has_its_body_as_it_came() -> None:
    run = begun()
    headers = (("content-type", "application/json"), ("location", "/elsewhere"), ("content-encoding", "gzip"))
    run.note(RequestSent(T0 + 2, "POST", "http://host/v1/messages?key=[redacted]&v=1+2&", (), b"{}"))
    run.note(ResponseBegan(T0 + 3, 799, headers, b'{"error": "no"}'))
    run.fail(Failure("http", "no", 799), T0 + 3.5)

    entry = entries(run)[1]
    response = entry["response"]

    assert entry["request"]["queryString"] == [{"name": "key", "value": "[redacted]"}, {"name": "v", "value": "1 2"}]
    assert response["content"] == {"size": 15, "mimeType": "application/json", "text": '{"error": "no"}'}
    assert (response["statusText"], response["redirectURL"], response["bodySize"]) == ("", "/elsewhere", -1)
    assert response["_error"] is None
    assert "_eventSourceMessages" not in entry


def test_a_whole_answer_in_json_keeps_its_type() -> None:
    run = begun()
    run.note(RequestSent(T0 + 2, "POST", "http://host/v1/messages", (), b"{}"))
    run.note(ResponseBegan(T0 + 3, 200, (("content-type", "application/json"),)))
    run.add(Event(T0 + 4, 1, "message", b"{}", (), frame=(b"", b"")))

    assert entries(run)[1]["response"]["content"]["mimeType"] == "application/json"


def test_files_stand_in_the_request_as_they_were_sent() -> None:
    run = begun()
    part = FilePart("a" * 64, "a.txt", "text/plain")
    message = Message("user", (TextPart("hi"), part))
    run.request = replace(run.request, messages=(message,), files={"a" * 64: b"all of it"})
    run.note(RequestSent(T0 + 2, "POST", "http://host/v1/messages", (), f"[text of SHA-256 {'a' * 64}]".encode()))

    assert entries(run)[1]["request"]["postData"]["text"] == "all of it"


def test_takes_and_sides_are_told_apart_and_come_in_order() -> None:
    right = answered("right")
    again = Run("left", right.request, began=1_000.0, take=2)
    again.note(RequestSent(T0 - 0.1, "POST", "http://host/v1/messages", (), b"{}"))

    found = entries(answered(), again, right)

    assert [(each["_diptych"]["label"], each["_diptych"]["take"]) for each in found] == [
        ("left", 1),
        ("right", 1),
        ("left", 2),
    ]
    assert found[2]["comment"] == "left · anthropic:claude-sonnet-5-5 · take 2 of 2"


def test_each_round_is_a_page() -> None:
    first, second = Round("one\ntwo", 1_000.0, (answered(),), DATE), Round("hi", 1_000.0, (answered(),))
    first.number, first.experiment_case = 42, ExperimentCase(3, "c1", 2)

    log = exported(first, second)

    assert [entry["pageref"] for entry in log["entries"]] == ["round_1", "round_2"]
    assert log["pages"] == [
        {
            "startedDateTime": "2026-11-25T05:34:00.000000Z",
            "id": "round_1",
            "title": "one two",
            "pageTimings": {},
            "_diptych": {"round": 42, "experiment": 3, "case": "c1", "repeat": 2},
        },
        {
            "startedDateTime": "1970-01-01T00:00:00.000000Z",
            "id": "round_2",
            "title": "hi",
            "pageTimings": {},
            "comment": "It is not known when this round was asked. Its dates count from 1970.",
        },
    ]


def test_rounds_are_read_one_after_another() -> None:
    read: list[int] = []

    def rounds() -> Iterator[Round]:
        for number in range(3):
            read.append(number)
            yield usual()

    written = har_pieces(rounds())
    next(written)
    assert read == []
    next(written)
    assert read == [0]
    assert json.loads("".join(har_pieces(()))) == {"log": {**exported(), "pages": [], "entries": []}}


def test_any_text_of_a_server_is_data() -> None:
    assert exported(hostile("\x1b[31m\ud800</script>"))["entries"]


def test_a_hidden_round_is_refused() -> None:
    round_ = Round("hi", 1_000.0, (answered(), answered("right")), blind=Blind(1, ("left", "right")))

    with pytest.raises(HiddenRoundError):
        exported(round_)
