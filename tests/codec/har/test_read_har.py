"""A HAR of any program as captured exchanges."""

import base64
import json
from typing import Any

import pytest

from diptych.codec.har.har_document import har_pieces
from diptych.codec.har.read_har import read_har
from diptych.core.capture import Capture
from diptych.core.event import Event
from diptych.core.failure import Failure
from diptych.core.round import Round
from diptych.core.timed_body import TimedBytes
from tests.codec.har.har_checks import FILES
from tests.report.rounds import DATE
from tests.report.runs import T0, begun

BODY = "data: one\n\ndata: two\n\n"


def captured(name: str) -> list[Capture]:
    return list(read_har((FILES / name).read_bytes()))


def document(**entry: Any) -> bytes:
    """A HAR of Chromium with one entry, some of whose members are others."""
    usual = {
        "startedDateTime": "2026-11-25T05:34:00.000Z",
        "time": 1000,
        "request": {"method": "POST", "url": "http://host/v1/messages", "headers": [], "postData": {"text": "{}"}},
        "response": {"status": 200, "headers": [], "content": {"text": BODY}},
        "timings": {"blocked": 10, "dns": 5, "connect": 20, "ssl": 15, "send": 1, "wait": 99, "receive": 200},
    }
    return json.dumps({"log": {"creator": {"name": "WebInspector"}, "entries": [{**usual, **entry}]}}).encode()


def one(**entry: Any) -> Capture:
    return next(read_har(document(**entry)))


def messages(*times: Any, data: str = "one") -> list[dict[str, Any]]:
    return [{"time": time, "eventName": "message", "eventId": "", "data": data} for time in times]


def test_chromium_says_when_each_event_arrived() -> None:
    chat, claude, refused, cut = captured("chrome.har")

    assert (chat.method, chat.status, chat.ending, chat.times_known) == ("POST", 200, "clean", True)
    assert chat.date is not None
    assert chat.headers_at is not None
    assert [round(piece.at, 2) for piece in chat.pieces] == [0.12, 0.23, 0.3, 0.36]
    assert chat.pieces[1].data.startswith(b": keep-alive\n\ndata: "), "what precedes an event belongs to its piece"
    assert "Grüße".encode() in chat.body
    assert json.loads(chat.request_body)["temperature"] == 0.5
    assert len(claude.pieces) == 7
    assert (refused.status, refused.times_known, refused.body[:8]) == (429, False, b'{"error"')
    assert (cut.ending, cut.error, len(cut.pieces)) == ("lost", "net::ERR_INCOMPLETE_CHUNKED_ENCODING", 4)
    assert cut.body.startswith(b'event: message_start\ndata: {"type":"message_start"'), (
        "written anew, since it is missing"
    )


@pytest.mark.parametrize("name", ["playwright.har", "mitmproxy.har"])
def test_other_programs_say_only_when_a_response_began_and_ended(name: str) -> None:
    chat, claude, refused, cut = (each for each in captured(name) if each.method == "POST")

    assert not any(each.times_known for each in (chat, claude, refused, cut))
    assert chat.headers_at is not None
    assert chat.ended_at is not None
    assert 0.05 < chat.headers_at < chat.ended_at < 0.5
    assert [piece.at for piece in chat.pieces] == [chat.ended_at]
    assert chat.body.endswith(b"data: [DONE]\n\n")
    assert refused.status == 429
    assert cut.body == b"", "neither keeps what came before the connection broke"


def test_of_what_is_not_posted_only_method_and_url_are_read() -> None:
    page = captured("playwright.har")[0]

    assert (page.method, page.place, page.status, page.body) == ("GET", "entry 1", None, b"")
    assert one(request={"method": "options", "url": "http://host/v1/messages", "headers": 7}).method == "OPTIONS"


def test_what_diptych_wrote_is_read_as_it_was_recorded() -> None:
    run = begun()
    for number, (at, data) in enumerate([(0.5, b"one"), (0.75, "zwölf".encode()), (1.5, b"\xff")], 1):
        run.add(Event(T0 + at, number, "message", data, (), frame=(b": hi\ndata: ", b"\n\n")))
    run.fail(Failure("timeout", "The server fell silent."), T0 + 9)

    read = next(read_har("".join(har_pieces([Round("hi", 1_000.0, (run,), DATE)])).encode()))

    assert read == Capture(
        "POST",
        "https://api.anthropic.com/v1/messages",
        (("accept", "*/*"),),
        b'{"stream":true}',
        200,
        (("request-id", "req_01"),),
        (
            TimedBytes(0.5, b": hi\ndata: one\n\n"),
            TimedBytes(0.75, b": hi\ndata: zw\xc3\xb6lf\n\n"),
            TimedBytes(1.5, b": hi\ndata: \xff\n\n"),
        ),
        DATE + 0.2,
        times_known=True,
        ending="silent",
        headers_at=0.31,
        ended_at=9.0,
        error="The server fell silent.",
        place="entry 1",
    )


def test_a_connection_that_was_reused_is_read_as_such() -> None:
    assert one(_diptych={"connect": 0.0}, timings={"connect": -1, "wait": 1}).connect == 0.0
    assert one(_diptych={"connect": None}, timings={"connect": -1, "wait": 1}).connect is None


def test_pieces_that_are_not_those_of_the_body_are_not_used() -> None:
    for pieces in (
        None,
        7,
        [[0.1, 3]],
        [[0.1, len(BODY), 1]],
        [["soon", len(BODY)]],
        [[0.1, -1], [0.1, len(BODY) + 1]],
        [[-1, len(BODY)]],
        [[1e300, len(BODY)]],
        [[10**400, len(BODY)]],
        [[True, len(BODY)]],
        [[0.1, False], [0.1, len(BODY)]],
    ):
        assert not one(_diptych={"pieces": pieces}).times_known
    assert one(_diptych={"pieces": [[0.1, 11], [1, 11]]}).pieces == (
        TimedBytes(0.1, b"data: one\n\n"),
        TimedBytes(1.0, b"data: two\n\n"),
    )
    assert not one(_diptych=7).times_known


def test_the_times_of_messages_count_from_the_request() -> None:
    sent = DATE + 0.035

    read = one(_eventSourceMessages=messages(sent + 0.5, sent + 0.25))

    assert read.date == pytest.approx(sent)
    assert read.connect == pytest.approx(0.025)
    assert read.headers_at == pytest.approx(0.1)
    assert [round(piece.at, 6) for piece in read.pieces] == [0.5, 0.5], "no event comes before the one before it"
    assert read.ended_at == pytest.approx(0.5), "the exchange cannot end before its last event"


@pytest.mark.parametrize(
    "found",
    [
        [],
        messages(DATE + 1),
        messages(12.5, 13.5),
        messages(DATE + 1, "later"),
        messages(DATE + 1, True),
        messages(DATE + 1, None),
        messages(DATE + 1, 10**400),
    ],
)
def test_messages_without_times_that_fit_say_nothing(found: Any) -> None:
    read = one(_eventSourceMessages=found)

    assert not read.times_known
    assert read.pieces == (TimedBytes(0.3, BODY.encode()),)
    assert read.ended_at == pytest.approx(0.3)


def test_messages_say_nothing_without_the_date_of_the_request() -> None:
    read = one(startedDateTime="yesterday", _eventSourceMessages=messages(DATE, DATE))

    assert (read.date, read.times_known) == (None, False)


def test_a_body_that_is_missing_is_written_anew_from_its_messages() -> None:
    sent = DATE + 0.035
    found = [
        {"time": sent, "eventName": "ping", "eventId": "7", "data": "one\ntwo"},
        {"time": sent, "eventName": "message", "data": ""},
    ]

    read = one(_eventSourceMessages=found, response={"status": 200, "content": {"size": 40}})

    assert [piece.data for piece in read.pieces] == [b"event: ping\nid: 7\ndata: one\ndata: two\n\n", b"data: \n\n"]


@pytest.mark.parametrize(
    ("body", "pieces"),
    [
        ("data: a\r\n\r\n: x\r\n\r\ndata\r\n\r\n", ["data: a\r\n\r\n", ": x\r\n\r\ndata\r\n\r\n"]),
        ("\ufeffdata: a\r\rid: 1\r\rdata:b", ["\ufeffdata: a\r\r", "id: 1\r\rdata:b"]),
        ("data: a\n\n\n\ndata: b\n\n: end\n\n", ["data: a\n\n\n\n", "data: b\n\n: end\n\n"]),
        ("event: a\ndata: a\n\nevent: b\ndata: b\nid: 1", ["event: a\ndata: a\n\n", "event: b\ndata: b\nid: 1"]),
    ],
)
def test_a_body_is_cut_behind_each_event(body: str, pieces: list[str]) -> None:
    read = one(_eventSourceMessages=messages(DATE + 1, DATE + 2), response={"status": 200, "content": {"text": body}})

    assert [piece.data.decode() for piece in read.pieces] == pieces


def test_a_body_without_events_is_one_piece() -> None:
    read = one(_eventSourceMessages=messages(DATE + 1), response={"status": 200, "content": {"text": ": x\n\n"}})

    assert [piece.data for piece in read.pieces] == [b": x\n\n"]


def test_bodies_may_be_in_base64() -> None:
    encoded = {"text": base64.b64encode(b"\xff\x00").decode(), "encoding": "base64"}

    read = one(
        request={"method": "POST", "url": "http://host/", "postData": encoded},
        response={"status": 200, "content": encoded},
    )

    assert (read.request_body, read.body) == (b"\xff\x00", b"\xff\x00")


def test_pseudo_headers_of_http_2_are_not_headers() -> None:
    headers = [{"name": ":authority", "value": "host"}, {"name": "accept", "value": "*/*"}]

    assert one(request={"method": "POST", "url": "http://host/", "headers": headers}).request_headers == (
        ("accept", "*/*"),
    )


@pytest.mark.parametrize(
    ("response", "ending", "error"),
    [
        ({"status": 0}, "lost", "No response came."),
        ({"status": -1, "_error": "net::ERR_CONNECTION_REFUSED"}, "lost", "net::ERR_CONNECTION_REFUSED"),
        ({"status": 0, "_error": "net::ERR_ABORTED"}, "unknown", "net::ERR_ABORTED"),
        ({"status": 0, "_failureText": "net::ERR_TIMED_OUT"}, "silent", "net::ERR_TIMED_OUT"),
        ({"status": 200, "content": {"size": 7}}, "unknown", "The HAR does not have the body of this response."),
        ({"status": 200, "content": {"size": 0}}, "clean", ""),
        ({"status": 200}, "clean", ""),
        (
            {"status": 200, "content": {"size": 7, "_file": "a.txt"}},
            "unknown",
            "The HAR has the body of this response in another file: record it with the bodies in the HAR.",
        ),
    ],
)
def test_a_response_that_is_missing_says_why(response: Any, ending: str, error: str) -> None:
    read = one(response=response)

    assert (read.ending, read.error, read.pieces) == (ending, error, ())


@pytest.mark.parametrize(
    ("timings", "time", "headers_at", "ended_at"),
    [
        (None, 500, None, 0.5),
        ({"send": -1, "wait": -1, "receive": -1}, -1, None, None),
        ({"wait": "long"}, None, None, None),
        ({"wait": 100, "receive": -1}, 500, 0.1, 0.5),
        ({"wait": 100, "receive": -1}, 50, 0.1, 0.1),
        ({"wait": True, "receive": 1e300}, 1e300, None, None),
        ({"wait": 0, "receive": 250}, 250, 0.0, 0.25),
        ({"send": 0, "wait": 0, "receive": 0}, 0, None, None),
    ],
)
def test_times_that_are_missing_are_not_known(timings: Any, time: Any, headers_at: Any, ended_at: Any) -> None:
    read = one(timings=timings, time=time)

    assert (read.headers_at, read.ended_at) == (headers_at, ended_at)


@pytest.mark.parametrize(
    ("started", "date"),
    [
        ("2026-11-25T06:34:00.000+01:00", DATE),
        ("2026-11-25T05:34:00", DATE),
        ("0001-01-01T00:00:00+23:00", None),
        ("1970-01-01T00:00:01Z", None),
        (7, None),
    ],
)
def test_dates_are_read_in_any_time_zone(started: Any, date: Any) -> None:
    assert one(startedDateTime=started, timings={"wait": 1}).date == date


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\xff", "is not JSON"),
        (b"<har/>", "is not JSON"),
        (b"[]", "is not a JSON object"),
        (b'{"log": {}}', "is not a HAR: it has no log with entries"),
        (b'{"log": []}', "is not a HAR: it has no log with entries"),
        (b'{"log": {"entries": [7]}}', "cannot be read: entry 1 is not an object"),
        (document(request=7), "cannot be read: entry 1 has a request that is not an object"),
        (document(request={"url": "x"}), "cannot be read: entry 1 has no text as method"),
        (document(request={"method": "POST", "url": "http://[/"}), "cannot be read: entry 1 has a URL that is not one"),
        (
            document(response={"status": 200, "content": {"text": 7}}),
            "cannot be read: entry 1 has a body of the response that is not a text",
        ),
        (
            document(response={"status": 200, "content": {"text": "?", "encoding": "base64"}}),
            "cannot be read: entry 1 has a body of the response that is not Base64",
        ),
        (
            document(request={"method": "POST", "url": "http://host", "headers": [{"name": "a"}]}),
            "cannot be read: entry 1 has no text as value",
        ),
        (
            document(_eventSourceMessages=[{"time": DATE}], response={"status": 200}),
            "cannot be read: entry 1 has no text as eventName",
        ),
    ],
)
def test_what_is_not_a_har_gets_one_sentence_with_the_place(data: bytes, sentence: str) -> None:
    with pytest.raises(ValueError, match=r"^" + sentence.replace(".", r"\.")):
        list(read_har(data))


def test_a_byte_order_mark_before_the_document_is_nothing() -> None:
    assert next(read_har(b"\xef\xbb\xbf" + document())).body == BODY.encode()


def test_firefox_keeps_what_came_before_a_connection_broke_and_does_not_say_that_it_did() -> None:
    refused, claude, chat, cut = captured("firefox.har")

    assert (refused.status, refused.method, refused.ended_at) == (529, "POST", None)  # less than a millisecond
    assert refused.request_body == claude.request_body
    assert "Grüße".encode() in claude.request_body
    assert (claude.headers_at, claude.ended_at, claude.times_known) == (0.001, 1.221, False)
    assert "Zwei Flügel".encode() in claude.body
    assert chat.body.endswith(b"data: [DONE]\n\n")
    assert (cut.status, cut.ending, cut.error) == (200, "unknown", "")
    assert cut.body.count(b"\n\n") == 2
