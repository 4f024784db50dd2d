"""Messages streams in, runs out."""

from typing import Any

import pytest

from diptych.apis.anthropic_messages import AnthropicMessages
from diptych.core.content import Ping, Structure, Unknown
from diptych.core.metrics.usage import Usage
from diptych.core.run import Run
from tests.streams.folding import events, fold, folded, names, request, stream, typed

STOP: dict[str, Any] = {"type": "message_stop"}


def start(**usage: Any) -> dict[str, Any]:
    return {"type": "message_start", "message": {"id": "msg_1", "model": "claude-x", "usage": usage}}


def block(index: int, kind: str, **fields: Any) -> dict[str, Any]:
    return {"type": "content_block_start", "index": index, "content_block": {"type": kind, **fields}}


def delta(index: int, kind: str, **fields: Any) -> dict[str, Any]:
    return {"type": "content_block_delta", "index": index, "delta": {"type": kind, **fields}}


def text(piece: str, index: int = 0) -> dict[str, Any]:
    return delta(index, "text_delta", text=piece)


def piece(json: Any, index: int = 0) -> dict[str, Any]:
    return delta(index, "input_json_delta", partial_json=json)


def block_stop(index: int) -> dict[str, Any]:
    return {"type": "content_block_stop", "index": index}


def message_delta(stop: str | None, usage: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {"type": "message_delta", "delta": {"stop_reason": stop, **more}, "usage": usage}


def read(*messages: dict[str, Any]) -> Run:
    return fold("anthropic-messages", typed(*messages))


def test_text() -> None:
    run = fold("anthropic-messages", stream("anthropic-messages", "text"))

    assert folded(run) == {
        "state": "complete",
        "text": "Zwei Flügel, ein Bild 🖼️.",
        "stop": "end_turn",
        "usage": {"input_tokens": 12, "cache_read_tokens": 0, "cache_write_tokens": 0, "output_tokens": 9},
    }
    assert (run.reported_model, run.response_id) == ("claude-sonnet-5-5", "msg_01Diptych")
    assert names(run) == [
        *("message_start", "content_block_start", "ping", "content_block_delta", "content_block_delta"),
        *("content_block_stop", "message_delta", "message_stop"),
    ]
    assert events(run)[2].contents == (Ping(),)
    assert run.stamps.first_token == 4.0


def test_thinking_redacted_thinking_and_two_tools_that_grow_at_once() -> None:
    run = fold("anthropic-messages", stream("anthropic-messages", "thinking-and-tools"))

    assert folded(run) == {
        "state": "complete",
        "text": "I look at both.",
        "thinking": "Two cities, two calls.",
        "redacted": 1,
        "tools": [
            ("toolu_01", "get_weather", '{"city": "Paris"}'),
            ("toolu_02", "get_weather", '{"city": "Rome"}'),
        ],
        "stop": "tool_use",
        "usage": {
            "input_tokens": 40 + 100 + 2000,
            "cache_read_tokens": 2000,
            "cache_write_tokens": 100,
            "cache_write_1h_tokens": 30,
            "output_tokens": 88,
            "reasoning_tokens": 21,
        },
    }
    assert run.usage_is_final
    assert run.usage_raw is not None
    assert run.usage_raw["cache_creation"] == {"ephemeral_5m_input_tokens": 70, "ephemeral_1h_input_tokens": 30}


def test_server_tools_are_tools_and_their_results_and_citations_order_the_stream() -> None:
    run = fold("anthropic-messages", stream("anthropic-messages", "search-and-citations"))

    assert folded(run) == {
        "state": "complete",
        "text": "A diptych has two panels.",
        "tools": [("srvtoolu_01", "web_search", '{"query": "diptych"}')],
        "stop": "end_turn",
        "usage": {"input_tokens": 2412, "output_tokens": 61},
    }
    labels = [content.label for event in events(run) for content in event.contents if isinstance(content, Structure)]
    assert labels == [
        *("server_tool_use", "block 0", "web_search_tool_result", "block 1", "text", "citation", "block 2")
    ]


def test_an_error_in_the_middle_fails_the_run_and_keeps_the_text() -> None:
    run = fold("anthropic-messages", stream("anthropic-messages", "error-in-the-middle"))

    assert folded(run) == {
        "state": "failed",
        "text": "So far so",
        "usage": {"input_tokens": 5},
        "error": "The server reported an error in event 4: overloaded_error: Overloaded. Send the prompt again.",
    }
    assert run.failure is not None
    assert (run.failure.kind, run.failure.request_id) == ("event", "req_01")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'event: error\ndata: {"type": "api_error", "message": "Broken"}\n\n', ": api_error: Broken"),
        (b'data: {"type": "error", "error": {"type": "api_error"}}\n\n', ": api_error"),
        (b'data: {"error": {"code": 500, "message": "Broken.\\nBadly."}}\n\n', ": 500: Broken. Badly"),
        (b'data: {"error": "Broken"}\n\n', ": Broken"),
        (b"event: error\ndata: upstream reset\n\n", ": upstream reset"),
        (b"event: error\n\n", ""),
    ],
    ids=["by its name", "by its type", "an object alone", "a text alone", "no JSON", "nothing"],
)
def test_errors_are_recognized_in_every_form(body: bytes, message: str) -> None:
    run = fold("anthropic-messages", body)

    assert folded(run) == {
        "state": "failed",
        "error": f"The server reported an error in its first event{message}. Send the prompt again.",
    }
    assert names(run) == ["error"]


def test_an_error_after_the_terminal_event_keeps_the_stop_reason() -> None:
    run = read(text("Hi"), message_delta("end_turn"), STOP, {"type": "error", "error": {"type": "late"}})

    assert folded(run) == {
        "state": "failed",
        "text": "Hi",
        "stop": "end_turn",
        "error": "The server reported an error in event 4: late. Send the prompt again.",
    }


def test_max_tokens_cut_a_tools_arguments() -> None:
    run = read(block(0, "tool_use", id="t", name="make_file", input={}), piece('{"lines": ["on'), block_stop(0),
               message_delta("max_tokens"), STOP)  # fmt: skip

    assert folded(run) == {
        "state": "complete",
        "tools": [("t", "make_file", '{"lines": ["on')],
        "stop": "max_tokens",
    }


@pytest.mark.parametrize("arguments", [[], [piece("")], [piece(None)]], ids=["none", "empty", "null"])
def test_a_tool_without_arguments_has_empty_ones(arguments: list[dict[str, Any]]) -> None:
    run = read(block(0, "tool_use", id="t", name="now", input={}), *arguments, block_stop(0), STOP)

    assert folded(run) == {"state": "complete", "tools": [("t", "now", "")]}


@pytest.mark.parametrize("ending", [block_stop(3), STOP], ids=["its block ends", "only the message ends"])
def test_a_whole_input_in_the_blocks_start_is_its_arguments(ending: dict[str, Any]) -> None:
    run = read(block(3, "tool_use", id="t", name="go", input={"to": "Zürich"}), piece("", 3), ending)

    assert folded(run)["tools"] == [("t", "go", '{"to": "Zürich"}')]


def test_pieces_win_over_a_whole_input_in_the_blocks_start() -> None:
    run = read(block(0, "tool_use", id="t", name="go", input={"to": ""}), piece('{"to": "Rome"}'), block_stop(0), STOP)

    assert folded(run)["tools"] == [("t", "go", '{"to": "Rome"}')]


def test_a_tool_without_a_name_is_called_by_its_type_and_one_without_a_start_by_nothing() -> None:
    run = read(block(0, "mcp_tool_use", id="m"), piece("{}"), piece("[]", 7))

    assert folded(run)["tools"] == [("m", "mcp_tool_use", "{}"), (None, "", "[]")]


def test_text_and_thinking_may_begin_in_the_blocks_start() -> None:
    run = read(block(0, "thinking", thinking="Hm"), delta(0, "signature_delta", signature="EqQ"),
               block(1, "text", text="Hel"), text("lo", 1))  # fmt: skip

    assert folded(run) == {"state": "cut", "text": "Hello", "thinking": "Hm"}


def test_a_refusal_is_a_stop_reason_with_details() -> None:
    details = {"type": "refusal", "category": "cyber", "explanation": "No."}
    run = read(start(input_tokens=20), text("Hi"), message_delta("refusal", stop_details=details), STOP)

    assert folded(run) == {
        "state": "complete",
        "text": "Hi",
        "stop": "refusal",
        "detail": details,
        "usage": {"input_tokens": 20},
    }


def test_a_stop_sequence_is_reported() -> None:
    run = read(text("a"), message_delta("stop_sequence", stop_sequence="```"), STOP)

    assert (run.stop_reason, run.stop_detail) == ("stop_sequence", {"stop_sequence": "```"})


@pytest.mark.parametrize("reason", ["pause_turn", "max_tokens", "model_context_window_exceeded", "something_new"])
def test_any_stop_reason_before_the_terminal_event_is_complete(reason: str) -> None:
    run = read(message_delta(reason), STOP)

    assert folded(run) == {"state": "complete", "stop": reason}


def test_without_the_terminal_event_a_stream_with_a_stop_reason_is_cut() -> None:
    assert folded(read(text("a"), message_delta("end_turn"))) == {"state": "cut", "text": "a", "stop": "end_turn"}


def test_another_model_that_goes_on_after_a_refusal_begins_a_paragraph_and_is_named() -> None:
    block = {"type": "fallback", "from": {"model": "m-1"}, "to": {"model": "m-2"}}
    fallback = {"type": "content_block_start", "index": 1, "content_block": block}
    run = read(start(), text("I will not."), fallback, text("It flows."), message_delta("end_turn"), STOP)

    assert (str(run.text), run.reported_model) == ("I will not.\n\nIt flows.", "m-2")


def test_the_input_of_a_tool_may_come_as_an_object() -> None:
    block = {"type": "tool_use", "id": "t1", "name": "f", "input": {}}
    begun = {"type": "content_block_start", "index": 0, "content_block": block}
    piece = {"type": "content_block_delta", "index": 0, "delta": {"type": "input_json_delta", "partial_json": {"a": 1}}}

    assert folded(read(start(), begun, piece))["tools"] == [("t1", "f", '{"a": 1}')]


def test_a_later_usage_corrects_an_earlier_one_key_by_key() -> None:
    run = read(
        start(input_tokens=100, cache_read_input_tokens=55096, output_tokens=1, service_tier="standard"),
        message_delta(None, {"cache_read_input_tokens": 0, "input_tokens": 181, "output_tokens": 4}),
        message_delta("end_turn", {"output_tokens": 8, "service_tier": None, "inference_geo": None}),
        STOP,
    )

    assert run.usage == Usage(input_tokens=181, cache_read_tokens=0, output_tokens=8)
    assert run.usage_raw == {
        "input_tokens": 181,
        "cache_read_input_tokens": 0,
        "output_tokens": 8,
        "service_tier": "standard",
        "inference_geo": None,
    }


def test_the_count_at_which_output_begins_is_not_the_output() -> None:
    run = read(start(input_tokens=5, output_tokens=1), text("a"))

    assert run.usage == Usage(input_tokens=5)
    assert not run.usage_is_final


def test_cached_tokens_without_an_input_leave_the_input_unknown() -> None:
    assert read(start(cache_read_input_tokens=9)).usage == Usage(cache_read_tokens=9)


def test_a_message_that_starts_again_continues_its_text_and_restarts_its_block_indices() -> None:
    run = read(
        start(input_tokens=17),
        block(0, "tool_use", id="one", name="f", input={}),
        piece("{}"),
        start(input_tokens=18),
        block(0, "tool_use", id="two", name="g", input={}),
        piece("[]"),
        text("Hi", 1),
        message_delta("end_turn", {"output_tokens": 3}),
        STOP,
    )

    assert folded(run) == {
        "state": "complete",
        "text": "Hi",
        "tools": [("one", "f", "{}"), ("two", "g", "[]")],
        "stop": "end_turn",
        "usage": {"input_tokens": 18, "output_tokens": 3},
    }


CONTENT = [
    {"type": "text", "text": "Hi"},
    {"type": "web_search_tool_result", "content": []},
    {"type": "tool_use", "id": "one", "name": "f", "input": {"a": 1}},
]


def test_a_message_that_comes_whole_with_its_start() -> None:
    usage = {"input_tokens": 5, "output_tokens": 7}
    message = {"id": "msg_1", "content": CONTENT, "stop_reason": "tool_use", "usage": usage}
    run = read({"type": "message_start", "message": message}, STOP)

    assert folded(run) == {
        "state": "complete",
        "text": "Hi",
        "tools": [("one", "f", '{"a": 1}')],
        "stop": "tool_use",
        "usage": {"input_tokens": 5, "output_tokens": 7},
    }
    assert run.usage_is_final


def test_blocks_that_came_whole_are_read_before_those_that_follow_and_never_twice() -> None:
    run = read(
        {"type": "message_start", "message": {"content": CONTENT, "stop_reason": None}},
        block(2, "tool_use", id="one", name="f", input={}),
        delta(2, "input_json_delta", partial_json='{"a":1}'),
        block_stop(2),
        block(3, "text"),
        text("!", 3),
        STOP,
    )

    assert folded(run) == {"state": "complete", "text": "Hi\n\n!", "tools": [("one", "f", '{"a":1}')]}


def test_blocks_that_came_whole_after_the_one_that_is_streamed_are_read_at_the_end() -> None:
    message = {"content": [{"type": "text", "text": "not this"}, {"type": "text", "text": " there"}]}
    run = read({"type": "message_start", "message": message}, block(0, "text"), text("Hello"), STOP)

    assert folded(run)["text"] == "Hello there"


def test_an_input_that_comes_as_json_text_is_taken_as_it_is() -> None:
    run = read(block(0, "tool_use", id="one", name="f", input='{"a":1}'), block_stop(0), STOP)

    assert folded(run)["tools"] == [("one", "f", '{"a":1}')]


def test_unknown_types_are_listed_as_unknown() -> None:
    run = read(
        {"type": "message_pause"},
        block(0, "hologram", light=1),
        delta(0, "hologram_delta", light=2),
        delta(0, "compaction_delta", content="…"),
        text("ok"),
        STOP,
    )

    assert folded(run) == {"state": "complete", "text": "ok"}
    assert [event.contents for event in events(run)[:4]] == [
        (Unknown("message_pause"),),
        (Structure("hologram"),),
        (Unknown("hologram_delta"),),
        (Structure("compaction"),),
    ]


def test_an_event_without_a_name_is_named_by_its_type_and_one_without_either_is_a_message() -> None:
    run = fold("anthropic-messages", b'data: {"type": "ping"}\n\ndata: {}\n\nevent: ping\ndata: {"x": 1}\n\n')

    assert names(run) == ["ping", "message", "ping"]
    assert [event.contents for event in events(run)] == [(Ping(),), (Unknown(""),), (Ping(),)]


def test_block_stops_all_at_the_end_and_without_an_index_change_nothing() -> None:
    run = read(block(0, "text"), text("a"), block(1, "text"), text("b", 1), block_stop(0), block_stop(1),
               {"type": "content_block_stop"}, STOP)  # fmt: skip

    assert folded(run) == {"state": "complete", "text": "ab"}


def test_the_request_has_the_arguments_of_the_sdk() -> None:
    plain = request("anthropic-messages", max_tokens=99)
    full = request("anthropic-messages", system="Be brief.", params={"thinking": {"type": "adaptive"}})

    assert AnthropicMessages.arguments(plain) == {
        "model": "some-model",
        "max_tokens": 99,
        "messages": [{"role": "user", "content": "hi"}],
        "stream": True,
    }
    arguments = AnthropicMessages.arguments(full)
    assert arguments["system"] == "Be brief."
    assert arguments["extra_body"] == {"thinking": {"type": "adaptive"}}


def test_a_text_before_a_search_and_one_after_it_are_paragraphs_and_cited_passages_are_not() -> None:
    run = read(
        block(0, "text"),
        text("I will look."),
        block(1, "server_tool_use", id="s1", name="web_search"),
        delta(1, "input_json_delta", partial_json='{"query":"river"}'),
        block_stop(1),
        block(2, "web_search_tool_result", tool_use_id="s1"),
        block_stop(2),
        block(3, "text"),
        text("It flows", 3),
        block_stop(3),
        block(4, "text"),
        text(" east.", 4),
        STOP,
    )

    assert folded(run)["text"] == "I will look.\n\nIt flows east."


def test_two_blocks_of_thinking_are_paragraphs() -> None:
    run = read(
        block(0, "thinking"),
        delta(0, "thinking_delta", thinking="One."),
        block(1, "thinking"),
        delta(1, "thinking_delta", thinking="Two."),
        STOP,
    )

    assert folded(run)["thinking"] == "One.\n\nTwo."


def test_thinking_that_shows_only_its_signature_leaves_the_rate_unknown() -> None:
    run = read(
        start(input_tokens=20, output_tokens=1),
        block(0, "thinking"),
        delta(0, "signature_delta", signature="c2ln"),
        block(1, "text"),
        *(text(each, 1) for each in ("It", " flows", " east", ".")),
        message_delta("end_turn", {"output_tokens": 2400}),
        STOP,
    )

    assert run.usage_is_final
    assert run.tokens_per_second is None


def test_a_delta_without_a_type_is_text_if_it_has_some() -> None:
    assert folded(read(delta(0, "", text="Hi"), STOP))["text"] == "Hi"


def test_a_stop_reason_that_names_an_error_fails_the_run() -> None:
    assert read(text("So f"), message_delta("error"), STOP).state == "failed"


def test_zeros_at_the_end_erase_no_count() -> None:
    zeros = {"input_tokens": 0, "cache_read_input_tokens": 0, "output_tokens": 7}
    run = read(start(input_tokens=148, cache_read_input_tokens=50), message_delta("end_turn", zeros), STOP)

    assert run.usage == Usage(198, 50, output_tokens=7)


def test_a_whole_message_in_one_event_is_an_answer() -> None:
    usage = {"input_tokens": 5, "output_tokens": 7}
    run = read({"type": "message", "content": CONTENT, "stop_reason": "tool_use", "usage": usage})

    assert folded(run) == {
        "state": "complete",
        "text": "Hi",
        "tools": [("one", "f", '{"a": 1}')],
        "stop": "tool_use",
        "usage": {"input_tokens": 5, "output_tokens": 7},
    }


def test_a_message_after_the_end_of_another_is_a_paragraph() -> None:
    run = read(start(), text("Let me look."), STOP, start(), text("It flows."), STOP)

    assert folded(run)["text"] == "Let me look.\n\nIt flows."


def test_thinking_between_two_texts_makes_paragraphs_even_where_it_shows_nothing() -> None:
    run = read(block(0, "text"), text("One."), block(1, "redacted_thinking"), block(2, "text"), text("Two.", 2), STOP)

    assert folded(run)["text"] == "One.\n\nTwo."


@pytest.mark.parametrize(
    ("body", "is_answer"),
    [
        (b'{"type": "message", "content": []}', True),
        (b'{"type": "message_start"}', True),
        (b'{"type": "error", "error": {}}', False),
        (b'{"message": "Forbidden"}', False),
        (b'{"type": "message", "error": "Broken"}', False),
        (b"[1]", False),
        (b"{half", False),
    ],
)
def test_a_body_that_is_an_answer_is_told_from_one_that_is_not(body: bytes, is_answer: bool) -> None:
    assert AnthropicMessages().is_whole_answer(body) is is_answer


def test_output_that_is_counted_by_the_other_familys_name_is_read() -> None:
    run = read(start(input_tokens=9, output_tokens=1), message_delta("end_turn", {"completion_tokens": 20}), STOP)

    assert run.usage == Usage(9, output_tokens=20)


def test_signed_and_encrypted_thinking_is_kept_as_the_api_wants_it_back() -> None:
    run = read(
        start(),
        block(0, "thinking", thinking="Let ", signature=""),
        delta(0, "thinking_delta", thinking="me see."),
        delta(0, "signature_delta", signature="c2ln"),
        delta(0, "signature_delta", signature="bmVk"),
        block_stop(0),
        block(1, "redacted_thinking", data="ZW5j"),
        block_stop(1),
        STOP,
    )

    assert run.reasoning == [
        {"type": "thinking", "thinking": "Let me see.", "signature": "c2lnbmVk"},
        {"type": "redacted_thinking", "data": "ZW5j"},
    ]


def test_thinking_without_a_signature_does_not_go_back() -> None:
    thinking = block(0, "thinking", thinking=""), delta(0, "thinking_delta", thinking="Hm."), block_stop(0)
    assert read(start(), *thinking, STOP).reasoning == []


def test_what_the_server_runs_itself_is_not_a_function() -> None:
    run = read(start(), block(0, "server_tool_use", id="s1", name="web_search"), block(1, "tool_use", id="t1"), STOP)
    assert [tool.is_function for tool in run.tools] == [False, True]
