"""Every dialect reads whatever a server sends, and every event is listed."""

import copy
import json
import math
from collections.abc import Iterator
from typing import Any
from unittest.mock import Mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diptych.apis.registry import DIALECTS
from diptych.apis.sse import Decoder, ServerSentEvent
from diptych.core.content import EndOfStream, Malformed, Ping
from diptych.core.endpoint import ApiName
from diptych.core.event import Event
from diptych.core.run import Run
from diptych.core.wording.describe import describe
from diptych.core.wording.explain import explain
from tests.streams.folding import APIS, STREAMS, events, fold, folded, names, new_run
from tests.support.streams import STREAMS as ALL_STREAMS

each_api = pytest.mark.parametrize("api", APIS)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.just(10**400) | st.floats() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "text", "index", "id", "error", "code"]), inner, max_size=3)
    ),
    max_leaves=5,
)


def framed(api: ApiName) -> list[ServerSentEvent]:
    """The events of every hand-written stream of an API."""
    bodies = [path.read_bytes() for path in STREAMS if path.parent.name == api]
    return [event for body in bodies for event in Decoder().feed(body)]


def read(api: ApiName, *sent: ServerSentEvent) -> Run:
    """Reading and folding never raise, and every event is listed and can be shown."""
    run, dialect = new_run(), DIALECTS[api]()
    for seq, event in enumerate(sent, 1):
        name, contents = dialect.decode(event)
        run.add(Event(float(seq), seq, name, event.data, contents, event.dropped))
    assert [(line.seq, line.data) for line in events(run)] == [(seq, event.data) for seq, event in enumerate(sent, 1)]
    for line in run.lines:
        assert describe(line).name
        assert explain(line)
    folded(run)
    assert run.tokens_per_second is None or math.isfinite(run.tokens_per_second)
    return run


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in a JSON value: its container, and its key or position there."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in inside:
        yield value, key
        yield from places(inner)


@each_api
@given(data=st.data())
def test_a_wrong_value_at_any_place_of_any_event(api: ApiName, data: st.DataObject) -> None:
    sent = framed(api)
    for _ in range(data.draw(st.integers(1, 3))):
        position = data.draw(st.integers(0, len(sent) - 1))
        try:
            value = copy.deepcopy(json.loads(sent[position].data))
        except ValueError:
            continue
        if not (found := list(places(value))):
            continue
        container, key = data.draw(st.sampled_from(found))
        if data.draw(st.booleans()):
            container[key] = data.draw(JSON)
        else:
            del container[key]
        sent[position] = ServerSentEvent(sent[position].name, json.dumps(value).encode())

    read(api, *sent)


@each_api
@given(data=st.data())
def test_events_in_any_order(api: ApiName, data: st.DataObject) -> None:
    read(api, *data.draw(st.lists(st.sampled_from(framed(api)), max_size=12)))


@each_api
@given(name=st.sampled_from(["", "error", "message", "ping"]), value=JSON, junk=st.binary(max_size=9))
def test_any_json_and_any_bytes(api: ApiName, name: str, value: Any, junk: bytes) -> None:
    read(api, ServerSentEvent(name, json.dumps(value).encode()), ServerSentEvent(name, junk))


@each_api
@pytest.mark.parametrize(
    "data",
    [b"{", b"[]", b"7", b'"text"', b"\xff\xfe", b"[" * 100_000, b'{"a":' * 200 + b"1" + b"}" * 200],
    ids=["cut", "an array", "a number", "a text", "no UTF-8", "endless", "too deep"],
)
def test_what_is_no_json_object_is_listed_as_malformed(api: ApiName, data: bytes) -> None:
    run = read(api, ServerSentEvent("", data))

    (content,) = events(run)[0].contents
    assert isinstance(content, Malformed)
    assert names(run) == [DIALECTS[api].default_name]


@each_api
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("ping", b"2025-06-01T00:00:00Z"),
        ("Heartbeat", b"alive"),
        ("keepalive", b"-"),
        ("", b":keepalive"),
        ("", b"[PING]"),
    ],
)
def test_what_only_keeps_the_connection_open_is_a_ping(api: ApiName, name: str, data: bytes) -> None:
    assert events(read(api, ServerSentEvent(name, data)))[0].contents == (Ping(),)


@each_api
@pytest.mark.parametrize("text", ["[ERROR] Out of memory", "error: not loaded", "Exception: no", '{"error": {"messa'])
def test_an_error_in_words_fails_the_run_unless_content_follows(api: ApiName, text: str) -> None:
    run = read(api, ServerSentEvent("", text.encode()))

    assert run.failure is not None
    assert text in run.failure.message
    assert run.has_doubtful_failure


@each_api
@pytest.mark.parametrize("data", [b'{"error": null, "choices": [{"de', b'{"error":{},"id', b'{"errors_seen": 1, "id'])
def test_half_an_event_that_names_no_error_is_none(api: ApiName, data: bytes) -> None:
    assert read(api, ServerSentEvent("", data)).failure is None


@each_api
@pytest.mark.parametrize("data", [b'"[DONE]"', b"[done]", b"DONE", b"[DONE]"])
def test_the_end_of_the_stream_may_be_written_otherwise(api: ApiName, data: bytes) -> None:
    assert events(read(api, ServerSentEvent("", data)))[0].contents == (EndOfStream(),)


@each_api
def test_json_that_was_encoded_twice_is_read(api: ApiName) -> None:
    sent = framed(api)
    twice = [event._replace(data=json.dumps(event.data.decode()).encode()) for event in sent]

    assert folded(read(api, *twice)) == folded(read(api, *sent))


@each_api
def test_several_objects_in_one_event_are_read_one_after_the_other(api: ApiName) -> None:
    sent = framed(api)
    glued = b"".join(event.data for event in sent if event.data.startswith(b"{"))

    run, usual = read(api, ServerSentEvent("", glued)), read(api, *sent)

    assert (str(run.text), run.stop_reason, run.unread) == (str(usual.text), usual.stop_reason, 0)


@each_api
def test_a_line_break_in_a_text_of_json_costs_nothing(api: ApiName) -> None:
    run = read(api, ServerSentEvent("", b'{"error": {"message": "one\ttwo\nthree"}}'))

    assert "one two three" in folded(run)["error"]


@each_api
@pytest.mark.parametrize("other", APIS)
def test_a_stream_of_another_api_says_so(api: ApiName, other: ApiName) -> None:
    run = read(api, *Decoder().feed(b"".join(ALL_STREAMS[other]("hi"))))

    if api == other:
        assert run.failure is None
    else:
        assert run.failure
        assert run.failure.message.startswith("The server sends events of ")


@each_api
def test_an_event_of_another_api_in_the_middle_of_a_stream_is_no_error(api: ApiName) -> None:
    sent = Decoder().feed(b"".join(ALL_STREAMS[api]("hi")))
    foreign = [ServerSentEvent("", b'{"type": "response.x"}'), ServerSentEvent("", b'{"choices": [{"index": 1}]}')]

    assert read(api, *sent[:2], *foreign, *sent[2:]).failure is None


@each_api
def test_bad_utf8_in_a_text_is_shown_as_such(api: ApiName) -> None:
    body = next(path for path in STREAMS if path.parent.name == api and path.stem == "text").read_bytes()

    run = fold(api, body.replace("ü".encode(), b"\xfc"))

    assert "".join(run.text) == "Zwei Fl�gel, ein Bild 🖼️."
    assert run.state == "complete"


@each_api
def test_an_event_over_the_size_limit_says_so_and_the_stream_goes_on(api: ApiName) -> None:
    run = read(api, ServerSentEvent("big", b'{"a": "', dropped=12), *framed(api))

    assert events(run)[0].contents == (Malformed("over the size limit, 12 bytes dropped", '{"a": "'),)
    assert run.text


@each_api
@pytest.mark.parametrize("split", [1, 7])
def test_how_a_stream_is_split_changes_nothing(api: ApiName, split: int) -> None:
    for path in STREAMS:
        if path.parent.name == api:
            whole = fold(api, path.read_bytes())
            assert folded(fold(api, path.read_bytes(), split=split)) == folded(whole)


def test_each_dialect_calls_its_own_method_of_the_sdk() -> None:
    client = Mock()

    assert DIALECTS["anthropic-messages"].method(client) is client.messages.create
    assert DIALECTS["openai-chat"].method(client) is client.chat.completions.create
    assert DIALECTS["openai-responses"].method(client) is client.responses.create


@each_api
def test_a_proxys_done_says_that_nothing_follows(api: ApiName) -> None:
    assert DIALECTS[api]().decode(ServerSentEvent("", b" [DONE]")) == ("[DONE]", (EndOfStream(),))
    assert DIALECTS[api]().decode(ServerSentEvent("done", b"[DONE]")) == ("done", (EndOfStream(),))


def test_an_event_that_is_a_name_alone_means_what_the_name_says() -> None:
    assert DIALECTS["anthropic-messages"]().decode(ServerSentEvent("ping", b"")) == ("ping", (Ping(),))


@each_api
@pytest.mark.parametrize("data", [b"", b"null", b" ", b"ping", b'"ping"', b"keep-alive", b"[DONE"])
def test_data_that_only_keeps_the_connection_open_is_a_sign_of_life(api: ApiName, data: bytes) -> None:
    (content,) = DIALECTS[api]().decode(ServerSentEvent("", data))[1]

    assert isinstance(content, Malformed if data == b"[DONE" else Ping)


@each_api
def test_bytes_that_are_not_utf8_are_counted_as_not_read(api: ApiName) -> None:
    body = next(path for path in STREAMS if path.parent.name == api and path.stem == "text").read_bytes()

    assert fold(api, body.replace("ü".encode(), b"\xfc")).unread >= 1
    assert fold(api, body).unread == 0
