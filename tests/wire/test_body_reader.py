"""How streams end, well and badly."""

import asyncio

import pytest

from diptych.apis.registry import DIALECTS
from diptych.apis.sse import ServerSentEvent
from diptych.core.body_pieces import NO_REST
from diptych.core.content import Text
from diptych.core.endpoint import ApiName
from diptych.core.event import Event
from diptych.core.frame import framed_bytes, framed_lines
from diptych.core.metrics.usage import Usage
from diptych.core.run import Run
from diptych.core.secrets.values import Secret
from diptych.core.wording.outcome import end_sentence
from diptych.wire.idle_timeout import IdleLimits
from tests.support.answers import Answer, End
from tests.support.asking import KEY, Asker, new_run, notes, play, settings, text, transcript
from tests.support.streams import APIS, CHAT_USAGE, DONE, STREAMS, chat, chunk, framed, messages
from tests.support.transport import PlannedTransport
from tests.support.virtual_loop import run as in_virtual_time
from tests.wire.conftest import Answered

WHOLE = b'{"id": "c1", "choices": [{"index": 0, "message": {"content": "Hello"}, "finish_reason": "stop"}]}'

each_api = pytest.mark.parametrize("api", APIS)


def test_every_event_bears_the_time_at_which_it_was_read() -> None:
    role, hel, lo, finish, usage, done = chat("Hel", "lo")

    run = play(Answer([role, 0.5, hel[:9], 0.25, hel[9:] + lo, 1.0, finish + usage + done], before=[2.0]))

    t0 = run.stamps.t0
    assert t0 is not None
    times = [line.at - t0 for line in run.lines if isinstance(line, Event)]
    assert times == pytest.approx([2.0, 2.5 + 0.25, 2.75, 3.75, 3.75, 3.75])
    timing = run.stamps.timing()
    assert (timing.headers, timing.first_event, timing.first_token, timing.last_token, timing.end) == pytest.approx(
        (2.0, 2.0, 2.75, 2.75, 3.75)
    )


async def test_other_tasks_run_while_a_large_chunk_is_folded() -> None:
    words = [f"{number} " for number in range(500)]
    transport = PlannedTransport(Answer([b"".join(chat(*words))]))
    async with Asker(settings("openai-chat"), transport) as asker:
        run = new_run(asker.settings)
        asking = asyncio.create_task(asker.ask(run))
        seen = set()
        while not asking.done():
            seen.add(run.events)
            await asyncio.sleep(0)

    assert (run.state, text(run)) == ("complete", "".join(words))
    assert len(seen) > 3


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ('{"error": {"message": "Wrong base URL"}}', "with JSON instead of an event stream: Wrong base URL. Check"),
        (' \r\n [{"message": "No."}]', "with JSON instead of an event stream: No. Check"),
        ("\ufeff{}", "with JSON instead of an event stream"),
        ("<!doctype html><title>Hello</title>", "with an HTML page instead of an event stream: Hello. Check"),
        ("<html>" + " " * 100_000, "with an HTML page instead of an event stream. Check"),
    ],
)
@each_api
async def test_a_page_instead_of_a_stream_says_so(api: ApiName, body: str, sentence: str, answered: Answered) -> None:
    page = Answer([part.encode() for part in (body[:3], body[3:])], headers={"request-id": "req_5"})

    run = await answered(api, page)

    assert notes(run) == ["request", "response 200", "failed: response"]
    assert (run.events, run.request_id) == (0, "req_5")
    assert run.failure is not None
    assert sentence in run.failure.message


async def test_a_key_that_a_server_sends_back_in_an_event_is_removed() -> None:
    key = Secret("sk-very-secret-key")
    role, hel, *rest = chat("Hel", "sk-very-secret-key")

    async with Asker(settings("openai-chat", key=key), PlannedTransport(Answer([role, hel, *rest]))) as asker:
        run = await asker.ask()

    assert text(run) == "Hel[redacted]"
    assert not any(b"very-secret" in line.data for line in run.lines if isinstance(line, Event))


@pytest.mark.parametrize("api", APIS)
async def test_a_key_that_a_server_sends_back_in_pieces_is_removed_but_for_its_beginning(api: ApiName) -> None:
    key = Secret("sk-very-secret-key-of-forty-characters")
    answer = Answer(STREAMS[api]("It is ", *key.reveal(), "."))

    async with Asker(settings(api, key=key), PlannedTransport(answer)) as asker:
        run = await asker.ask()

    assert text(run) == "It is sk-very-secret-[redacted]."
    assert run.state == "complete"
    dialect = DIALECTS[api]()
    events = [ServerSentEvent(line.name, line.data) for line in run.lines if isinstance(line, Event)]
    contents = [content for event in events for content in dialect.decode(event)[1]]
    assert "".join(each.text for each in contents if isinstance(each, Text)) == text(run), "as it will be replayed"


async def test_a_key_that_a_server_sends_back_as_the_name_of_an_event_is_removed() -> None:
    key = Secret("sk-very-secret-key")
    named = framed({"said": "it"}, f"echo {key.reveal()}")

    async with Asker(settings("anthropic-messages", key=key), PlannedTransport(Answer([named]))) as asker:
        run = await asker.ask()

    assert [line.name for line in run.lines if isinstance(line, Event)] == ["echo [redacted]"]


def test_how_an_event_was_framed_is_kept_without_the_key_and_the_body_is_counted() -> None:
    first, *others = chat("Hi")
    comment = f": {KEY.reveal()}\n\nid: 7\n".encode()

    run = play(Answer([comment + first, *others]))

    event = next(line for line in run.lines if isinstance(line, Event))
    *before, data = framed_lines(event.frame, event.data)
    assert before == [b": [redacted]", b"", b"id: 7"]
    assert data == b"data: " + event.data
    assert run.body_size == len(comment + first + b"".join(others))


def body_of(run: Run) -> bytes:
    """The bytes of a body, as a run keeps them."""
    events = [framed_bytes(line.frame, line.data) for line in run.lines if isinstance(line, Event)]
    return b"".join((*events, run.rest.data))


def pieces_of(run: Run) -> list[tuple[float, int]]:
    """The time since t0 and the size of each piece of a body."""
    t0, size = run.stamps.t0 or 0.0, 0
    found = []
    events = [
        (framed_bytes(line.frame, line.data), line.at, line.pieces) for line in run.lines if isinstance(line, Event)
    ]
    for data, at, pieces in (*events, (run.rest.data, 0.0, run.rest.pieces)):
        left = len(data)
        for stamp, came in ((at, left),) if pieces is None else pieces:
            found.append((round(stamp - t0, 6), size + came))
            size, left = 0, left - came
        size += left
    return found


PING = b": ping\n\n"


@pytest.mark.parametrize("end", ["clean", "drop", "reset", "hang"])
def test_a_body_is_kept_byte_for_byte_however_it_ends(end: End) -> None:
    role, hel, lo, *_ = chat("Hel", "lo")
    pieces = [PING + role, hel[:20], hel[20:] + lo, PING, PING, b'data: {"cho']
    steps = [step for piece in pieces for step in (piece, 0.5)]

    run = play(Answer(steps, end=end), limits=IdleLimits(3.0, 3.0))

    assert body_of(run) == b"".join(pieces)
    assert pieces_of(run) == [(0.5 * number, len(piece)) for number, piece in enumerate(pieces)]


def test_a_body_is_kept_as_far_as_it_had_come_when_it_was_stopped() -> None:
    role, hel, *_ = chat("Hel")
    body = role + PING + hel[:9]

    async def asked() -> Run:
        transport = PlannedTransport(Answer([body], end="hang"))
        async with Asker(settings("openai-chat"), transport, asyncio.get_running_loop().time) as asker:
            run = new_run(asker.settings)
            asking = asyncio.create_task(asker.ask(run))
            await asyncio.sleep(1.0)
            asking.cancel()
            await asking
        return run

    run = in_virtual_time(asked())

    assert (run.state, body_of(run)) == ("stopped", body)


def test_a_large_piece_is_one_piece() -> None:
    body = b"".join(chat(*[f"{number} " for number in range(500)]))

    run = play(Answer([body]))

    assert body_of(run) == body
    assert pieces_of(run) == [(0.0, len(body))]


@pytest.mark.parametrize("steps", [[b" \n", 1.0, WHOLE[:20], 1.0, WHOLE[20:] + b"\n", 1.0, b"\n"], [WHOLE]])
def test_a_whole_answer_is_kept_byte_for_byte_in_its_pieces(steps: list[bytes | float]) -> None:
    pieces = [step for step in steps if isinstance(step, bytes)]

    run = play(Answer(steps))

    assert body_of(run) == b"".join(pieces)
    assert pieces_of(run) == [(float(number), len(piece)) for number, piece in enumerate(pieces)]


def test_a_page_leaves_nothing_that_followed_the_last_event() -> None:
    run = play(Answer([b"\n", b"<html>"]))

    assert run.rest == NO_REST


def test_pieces_of_an_event_from_which_a_key_was_removed_are_not_known() -> None:
    echo = chunk({"content": KEY.reveal()})

    run = play(Answer([echo[:9], 1.0, echo[9:]]))

    (event,) = (line for line in run.lines if isinstance(line, Event))
    assert KEY.reveal().encode() not in event.data
    assert event.pieces is None


def test_a_page_is_read_only_to_a_limit() -> None:
    endless = Answer([b"<html>", *[b"x" * 30_000] * 100], end="hang")

    assert notes(play(endless))[-1] == "failed: response"


@pytest.mark.parametrize("content_type", ["text/plain", "application/json", "application/octet-stream"])
def test_a_stream_is_read_whatever_its_content_type_says(content_type: str) -> None:
    run = play(Answer(chat("hi"), headers={"content-type": content_type}))

    assert (run.state, text(run)) == ("complete", "hi")


def test_white_space_and_a_byte_order_mark_before_the_stream_do_not_matter() -> None:
    run = play(Answer([b"\n", b" \n", b"".join(chat("hi"))]))
    marked = play(Answer([b"\xef\xbb\xbf" + b"".join(chat("hi"))]))

    assert (run.state, text(run)) == (marked.state, text(marked)) == ("complete", "hi")
    assert marked.events == len(chat("hi"))


def test_data_that_is_not_json_is_listed_and_the_stream_goes_on() -> None:
    role, *rest = chat("hi")

    run = play(Answer([role, b"data: {not json\n\n", b"data: \xff\xfe\n\n", *rest]))

    assert (run.state, text(run)) == ("complete", "hi")
    assert [line.data for line in run.lines if isinstance(line, Event)][1:3] == [b"{not json", b"\xff\xfe"]


@each_api
async def test_a_connection_lost_in_the_middle_fails_and_keeps_the_text(api: ApiName, answered: Answered) -> None:
    run = await answered(api, Answer(STREAMS[api]("Hel", "lo")[:-3], end="drop"))

    assert (run.state, notes(run)[-1]) == ("failed", "failed: connection")
    assert text(run).startswith("Hel")
    assert run.failure is not None
    assert "was lost" in run.failure.message


async def test_a_connection_reset_in_the_middle_fails_as_well(answered: Answered) -> None:
    run = await answered("openai-chat", Answer([*chat("Hel")[:2], 0.05], end="reset"))

    assert (run.state, text(run), notes(run)[-1]) == ("failed", "Hel", "failed: connection")


@each_api
async def test_a_clean_end_without_the_terminal_event_is_a_cut(api: ApiName, answered: Answered) -> None:
    run = await answered(api, Answer(STREAMS[api]("Hel", "lo")[:-3]))

    assert (run.state, notes(run)[-1], run.failure) == ("cut", "cut", None)
    assert text(run).startswith("Hel")


def test_done_alone_is_not_a_terminal_event() -> None:
    assert play(Answer([*chat("Hel")[:2], DONE])).state == "cut"
    assert play(Answer([*chat("Hel")[:2], DONE], end="drop")).state == "cut"


@pytest.mark.parametrize("end", ["clean", "hang"])
def test_pings_after_the_stop_reason_do_not_keep_a_stream_open_for_ever(end: End) -> None:
    pings = [step for _ in range(100) for step in (1.0, framed({"type": "ping"}, "ping"))]

    run = play(Answer([*messages("Hel", "lo")[:-1], *pings], end=end), api="anthropic-messages")

    assert (run.state, text(run), run.stop_reason) == ("cut", "Hello", "end_turn")
    assert run.events < len(messages("Hel", "lo")) + 20
    assert end_sentence(run) == (
        f"The stream ended after {run.events} events without its end marker, but with the stop reason and the usage:"
        " the answer is probably whole."
    )


async def test_an_empty_body_is_a_cut(answered: Answered) -> None:
    run = await answered("openai-chat", Answer())

    assert (run.state, run.events, run.stamps.timing().end is not None) == ("cut", 0, True)


def test_an_error_event_fails_and_keeps_the_stop_reason() -> None:
    run = play(Answer([*chat("Hel")[:2], chunk({}, "length"), framed({"error": {"code": 400, "message": "Limit"}})]))

    assert (run.state, run.stop_reason, text(run)) == ("failed", "length", "Hel")
    assert run.failure is not None
    assert (run.failure.kind, run.failure.message) == (
        "event",
        "The server reported an error in event 4: 400: Limit. Send the prompt again.",
    )
    assert run.stamps.end == run.stamps.last_event


@pytest.mark.parametrize("end", ["drop", "reset", "hang"])
def test_after_an_error_event_the_connection_does_not_matter(end: End) -> None:
    broken = framed({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}, "error")
    steps = [*messages("Hel")[:4], broken]

    run = play(Answer(steps, end=end), api="anthropic-messages")

    assert (run.state, text(run)) == ("failed", "Hel")
    assert run.failure is not None
    assert (
        run.failure.message
        == "The server reported an error in event 5: overloaded_error: Overloaded. Send the prompt again."
    )


# After the marker


def test_usage_that_comes_late_is_read() -> None:
    role, hi, finish, *_ = chat("hi")

    run = play(Answer([role, hi, finish, 4.9, CHAT_USAGE], end="hang"))

    assert (run.state, run.usage) == ("complete", Usage(input_tokens=8, output_tokens=3))


def test_usage_that_comes_too_late_is_not_waited_for() -> None:
    role, hi, finish, *_ = chat("hi")

    run = play(Answer([role, hi, finish, 5.1, CHAT_USAGE], end="hang"))

    assert (run.state, run.usage) == ("complete", None)


@pytest.mark.parametrize(
    ("api", "patience"), [("openai-chat", 5.0), ("anthropic-messages", 3.0), ("openai-responses", 3.0)]
)
def test_a_server_that_never_closes_is_left(api: ApiName, patience: float) -> None:
    steps = [event for event in STREAMS[api]("hi") if event not in (CHAT_USAGE, DONE)]

    async def asked() -> tuple[Run, float, int]:
        clock = asyncio.get_running_loop().time
        transport = PlannedTransport(Answer(steps, end="hang"))
        async with Asker(settings(api), transport, clock) as asker:
            run = await asker.ask()
        return run, clock(), transport.closed

    run, left_at, closed = in_virtual_time(asked())
    assert run.state == "complete"
    assert run.stamps.last_event is not None
    assert left_at - run.stamps.last_event == pytest.approx(patience)
    assert run.stamps.end == run.stamps.last_event
    assert closed == 1


def test_done_shortens_the_wait() -> None:
    run = play(Answer([*chat("hi"), 0.9, chunk(), 0.2, chunk()], end="hang"))

    assert (run.state, transcript(run)[-2:]) == ("complete", ["[DONE]", "chunk"])


def test_a_server_that_says_done_and_never_closes_is_a_cut() -> None:
    assert play(Answer([*chat("Hel")[:2], DONE], end="hang")).state == "cut"


@each_api
@pytest.mark.parametrize("end", ["drop", "reset"])
async def test_a_connection_lost_after_the_terminal_event_changes_nothing(
    api: ApiName, end: End, answered: Answered
) -> None:
    run = await answered(api, Answer([*STREAMS[api]("hi"), 0.05], end=end))

    assert (run.state, notes(run)) == ("complete", ["request", "response 200"])


def finished(text_: str) -> bytes:
    """A chunk that says, beside its content, that the answer stops."""
    return chunk({"content": text_}, "stop", usage={"prompt_tokens": 1, "completion_tokens": 1})


def test_a_terminal_event_in_every_chunk_ends_nothing() -> None:
    run = play(Answer([finished("a"), 10.0, finished("b"), 30.0, finished("c"), 0.5, DONE]))

    assert (run.state, text(run)) == ("complete", "abc")


def test_a_terminal_event_in_the_first_chunk_alone_ends_nothing() -> None:
    first = chunk({"role": "assistant", "content": ""}, "stop")

    run = play(Answer([first, 10.0, chunk({"content": "a"}), 40.0, chunk({"content": "b"}), 1.0, DONE]))

    assert (run.state, text(run)) == ("complete", "ab")


def test_content_after_a_terminal_event_that_stops_coming_is_not_a_whole_answer() -> None:
    run = play(Answer([finished("a"), 1.0, chunk({"content": "b"})], end="hang"))

    assert (run.state, text(run)) == ("failed", "ab")
    assert run.failure is not None
    assert run.failure.kind == "timeout"


def test_a_connection_lost_after_a_terminal_event_that_content_followed_is_lost() -> None:
    run = play(Answer([finished("a"), 1.0, chunk({"content": "b"})], end="drop"))

    assert (run.state, text(run)) == ("failed", "ab")


def test_a_server_that_never_closes_after_a_terminal_event_beside_content_is_waited_for_longer() -> None:
    run = play(Answer([chunk({"content": "a"}), 1.0, finished("b")], end="hang"))

    assert (run.state, text(run)) == ("complete", "ab")


def test_usage_after_the_terminal_event_is_waited_for_again_after_each_sign_of_work() -> None:
    second = framed({"choices": [{"index": 1, "delta": {"content": "x"}, "finish_reason": None}]})
    ended = framed({"choices": [{"index": 1, "delta": {}, "finish_reason": "stop"}]})

    run = play(Answer([*chat("hi")[:3], second, 20.0, second, 4.0, ended, 4.0, CHAT_USAGE], end="hang"))

    assert (run.state, text(run)) == ("complete", "hi")
    assert run.usage_is_final


def test_what_could_not_be_read_is_counted() -> None:
    role, hi, *rest = chat("hi")

    run = play(Answer([role, hi, b"data: {half\n\n", b"<b>502</b>\n\n", *rest]))

    assert (run.state, text(run), run.unread) == ("complete", "hi", 2)


LINES = [b'{"choices": [{"index": 0, "delta": {"content": "%b"}}]}\n' % part for part in (b"Hel", b"lo")]
LAST = b'{"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}\n'


def test_a_whole_answer_of_a_server_that_does_not_stream_is_read() -> None:
    run = play(Answer([WHOLE[:20], WHOLE[20:]], headers={"content-type": "application/json"}))

    assert (run.state, text(run), run.events) == ("complete", "Hello", 1)


def test_lines_of_json_are_a_stream_with_a_time_for_each() -> None:
    run = play(Answer([LINES[0], 1.0, LINES[1], 1.0, LAST]))

    assert (run.state, text(run), run.unread) == ("complete", "Hello", 0)
    timing = run.stamps.timing()
    assert (timing.last_token or 0) - (timing.first_token or 0) == pytest.approx(1.0)


def test_what_only_looks_like_an_error_is_waited_behind() -> None:
    notice = framed({"message": "Searching the web"})

    run = play(Answer([notice, 10.0, *chat("hi")]))
    hanging = play(Answer([notice], end="hang"))

    assert (run.state, text(run)) == ("complete", "hi")
    assert hanging.state == "failed"


def test_a_terminal_event_before_any_content_ends_nothing() -> None:
    start, *_, delta, stop = messages("hi")

    run = play(Answer([start, delta, stop, 10.0, *messages("hi")[1:]]), api="anthropic-messages")

    assert (run.state, text(run)) == ("complete", "hi")


def test_an_end_of_the_stream_without_a_terminal_event_is_doubted() -> None:
    role, hi, *rest = chat("hi")

    goes_on = play(Answer([role, hi, DONE, 10.0, *rest]))
    hangs = play(Answer([role, hi, DONE], end="hang"))

    assert (goes_on.state, text(goes_on)) == ("complete", "hi")
    assert hangs.state == "cut"
