"""The tool calls of a Responses stream: output items whose arguments come in pieces, whole, or both."""

import json
from collections.abc import Iterator

from diptych.apis.lenient_json import array, mapping, string, text_or_json, whole
from diptych.core.content import Content, Structure, ToolArguments, ToolCall
from diptych.core.json_text import JsonObject


class ResponseToolCalls:
    """Assigns each event of a stream to its tool call. Calls are numbered from 1 in the order in which they begin."""

    def __init__(self) -> None:
        self._count = 0
        self._call_by_name: dict[int | str, int] = {}
        self._call_ids: dict[int, str] = {}
        self._with_arguments: set[int] = set()
        self._nameless: set[int] = set()

    @property
    def has_streamed(self) -> bool:
        """Whether any call has come in events, and not only in the response that the last event repeats."""
        return bool(self._call_by_name)

    def read_item(self, action: str, data: JsonObject) -> Iterator[Content]:
        """Yield what an `output_item` event says of a call: its beginning, and its arguments if they are whole."""
        item = mapping(data, "item")
        call = self._known_call(data)
        if call is None or (action == "added" and self._call_ids[call] not in ("", string(item, "call_id"))):
            call = self._count + 1
            yield self._begin(_call_names(data), item)
        elif call in self._nameless:  # its arguments came first
            self._call_by_name |= dict.fromkeys(_call_names(data), call)
            yield self._described(call, item)
        if action == "done" or string(item, "status") == "completed":
            yield from self._whole_arguments(call, item)

    def read_arguments(self, action: str, data: JsonObject) -> Iterator[Content]:
        """Yield the arguments of an `arguments` event, as a piece or whole."""
        call = self._known_call(data)
        if call is None and action == "done" and not any(isinstance(name, str) for name in _call_names(data)):
            call = self._count or None  # some servers count on before a call is done, and leave out its id
        if call is None:  # its beginning was missed
            call = self._count + 1
            yield self._begin(_call_names(data), {"id": string(data, "item_id")})
            self._nameless.add(call)
        if action == "delta":
            piece = string(data, "delta")
            if piece:
                self._with_arguments.add(call)
            yield ToolArguments(call, piece)
        else:
            yield Structure("")
            yield from self._whole_arguments(call, data)

    def read_whole(self, item: JsonObject) -> Iterator[Content]:
        """Yield a call that was not streamed, from the output of a whole response."""
        yield self._begin([], item)
        yield from self._whole_arguments(self._count, item)

    def _whole_arguments(self, call: int, container: JsonObject) -> Iterator[Content]:
        """Yield arguments that came whole, unless they have come before."""
        arguments = _arguments_of(container)
        if arguments and call not in self._with_arguments:
            self._with_arguments.add(call)
            yield ToolArguments(call, arguments)

    def _begin(self, names: list[int | str], item: JsonObject) -> ToolCall:
        self._count += 1
        self._call_by_name |= dict.fromkeys(names, self._count)
        return self._described(self._count, item)

    def _described(self, call: int, item: JsonObject) -> ToolCall:
        """Return the call as its item describes it."""
        self._nameless.discard(call)
        call_id = self._call_ids[call] = string(item, "call_id")
        kind = string(item, "type")
        return ToolCall(
            call,
            call_id or string(item, "id") or None,
            string(item, "name") or kind,
            is_function=kind in ("", "function_call"),
        )

    def _known_call(self, data: JsonObject) -> int | None:
        """Return the number of the call that an event belongs to, None for a call that has not begun."""
        return next((self._call_by_name[name] for name in _call_names(data) if name in self._call_by_name), None)


def is_tool_call(kind: str) -> bool:
    """Whether an output item of this type is a tool call."""
    return kind.endswith("_call") or kind in ("mcp_approval_request", "program")


def _call_names(data: JsonObject) -> list[int | str]:
    """Return the ids and the index that identify a call, the most reliable first.

    Only the call's own id stays the same on every server.
    """
    item, index = mapping(data, "item"), whole(data, "output_index")
    ids = (string(item, "call_id"), string(data, "call_id"), index, string(data, "item_id"), string(item, "id"))
    return [name for name in ids if name is not None and name != ""]


def _arguments_of(container: JsonObject) -> str:
    """Return the arguments of a call that came whole: what the model wrote for the tool, under any of their names."""
    for name in ("arguments", "input", "code"):
        if text := text_or_json(container, name):
            return text
    for name in ("action", "operation"):
        if action := mapping(container, name):
            return json.dumps({key: value for key, value in action.items() if key != "sources"}, ensure_ascii=False)
    for name in ("actions", "queries"):
        if members := array(container, name):
            return json.dumps({name: members}, ensure_ascii=False)
    return ""
