"""The response of a stream of Responses (https://platform.openai.com/docs/api-reference/responses-streaming)."""

from typing import Any

from diptych.core.json_text import JsonObject

_LAST = frozenset({"response.completed", "response.incomplete", "response.failed"})
"""The events that end a stream. Each holds the whole response."""


def whole_response(events: list[JsonObject]) -> JsonObject | None:
    """Return the response that the last event holds; None if that event did not come.

    Some servers leave its `output` empty. It then gets the items that came before.
    """
    items: dict[Any, JsonObject] = {}
    for event in events:
        match event:
            case {"type": "response.output_item.done", "item": dict(item)}:
                items[event.get("output_index", len(items))] = item
            case {"type": str(kind), "response": dict(made)} if kind in _LAST:
                return {"object": "response"} | made | {"output": made.get("output") or list(items.values())}
    return None
