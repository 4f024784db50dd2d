"""Which requests ask the same, and what is said of those that do not."""

from typing import Any

import pytest

from diptych.core.endpoint import ApiName
from diptych.serving.comparable_conversation import ComparableConversation, difference, read_conversation


def _read(api: ApiName, body: dict[str, Any]) -> ComparableConversation:
    found = read_conversation(api, body)
    assert found is not None
    return found


def _messages(*messages: Any, **more: Any) -> ComparableConversation:
    return _read("anthropic-messages", {"messages": list(messages), **more})


def _chat(*messages: Any) -> ComparableConversation:
    return _read("openai-chat", {"messages": list(messages)})


def _responses(given: Any, **more: Any) -> ComparableConversation:
    return _read("openai-responses", {"input": given, **more})


def _user(content: Any) -> dict[str, Any]:
    return {"role": "user", "content": content}


def test_a_text_may_stand_alone_or_in_parts() -> None:
    parts = [{"type": "text", "text": "Hello  you", "cache_control": {"type": "ephemeral"}}]
    assert _messages(_user(" Hello\nyou ")) == _messages(_user(parts))
    assert _messages(_user(["Hello", {"type": "text", "text": "you"}])) == _messages(_user("Hello you"))
    assert _responses("Hello") == _responses([{"type": "message", **_user([{"type": "input_text", "text": "Hello"}])}])
    assert _messages(_user("Hello")) != _messages(_user("Hallo"))


def test_system_prompts_are_found_wherever_an_api_has_them() -> None:
    assert _messages(_user("x"), system="Be brief.") == _messages(
        _user("x"), system=[{"type": "text", "text": "Be brief."}]
    )
    assert _chat({"role": "system", "content": "Be brief."}, _user("x")) == _chat(
        {"role": "developer", "content": [{"type": "text", "text": "Be  brief."}]}, _user("x")
    )
    assert _responses("x", instructions="Be brief.") == _responses(
        [{"role": "system", "content": "Be brief."}, _user("x")]
    )
    assert _messages(_user("x")) != _messages(_user("x"), system="Be brief.")


def test_settings_do_not_count() -> None:
    assert _messages(_user("x"), temperature=1, max_tokens=5, tools=[]) == _messages(_user("x"))


def test_ids_of_tool_calls_and_the_order_of_arguments_do_not_count() -> None:
    def call(id_: str, arguments: str) -> dict[str, Any]:
        function = {"name": "add", "arguments": arguments}
        return {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"id": id_, "type": "function", "function": function}],
        }

    assert _chat(call("a", '{"x": 1, "y": 2}')) == _chat(call("b", '{"y":2,"x":1}'))
    assert _chat(call("a", '{"x": 1}')) != _chat(call("a", '{"x": 2}'))
    assert _chat(call("a", '{"x": ')) != _chat(call("a", '{"x": 2}'))
    result = {"type": "function_call_output", "call_id": "c", "output": "3"}
    assert _responses([result]) == _responses(
        [result | {"call_id": "d", "output": [{"type": "input_text", "text": "3"}]}]
    )
    block = {"type": "tool_result", "tool_use_id": "t", "content": "3"}
    assert _messages(_user([block])) == _messages(_user([block | {"content": [{"type": "text", "text": "3"}]}]))
    assert _messages(_user([block])) != _messages(_user([block | {"is_error": True}]))


def test_thinking_that_is_sent_back_does_not_count() -> None:
    thinking = {"type": "thinking", "thinking": "hm", "signature": "x"}
    answer = {"role": "assistant", "content": [thinking, {"type": "text", "text": "yes"}]}
    assert _messages(answer) == _messages({"role": "assistant", "content": "yes"})
    assert _responses([{"type": "reasoning", "id": "r"}, _user("x")]) == _responses("x")


def test_files_count_by_their_contents() -> None:
    def image(data: str) -> dict[str, Any]:
        source = {"type": "base64", "media_type": "image/png", "data": data}
        return _user(
            [{"type": "text", "text": "see"}, {"type": "image", "source": source}, {"type": "text", "text": "ok"}]
        )

    assert _messages(image("A" * 5_000)) == _messages(image("A" * 5_000))
    assert _messages(image("A" * 5_000)) != _messages(image("A" * 4_999 + "B"))


@pytest.mark.parametrize("body", [{}, {"messages": 3}, {"messages": ["x"]}, {"input": "x"}])
def test_a_body_without_messages(body: dict[str, Any]) -> None:
    assert read_conversation("openai-chat", body) is None


def test_numbers_that_are_not_finite_are_read() -> None:
    assert _messages(_user([{"type": "odd", "x": float("nan")}])) == _messages(
        _user([{"type": "odd", "x": float("nan")}])
    )


def test_what_differs_is_said() -> None:
    recorded = _messages(_user("Hello"), {"role": "assistant", "content": "Hi"}, _user("Why?"), system="Be brief.")

    assert difference(recorded, recorded) == ""
    other = _messages(_user("Hello"), {"role": "assistant", "content": "Hi"}, _user("How?"), system="Be brief.")
    assert difference(recorded, other) == "message 3 (user) is “Why?” there and “How?” here"
    assert difference(recorded, _messages(_user("Hello"), _user("Hi"))) == (
        "message 2 is of the role “assistant” there and “user” here"
    )
    assert difference(recorded, _messages(_user("Hello"))) == "the conversation has 3 messages there and 1 here"
    unprompted = _messages(_user("Hello"), {"role": "assistant", "content": "Hi"}, _user("Why?"))
    assert difference(recorded, unprompted) == "the system prompt is “Be brief.” there and “” here"


@pytest.mark.parametrize("wrong", [{}, [], 1, True, {"type": "text"}])
def test_a_request_with_values_of_wrong_types_is_read(wrong: Any) -> None:
    messages = [_user([{"type": wrong, "text": wrong}]), {"role": wrong, "type": wrong, "content": wrong}]

    assert _chat(*messages, {"role": "user", "content": "hi", "tool_calls": [wrong]}) != _chat(_user("hi"))
    assert _responses(messages) != _responses("hi")
