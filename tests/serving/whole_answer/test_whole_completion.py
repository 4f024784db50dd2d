"""Completions that are made of chunks."""

from typing import Any

from diptych.serving.whole_answer.whole_completion import whole_completion


def _chunk(delta: Any, finish: str | None = None, index: int = 0, **more: Any) -> dict[str, Any]:
    return {"id": "c", "choices": [{"index": index, "delta": delta, "finish_reason": finish, **more}]}


def _message(*deltas: Any) -> dict[str, Any]:
    made = whole_completion([*map(_chunk, deltas), _chunk({}, "stop")])
    assert made is not None
    message = made["choices"][0]["message"]
    assert isinstance(message, dict)
    return message


def test_texts_and_lists_grow_and_objects_are_joined() -> None:
    made = _message(
        {"role": "assistant", "content": "Hel", "reasoning_content": "h"},
        {"content": "lo", "reasoning_content": "m", "refusal": None, "annotations": [1]},
        {"annotations": [2], "extra": {"a": "x"}},
        {"extra": {"a": "y", "b": 1}},
        None,
    )
    assert (made["content"], made["reasoning_content"], made["refusal"]) == ("Hello", "hm", None)
    assert (made["annotations"], made["extra"]) == ([1, 2], {"a": "xy", "b": 1})


def test_tool_calls_are_put_together_by_their_index() -> None:
    def piece(index: Any, **more: Any) -> dict[str, Any]:
        return {"tool_calls": [{"index": index, **more}]}

    made = _message(
        piece(0, id="a", function={"name": "add", "arguments": '{"x"'}),
        piece(1, id="b", function={"name": "sub", "arguments": None}),
        piece(0, function={"arguments": ": 1}"}),
        piece(0),
        piece(9, function={"arguments": "{}"}),
        {"tool_calls": [7]},
        {"tool_calls": "odd"},
    )
    assert [(call["id"], call["function"]) for call in made["tool_calls"]] == [
        ("a", {"name": "add", "arguments": '{"x": 1}'}),
        ("b", {"name": "sub", "arguments": "{}"}),
    ]


def test_several_choices_usage_and_log_probabilities() -> None:
    made = whole_completion(
        [
            _chunk({"content": "b"}, "stop", 1, logprobs={"content": [1]}),
            _chunk({"content": "a"}, "length", 0),
            _chunk({"content": ""}, None, 1, logprobs={"content": [2]}),
            {"id": "c", "created": 5, "object": "chat.completion.chunk", "choices": [], "usage": {"total_tokens": 4}},
            {"choices": ["odd"]},
        ]
    )
    assert made is not None
    assert (made["object"], made["created"], made["usage"]) == ("chat.completion", 5, {"total_tokens": 4})
    assert [(each["message"]["content"], each["finish_reason"]) for each in made["choices"]] == [
        ("a", "length"),
        ("b", "stop"),
    ]
    assert made["choices"][1]["logprobs"] == {"content": [1, 2]}


def test_what_is_not_whole() -> None:
    assert whole_completion([]) is None
    assert whole_completion([_chunk({"content": "a"})]) is None
    assert whole_completion([_chunk({"content": "a"}, "stop"), {"error": {"message": "no"}}]) is None
