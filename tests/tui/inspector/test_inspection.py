import pytest

from diptych.apis.sse import Decoder
from diptych.core.body_pieces import PieceEnd, PieceEnds
from diptych.core.content import Malformed, Text
from diptych.core.endpoint import Endpoint
from diptych.core.event import AttemptFailed, Event, RequestSent, ResponseBegan
from diptych.core.failure import Failure
from diptych.core.settings import Settings
from diptych.tui.inspector.inspection import inspect
from tests.captures.untimed import untimed_run
from tests.tui.fakes import a_run, add, new_run


def test_an_event_shows_when_it_came_what_it_means_and_its_data() -> None:
    run = a_run()
    run.keeps_bytes = False
    add(run, Text("Hi"), at=100.4, name="content_block_delta", data=b'{"text": "Hi"}')

    shown = inspect(run, 1)

    assert shown.title == "1 content_block_delta"
    assert shown.offsets == "at 0.400 s · Δ +0.400 s · the first token · data 14 bytes"
    assert shown.explanation == "A piece of the answer: 2 characters."
    assert shown.value == {"text": "Hi"}
    assert (shown.raw, shown.copied) == ('event: content_block_delta\ndata: {"text": "Hi"}', '{"text": "Hi"}')
    assert shown.raw_remark.endswith("The lines were put together from these.")


def test_the_raw_lines_of_an_event_are_those_that_came() -> None:
    run = a_run()
    decoder = Decoder()
    (event,) = decoder.feed(b': wait\n\nid: 7\ndata:{"a":\ndata: 1}\n\n')
    run.add(Event(100.4, 1, "chunk", event.data, (Text("a"),), frame=event.frame))

    shown = inspect(run, 1)

    assert shown.raw == ': wait\n\nid: 7\ndata:{"a":\ndata: 1}'
    assert (shown.copied, shown.raw_remark) == ('{"a":\n1}', "")
    assert shown.offsets.endswith(" · data 8 bytes · with its frame 35 bytes")


@pytest.mark.parametrize(
    ("pieces", "shown"),
    [
        (None, "with its frame 10 bytes"),
        ((), "with its frame 10 bytes"),
        ((PieceEnd(1.0, 10),), "with its frame 10 bytes"),
        ((PieceEnd(1.0, 4),), "in 2 pieces"),
        ((PieceEnd(1.0, 4), PieceEnd(2.0, 6)), "in 2 pieces"),
    ],
)
def test_an_event_shows_in_how_many_pieces_it_came(pieces: PieceEnds | None, shown: str) -> None:
    run = new_run("left", Settings(Endpoint("openai", "openai-chat", "https://api.test", ""), "gpt"))
    run.add(Event(100.4, 1, "chunk", b"{}", (), pieces=pieces))

    assert inspect(run, 0).offsets.endswith(shown)


@pytest.mark.parametrize("name", ["chunk", "[DONE]"])
def test_the_events_of_chat_completions_had_no_name_on_the_wire(name: str) -> None:
    run = new_run("left", Settings(Endpoint("openai", "openai-chat", "https://api.test", ""), "gpt"))
    add(run, name=name, data=b"{}")

    assert inspect(run, 0).raw == "data: {}"


def test_the_sizes_of_headers_and_bodies_are_shown() -> None:
    run = a_run()
    headers = (("Content-Length", "2500000"), ("x-api-key", "[redacted]"))
    run.note(RequestSent(100.1, "POST", "https://api.test/v1", headers, b"{}"))
    run.note(ResponseBegan(100.3, 200, (("openai-processing-ms", "12"),)))
    run.note(ResponseBegan(100.35, 500, (), b"oops"))
    run.fail(Failure("response", "Not a stream.", 200), 100.4, b"<html>")

    shown = [inspect(run, index) for index in range(1, 5)]

    assert [each.offsets.partition(" s · Δ ")[2].partition(" s · ")[2] for each in shown] == [
        "headers 48 bytes without secrets · body 2.5 MB",
        "headers 26 bytes",
        "headers 0 bytes · body 4 bytes",
        "body 6 bytes",
    ]
    assert shown[1].explanation.endswith("\nTimes that the server reports for its work: openai-processing-ms 12 ms.")


@pytest.mark.parametrize("length", ["", "twelve", "9" * 5_000, "-1"])
def test_a_length_that_is_not_one_gives_way_to_what_was_recorded(length: str) -> None:
    run = a_run()
    run.note(RequestSent(100.1, "POST", "https://api.test/v1", (("content-length", length),), b"x"))

    assert inspect(run, 1).offsets.endswith(" · body 1 byte")


def test_the_body_of_a_stream_is_counted_as_it_comes() -> None:
    run = a_run()
    run.note(ResponseBegan(100.3, 200, ()))
    run.body_size = 12_345
    assert inspect(run, 1).offsets.endswith(" · body 12.3 KB so far")

    run.cut(101.0)
    assert inspect(run, 1).offsets.endswith(" · body 12.3 KB")


def test_data_that_is_not_json_is_text() -> None:
    run = a_run()
    add(run, Malformed("not JSON"), data=b"<html>\xff")

    assert inspect(run, 1).value == "<html>�"


def test_data_that_nests_too_deep_is_text() -> None:
    run = a_run()
    add(run, data=b"[" * 100_000)

    assert inspect(run, 1).value == "[" * 100_000


def test_a_request_shows_its_headers_and_body() -> None:
    run = a_run()
    headers = (("accept", "a"), ("accept", "b"), ("x-key", "[redacted]"))
    run.note(RequestSent(100.0, "POST", "https://api.test/v1", headers, b'{"a": 1}'))

    shown = inspect(run, len(run.lines) - 1)

    assert shown.title == "request"
    assert shown.value == {
        "method": "POST",
        "url": "https://api.test/v1",
        "headers": {"accept": "a, b", "x-key": "[redacted]"},
        "body": {"a": 1},
    }
    assert shown.raw == 'POST https://api.test/v1\naccept: a\naccept: b\nx-key: [redacted]\n\n{"a": 1}'


def test_a_response_shows_its_headers_and_an_error_its_body() -> None:
    run = a_run()
    run.note(ResponseBegan(100.3, 200, (("request-id", "req_1"),)))
    run.note(ResponseBegan(100.4, 500, (), b"oops"))

    assert inspect(run, 1).value == {"status": 200, "headers": {"request-id": "req_1"}}
    assert inspect(run, 2).value == {"status": 500, "headers": {}, "body": "oops"}


def test_attempts_and_errors_show_their_fields() -> None:
    run = a_run()
    run.note(AttemptFailed(100.4, 1, 429, 0.5, "busy"))
    run.fail(Failure("http", "Gone.", 500, "req_1"), 101.0)

    assert inspect(run, 1).value == {"attempt": 1, "status": 429, "wait": 0.5, "reason": "busy"}
    assert inspect(run, 2).value == {"kind": "http", "message": "Gone.", "status": 500, "request_id": "req_1"}


def test_what_came_instead_of_an_event_stream_can_be_read() -> None:
    run = a_run()
    run.fail(Failure("response", "JSON instead of an event stream.", 200), 101.0, b'{"choices": [{"text": "Hi"}]}')

    assert inspect(run, 1).value["body"] == {"choices": [{"text": "Hi"}]}
    assert inspect(run, 1).raw.endswith('{"choices": [{"text": "Hi"}]}')


def test_a_stop_has_no_data() -> None:
    run = a_run()
    run.stop(101.0)

    assert (inspect(run, 1).value, inspect(run, 1).raw) == ({}, "")


def test_a_hostile_name_is_made_visible() -> None:
    run = a_run()
    run.add(Event(100.4, 1, "\x1b[2J[/nope]", b"{}", ()))

    assert inspect(run, 1).title == "1 ␛[2J[/nope]"


def test_offsets_from_the_first_token_are_told_in_words() -> None:
    run = a_run()
    add(run, Text("a"), at=100.4)
    add(run, Text("b"), at=100.5)

    assert inspect(run, 0).offsets == "at 0.000 s · 0.400 s before the first token · headers 0 bytes · body 22 bytes"
    assert (
        inspect(run, 2).offsets
        == "at 0.500 s · Δ +0.100 s · 0.100 s after the first token · data 2 bytes · with its frame 23 bytes"
    )


@pytest.mark.parametrize(
    ("connect", "shown"),
    [(0.0521, "at 0.000 s · connect 0.052 s"), (0.0, "at 0.000 s · connection reused"), (None, "at 0.000 s")],
)
def test_a_request_shows_what_getting_its_connection_took(connect: float | None, shown: str) -> None:
    run = a_run()
    if connect is not None:
        run.connected(100.0, connect)

    assert inspect(run, 0).offsets == f"{shown} · headers 0 bytes · body 22 bytes"


def test_the_connection_belongs_to_the_last_attempt_alone() -> None:
    run = a_run()
    run.connected(102.0, 0.25)
    run.note(RequestSent(102.0, "POST", "https://api.test/v1", (), b"{}"))

    assert "connect" not in inspect(run, 0).offsets
    assert "connect 0.250 s" in inspect(run, 1).offsets


def test_an_event_whose_time_is_not_known_says_so() -> None:
    assert inspect(untimed_run(0.5, 2.0), 2).offsets.startswith("at – s · Δ – s · data ")
    assert inspect(untimed_run(0.5, 2.0), 1).offsets.startswith("at 0.500 s · Δ +0.500 s · headers ")
