"""Whole streams with tool calls, for the three APIs. A call is its id, the tool's name, and pieces of its arguments."""

from collections.abc import Callable, Mapping
from typing import Any

from diptych.core.endpoint import ApiName
from tests.support.streams import CHAT_USAGE, DONE, chunk, framed, message_event

Call = tuple[str, str, str]
"""The id, the name and the arguments."""


def messages_calls(*calls: Call, text: str = "", thinking: str = "", stop: str = "tool_use") -> list[bytes]:
    """Return an answer with tool calls as Anthropic Messages streams it; thinking is signed."""
    message = {"id": "msg_1", "model": "claude-reported", "usage": {"input_tokens": 8, "output_tokens": 1}}
    events = [message_event("message_start", message=message)]
    blocks: list[tuple[dict[str, Any], list[dict[str, Any]]]] = []
    if thinking:
        deltas = [
            {"type": "thinking_delta", "thinking": thinking},
            {"type": "signature_delta", "signature": "c2lnbmVk"},
        ]
        blocks.append(({"type": "thinking", "thinking": "", "signature": ""}, deltas))
    if text:
        blocks.append(({"type": "text", "text": ""}, [{"type": "text_delta", "text": text}]))
    for call_id, name, arguments in calls:
        half = len(arguments) // 2
        pieces = [{"type": "input_json_delta", "partial_json": piece} for piece in (arguments[:half], arguments[half:])]
        blocks.append(({"type": "tool_use", "id": call_id, "name": name, "input": {}}, pieces))
    for index, (block, deltas) in enumerate(blocks):
        events.append(message_event("content_block_start", index=index, content_block=block))
        events += [message_event("content_block_delta", index=index, delta=delta) for delta in deltas]
        events.append(message_event("content_block_stop", index=index))
    events.append(message_event("message_delta", delta={"stop_reason": stop}, usage={"output_tokens": 3}))
    return [*events, message_event("message_stop")]


def chat_calls(*calls: Call, text: str = "", stop: str = "tool_calls") -> list[bytes]:
    """Return an answer with tool calls as Chat Completions streams it."""
    events = [chunk({"role": "assistant", "content": text or None})]
    for index, (call_id, name, arguments) in enumerate(calls):
        begins = {"index": index, "id": call_id, "type": "function", "function": {"name": name, "arguments": ""}}
        events.append(chunk({"tool_calls": [begins]}))
        events.append(chunk({"tool_calls": [{"index": index, "function": {"arguments": arguments}}]}))
    return [*events, chunk({}, stop), CHAT_USAGE, DONE]


def responses_calls(*calls: Call, text: str = "", reasoning: dict[str, Any] | None = None) -> list[bytes]:
    """Return an answer with tool calls as the Responses API streams it."""

    def event(kind: str, **fields: Any) -> bytes:
        return framed({"type": f"response.{kind}", **fields}, f"response.{kind}")

    response = {"id": "resp_1", "model": "gpt-reported"}
    events = [event("created", response=response)]
    index = 0
    if reasoning:
        events.append(event("output_item.added", output_index=index, item={"type": "reasoning", "id": "rs_1"}))
        events.append(event("output_item.done", output_index=index, item={"type": "reasoning", **reasoning}))
        index += 1
    if text:
        events.append(event("output_item.added", output_index=index, item={"type": "message"}))
        events.append(event("output_text.delta", output_index=index, content_index=0, delta=text))
        events.append(event("output_item.done", output_index=index, item={"type": "message"}))
        index += 1
    for index, (call_id, name, arguments) in enumerate(calls, index):  # noqa: B020 - it goes on counting
        item = {"type": "function_call", "id": f"fc_{index}", "call_id": call_id, "name": name}
        events.append(event("output_item.added", output_index=index, item=item | {"arguments": ""}))
        events.append(event("function_call_arguments.delta", output_index=index, item_id=item["id"], delta=arguments))
        events.append(event("output_item.done", output_index=index, item=item | {"arguments": arguments}))
    usage = {"input_tokens": 8, "output_tokens": 3}
    return [*events, event("completed", response=response | {"status": "completed", "usage": usage})]


CALLS: Mapping[ApiName, Callable[..., list[bytes]]] = {
    "anthropic-messages": messages_calls,
    "openai-chat": chat_calls,
    "openai-responses": responses_calls,
}
