"""Messages that are made of events."""

from typing import Any

from diptych.serving.whole_answer.whole_message import whole_message

_STOP: dict[str, Any] = {"type": "message_stop"}
_START: dict[str, Any] = {
    "type": "message_start",
    "message": {"id": "msg_1", "usage": {"input_tokens": 3, "output_tokens": 1}},
}


def _block(index: int, block: dict[str, Any], *deltas: dict[str, Any]) -> list[dict[str, Any]]:
    start = {"type": "content_block_start", "index": index, "content_block": block}
    return [start, *({"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas)]


def _content(*events: dict[str, Any]) -> Any:
    made = whole_message([_START, *events, _STOP])
    assert made is not None
    return made["content"]


def test_every_kind_of_delta() -> None:
    text = _block(
        0,
        {"type": "text", "text": ""},
        {"type": "text_delta", "text": "Hel"},
        {"type": "citations_delta", "citation": {"url": "a"}},
        {"type": "text_delta", "text": "lo"},
        {"type": "citations_delta", "citation": {"url": "b"}},
    )
    thinking = _block(
        1,
        {"type": "thinking", "thinking": "", "signature": ""},
        {"type": "thinking_delta", "thinking": "hm"},
        {"type": "signature_delta", "signature": "s"},
        {"type": "unheard_of", "x": 1},
    )
    compaction = _block(2, {"type": "compaction", "content": None}, {"type": "compaction_delta", "content": "short"})
    assert _content(*text, *thinking, *compaction) == [
        {"type": "text", "text": "Hello", "citations": [{"url": "a"}, {"url": "b"}]},
        {"type": "thinking", "thinking": "hm", "signature": "s"},
        {"type": "compaction", "content": "short"},
    ]


def test_the_input_of_a_tool() -> None:
    tool = {"type": "tool_use", "id": "t", "name": "add", "input": {}}
    pieces = ({"type": "input_json_delta", "partial_json": piece} for piece in ("", '{"x": ', "1}"))
    assert _content(*_block(0, tool, *pieces)) == [tool | {"input": {"x": 1}}]
    assert _content(*_block(0, tool, {"type": "input_json_delta", "partial_json": '{"x"'})) == [tool]


def test_the_usage_and_the_stop_reason_come_late() -> None:
    delta = {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 9}}
    made = whole_message([_START, delta, {"type": "message_delta"}, _STOP])
    assert made == {
        "type": "message",
        "role": "assistant",
        "content": [],
        "id": "msg_1",
        "stop_reason": "end_turn",
        "usage": {"input_tokens": 3, "output_tokens": 9},
    }


def test_a_stream_that_begins_twice_has_the_blocks_of_the_second() -> None:
    block = _block(0, {"type": "text", "text": ""}, {"type": "text_delta", "text": "x"})
    stray = {"type": "content_block_delta", "index": 7, "delta": {"type": "text_delta", "text": "y"}}
    assert _content(*block, _START, *block, stray) == [{"type": "text", "text": "x"}]
