"""Responses streams in, runs out."""

import json
from typing import Any

import pytest

from diptych.apis.openai_responses import OpenAIResponses
from diptych.core.content import Ping, Structure, Unknown
from tests.apis.response_events import CALL, event, item, last, read
from tests.streams.folding import events, fold, folded, names, request, stream, untyped

USAGE = {"input_tokens": 30, "output_tokens": 12, "total_tokens": 42}
COUNTED = {"input_tokens": 30, "output_tokens": 12}


def text(piece: Any, output_index: int | None = 0) -> dict[str, Any]:
    place = {} if output_index is None else {"output_index": output_index, "content_index": 0}
    return event("output_text.delta", delta=piece, **place)


def text_done(whole: str, output_index: int | None = 0) -> dict[str, Any]:
    place = {} if output_index is None else {"output_index": output_index, "content_index": 0}
    return event("output_text.done", text=whole, **place)


def test_text() -> None:
    run = fold("openai-responses", stream("openai-responses", "text"))

    assert folded(run) == {
        "state": "complete",
        "text": "Zwei Flügel, ein Bild 🖼️.",
        "stop": "completed",
        "usage": {"input_tokens": 30, "cache_read_tokens": 16, "output_tokens": 12, "reasoning_tokens": 4},
    }
    assert (run.reported_model, run.response_id) == ("gpt-5.6-terra-2026-09-01", "resp_01")
    assert names(run)[:3] == ["response.created", "response.in_progress", "response.output_item.added"]
    assert (run.stamps.first_event, run.stamps.first_token, run.stamps.last_token) == (1.0, 5.0, 6.0)
    assert run.usage_is_final


def test_a_reasoning_summary_and_two_tools() -> None:
    run = fold("openai-responses", stream("openai-responses", "reasoning-and-tools"))

    assert folded(run)["thinking"] == "**Two cities**, two calls."
    assert folded(run)["tools"] == [
        ("call_a", "get_weather", '{"city":"Paris"}'),
        ("call_b", "get_weather", '{"city":"Rome"}'),
    ]
    assert (run.state, run.stop_reason) == ("complete", "completed")


def test_a_search_is_a_tool_and_an_incomplete_answer_is_complete() -> None:
    run = fold("openai-responses", stream("openai-responses", "search-and-citations"))

    assert folded(run) == {
        "state": "complete",
        "text": "A diptych has two panels.",
        "tools": [("ws_01", "web_search_call", '{"type": "search", "query": "diptych"}')],
        "stop": "max_output_tokens",
        "detail": {"reason": "max_output_tokens"},
        "usage": {"input_tokens": 30, "cache_read_tokens": 16, "output_tokens": 12, "reasoning_tokens": 4},
    }


def test_an_error_event_and_the_failed_response_after_it_are_one_failure() -> None:
    run = fold("openai-responses", stream("openai-responses", "failed"))

    assert folded(run) == {
        "state": "failed",
        "stop": "failed",
        "error": "The server reported an error in event 3: insufficient_quota: You have used up your quota.",
    }
    assert names(run)[2:] == ["error", "response.failed"]


@pytest.mark.parametrize(
    "error",
    [
        {"type": "error", "code": "bad", "message": "Broken.", "param": None, "sequence_number": 3},
        {"type": "error", "error": {"type": "x", "code": "bad", "message": "Broken."}},
        event("failed", response={"error": {"code": "bad", "message": "Broken."}}),
        event("failed", error={"code": "bad", "message": "Broken."}),
        event("error", error={"code": "bad", "message": "Broken."}),
    ],
    ids=["flat", "nested", "a failed response alone", "without a response", "by another name"],
)
def test_errors_are_recognized_in_every_form(error: dict[str, Any]) -> None:
    run = read(text("So f"), error)

    assert (run.state, "".join(run.text)) == ("failed", "So f")
    assert folded(run)["error"] == "The server reported an error in event 2: bad: Broken. Send the prompt again."


@pytest.mark.parametrize("body", [b'data: {"error": "Broken"}\n\n', b"event: error\ndata: Broken\n\n"])
def test_an_error_without_a_type_is_an_error(body: bytes) -> None:
    run = fold("openai-responses", body)

    assert folded(run) == {
        "state": "failed",
        "error": "The server reported an error in its first event: Broken. Send the prompt again.",
    }


def test_a_failed_response_that_says_nothing_more_is_a_failure() -> None:
    assert folded(read(last("failed"))) == {
        "state": "failed",
        "stop": "failed",
        "error": "The server reported an error in its first event. Send the prompt again.",
    }


def test_without_its_last_event_a_stream_is_cut() -> None:
    assert folded(read(text("So f"), text_done("So f"))) == {"state": "cut", "text": "So f"}


def test_a_response_that_names_no_status_stops_by_its_events_name() -> None:
    assert read(event("incomplete", response={})).stop_reason == "incomplete"


def test_text_that_comes_only_whole_is_read_once() -> None:
    run = read(text("", 0), text_done("Hello ", 0), text_done("Hello ", 0), text_done("there", 1), last())

    assert folded(run)["text"] == "Hello \n\nthere"


@pytest.mark.parametrize(
    ("first", "second"), [(0, 0), (None, None), (0, None), (None, 0)], ids=["both", "none", "delta", "done"]
)
def test_text_that_came_in_pieces_is_not_read_again(first: int | None, second: int | None) -> None:
    message = {"type": "message", "content": [{"type": "output_text", "text": "Hello"}]}
    run = read(text("Hel", first), text("lo", first), text_done("Hello", second), last(output=[message]))

    assert folded(run) == {"state": "complete", "text": "Hello", "stop": "completed"}


REASONING = {"type": "reasoning", "summary": [{"type": "summary_text", "text": "Hm"}], "content": []}
MESSAGE = {"type": "message", "content": [{"type": "output_text", "text": "Hello"}]}
REFUSAL = {"type": "message", "content": [{"type": "refusal", "refusal": "No."}]}


def test_a_server_that_streams_none_of_its_output_is_read_from_its_last_event() -> None:
    run = read(last(output=[REASONING, MESSAGE, REFUSAL, CALL, "?"], usage=USAGE))

    assert folded(run) == {
        "state": "complete",
        "text": "Hello",
        "thinking": "Hm",
        "refusal": "No.",
        "tools": [("c1", "f", "{}")],
        "stop": "completed",
        "usage": COUNTED,
    }


def test_a_server_that_streams_only_its_tools_has_its_text_read_from_the_last_event() -> None:
    place = {"output_index": 3}
    run = read(item("added", "function_call", place, **CALL), item("done", "function_call", place, **CALL),
               last(output=[REASONING, MESSAGE, CALL]))  # fmt: skip

    assert folded(run) == {
        "state": "complete",
        "text": "Hello",
        "thinking": "Hm",
        "tools": [("c1", "f", "{}")],
        "stop": "completed",
    }


def test_a_server_that_streams_only_its_text_has_its_tools_read_from_the_last_event() -> None:
    assert folded(read(text("Hello"), last(output=[MESSAGE, CALL]))) == {
        "state": "complete",
        "text": "Hello",
        "tools": [("c1", "f", "{}")],
        "stop": "completed",
    }


def test_a_server_that_sends_its_output_item_by_item_and_never_in_pieces() -> None:
    second = {"type": "message", "content": [{"type": "output_text", "text": " there"}]}
    listed = {"type": "mcp_list_tools", "content": [{"type": "text", "text": "no part of the answer"}]}
    whole = [event("output_item.done", item=item) for item in (REASONING, MESSAGE, listed, second, second, REFUSAL)]
    run = read(*whole, last(output=[REASONING, MESSAGE, second, REFUSAL]))

    assert folded(run) == {
        "state": "complete",
        "text": "Hello\n\n there",
        "thinking": "Hm",
        "refusal": "No.",
        "stop": "completed",
    }
    assert run.stamps.first_token == 1.0


def test_a_whole_text_at_another_index_than_its_pieces_is_not_read_again() -> None:
    assert folded(read(text("Hel", 0), text("lo", 0), text_done("Hello", 1))) == {"state": "cut", "text": "Hello"}


def test_an_item_whose_text_has_come_before_is_not_read_again() -> None:
    in_pieces = read(text("Hello"), event("output_item.done", item=MESSAGE, output_index=7))
    whole = read(text_done("Hello"), event("output_item.done", item=MESSAGE, output_index=0))

    assert folded(in_pieces) == folded(whole) == {"state": "cut", "text": "Hello"}


def test_a_whole_text_that_is_empty_leaves_the_next_to_be_read() -> None:
    assert folded(read(text_done(""), text_done("Hello"), last()))["text"] == "Hello"


@pytest.mark.parametrize(
    ("response", "end"),
    [
        ({}, {"state": "complete", "stop": "completed"}),
        ({"status": "incomplete"}, {"state": "complete", "stop": "incomplete"}),
        (
            {"status": "failed", "error": {"message": "Broken"}},
            {
                "state": "failed",
                "stop": "failed",
                "error": "The server reported an error in event 2: Broken. Send the prompt again.",
            },
        ),
    ],
)
def test_the_status_decides_for_a_last_event_that_only_says_done(response: dict[str, Any], end: dict[str, Any]) -> None:
    assert folded(read(text("Hi"), event("done", response=response))) == {"text": "Hi", **end}


@pytest.mark.parametrize("kind", ["reasoning_text", "reasoning"])
def test_raw_reasoning_is_thinking(kind: str) -> None:
    run = read(event(f"{kind}.delta", output_index=0, content_index=0, delta="Hm"), text("Yes", 1))

    assert folded(run) == {"state": "cut", "thinking": "Hm", "text": "Yes"}


def test_summaries_that_come_only_whole_are_told_apart_by_their_index() -> None:
    parts = [event("reasoning_summary_text.done", output_index=0, summary_index=i, text=f"{i}.") for i in (0, 1, 1)]

    assert folded(read(*parts)) == {"state": "cut", "thinking": "0.\n\n1."}


def test_a_refusal_in_pieces_and_whole() -> None:
    place = {"output_index": 0, "content_index": 0}
    in_pieces = [event("refusal.delta", delta="I "), event("refusal.delta", delta="won't.")]

    assert folded(read(*in_pieces, event("refusal.done", refusal="I won't.")))["refusal"] == "I won't."
    assert folded(read(event("refusal.done", refusal="I won't.", **place)))["refusal"] == "I won't."


def test_lines_without_event_names_are_named_by_their_type() -> None:
    run = fold("openai-responses", untyped(text("Hello"), last(usage=USAGE), "[DONE]"))

    assert folded(run) == {"state": "complete", "text": "Hello", "stop": "completed", "usage": COUNTED}
    assert names(run) == ["response.output_text.delta", "response.completed", "[DONE]"]


def test_what_orders_the_stream_and_what_is_unknown() -> None:
    run = read(
        event("queued", response={"id": "resp_1", "model": "gpt-x"}),
        event("content_part.added", part={"type": "output_text"}),
        event("output_text.annotation.added", annotation={}),
        event("reasoning.search_queries", queries=["diptych"]),
        event("hologram.delta", delta="light"),
        {"type": "keepalive"},
        {"type": "ping"},
        {"type": "new"},
    )

    assert run.response_id == "resp_1"
    assert [line.contents for line in events(run)[1:]] == [
        (Structure("output_text"),),
        (Structure(""),),
        (Structure(""),),
        (Unknown("response.hologram.delta"),),
        (Ping(),),
        (Ping(),),
        (Unknown("new"),),
    ]


def test_the_request_has_the_arguments_of_the_sdk() -> None:
    plain = request("openai-responses", max_tokens=9)
    full = request("openai-responses", system="Be brief.", params={"reasoning": {"effort": "low"}})

    assert OpenAIResponses.arguments(plain) == {
        "model": "some-model",
        "input": [{"role": "user", "content": "hi"}],
        "max_output_tokens": 9,
        "store": False,
        "stream": True,
    }
    arguments = OpenAIResponses.arguments(full)
    assert arguments["instructions"] == "Be brief."
    assert arguments["extra_body"] == {"reasoning": {"effort": "low"}}


@pytest.mark.parametrize("kind", ["text", "audio.transcript", "audio_transcript", "output_audio_transcript"])
def test_older_names_of_text_are_read(kind: str) -> None:
    in_pieces = read(event(f"{kind}.delta", delta="Hel"), event(f"{kind}.delta", delta={"text": "lo"}), last())
    whole = read(event(f"{kind}.done", transcript="Hello"), last())

    assert folded(in_pieces)["text"] == folded(whole)["text"] == "Hello"


@pytest.mark.parametrize("kind", ["reasoning_summary", "reasoning_content"])
def test_older_names_of_thinking_are_read(kind: str) -> None:
    assert folded(read(event(f"{kind}.delta", delta="Hm"), last()))["thinking"] == "Hm"


def test_two_messages_are_two_paragraphs_whether_they_are_numbered_or_not() -> None:
    added = item("added", "message", {})
    unnumbered = read(added, text("One.", None), added, text("Two", None), text(".", None), last())
    numbered = read(text("One.", 0), text("Two", 1), text(".", 1), last())

    assert folded(unnumbered)["text"] == folded(numbered)["text"] == "One.\n\nTwo."


def test_two_summary_parts_are_two_paragraphs() -> None:
    def summary(index: int, said: str) -> dict[str, Any]:
        return event("reasoning_summary_text.delta", output_index=0, summary_index=index, delta=said)

    assert folded(read(summary(0, "One"), summary(0, "."), summary(1, "Two."), last()))["thinking"] == "One.\n\nTwo."


@pytest.mark.parametrize("status", ["cancelled", "canceled"])
@pytest.mark.parametrize("action", ["done", "own"])
def test_a_response_that_was_cancelled_is_stopped(status: str, action: str) -> None:
    end = event(status if action == "own" else "done", response={"status": status})
    run = read(text("So f"), end)

    assert folded(run) == {"state": "stopped", "text": "So f", "stop": status}
    assert run.server_is_done


def test_a_reason_that_names_an_error_fails_an_incomplete_response() -> None:
    run = read(text("So f"), last("incomplete", incomplete_details={"reason": "server_error"}))

    assert (run.state, run.stop_reason) == ("failed", "server_error")


def test_reasoning_that_shows_nothing_leaves_the_rate_unknown() -> None:
    usage = {"input_tokens": 9, "output_tokens": 500}
    run = read(item("added", "reasoning", {"output_index": 0}), *(text(each, 1) for each in "abc"), last(usage=usage))

    assert run.tokens_per_second is None


def test_an_index_that_counts_up_with_each_piece_starts_no_part() -> None:
    def piece(kind: str, index: int, said: str) -> dict[str, Any]:
        return event(f"{kind}.delta", output_index=0, content_index=index, delta=said)

    counted = [piece("reasoning_text", 0, "Hm,"), piece("reasoning_text", 1, " so.")]
    counted += [piece("output_text", 0, "It"), piece("output_text", 1, " flows.")]
    announced = [piece("output_text", 0, "One."), event("content_part.added", output_index=0, content_index=1, part={})]
    run, parts = read(*counted, last()), read(*announced, piece("output_text", 1, "Two."), last())

    assert (str(run.thinking), str(run.text)) == ("Hm, so.", "It flows.")
    assert str(parts.text) == "One.\n\nTwo."


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ({"type": "output_text", "text": "Hello"}, {"text": "Hello"}),
        ({"type": "refusal", "refusal": "No."}, {"refusal": "No."}),
        ({"type": "reasoning_text", "text": "Hm"}, {}),
    ],
)
def test_a_part_that_comes_only_whole_is_read(part: dict[str, Any], content: dict[str, Any]) -> None:
    run = read(event("content_part.done", output_index=0, content_index=0, part=part), last())

    assert folded(run) == {"state": "complete", "stop": "completed", **content}


def test_a_whole_response_is_read_as_one() -> None:
    whole = {"object": "response", "id": "resp_1", "status": "completed", "output": [MESSAGE]}

    assert folded(fold("openai-responses", untyped(whole)))["text"] == "Hello"
    assert OpenAIResponses().is_whole_answer(json.dumps(whole).encode())


def test_a_response_that_is_the_last_event_itself_is_read() -> None:
    usage = {"input_tokens": 1, "output_tokens": 2}
    response = {"id": "resp_1", "model": "gpt-x", "status": "incomplete", "output": [], "usage": usage}

    run = read(event("output_text.delta", delta="Hi"), event("completed", **response))

    assert folded(run) == {"state": "complete", "text": "Hi", "stop": "incomplete", "usage": usage}
    assert run.response_id == "resp_1"


def test_encrypted_reasoning_is_kept_as_the_api_wants_it_back() -> None:
    reasoning = {"id": "rs_1", "summary": [], "encrypted_content": "ZW5j"}
    run = read(
        item("added", "reasoning", {"output_index": 0}, id="rs_1"),
        item("done", "reasoning", {"output_index": 0}, **reasoning),
        item("done", "reasoning", {"output_index": 1}, id="rs_2", summary=[]),
        last(),
    )
    assert run.reasoning == [{"type": "reasoning", **reasoning}]


def test_only_a_function_is_answered_by_the_client() -> None:
    run = read(
        item("added", "web_search_call", {"output_index": 0}, id="ws_1"),
        item("added", "function_call", {"output_index": 1}, call_id="c1", name="look"),
        last(),
    )
    assert [tool.is_function for tool in run.tools] == [False, True]
