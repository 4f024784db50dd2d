"""The tool calls of a Chat Completions stream, put together from pieces that servers number and name differently."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from diptych.apis.lenient_json import is_json, is_same_json, mapping, mappings, string, text_or_json, whole
from diptych.core.content import Content, ToolArguments, ToolCall
from diptych.core.json_text import JsonObject
from diptych.core.metrics.usage import count


@dataclass(slots=True)
class _Call:
    """A tool call as far as it is known. Its id and its name may come late, and the name in pieces."""

    key: int
    id: str = ""
    name: str = ""
    arguments: list[str] = field(default_factory=list)

    @property
    def is_unfinished(self) -> bool:
        """Whether its arguments have begun and are not JSON yet."""
        if not self.arguments or not self.arguments[-1].rstrip().endswith("}"):
            return bool(self.arguments)
        return not is_json("".join(self.arguments))

    @property
    def is_whole(self) -> bool:
        """Whether its arguments are JSON."""
        return bool(self.arguments) and not self.is_unfinished

    def is_followed(self, piece: str) -> bool:
        """Whether a piece of arguments cannot continue those of this call, which are whole."""
        return piece.startswith("{") and self.is_whole

    def differs_from(self, tool_id: str, name: str) -> bool:
        """Whether a piece with the index of this call begins another call.

        Some servers give every call the same index. Others give every piece of a call a new id, so a call whose
        arguments are unfinished is always continued.
        """
        if not name or not self.name:
            return False
        differs = tool_id != self.id if tool_id and self.id else name != self.name and bool(self.arguments)
        return differs and not self.is_unfinished

    def update(self, tool_id: str, name: str) -> bool:
        """Add the id and the name that a piece gives. Return whether anything has changed."""
        before = (self.id, self.name)
        self.id = self.id or tool_id
        if name != self.name:
            self.name += name
        return before != (self.id, self.name)


class ChatToolCalls:
    """Assigns each piece of a stream to its tool call. Calls are numbered from 1 in the order in which they begin."""

    def __init__(self) -> None:
        self._count = 0
        self._calls: dict[int | str, _Call] = {}
        self._latest_place: int | str = 0

    def read(self, delta: JsonObject) -> Iterator[Content]:
        """Yield the calls that a delta begins or describes, and the pieces of their arguments."""
        pieces = mappings(delta, "tool_calls") or list(filter(None, [mapping(delta, "tool_calls")]))
        if not pieces and (function := mapping(delta, "function_call")):
            pieces = [{"index": 0, "function": function}]  # the older form, which some servers send beside the newer
        for position, piece in enumerate(pieces):
            yield from self._read_piece(piece, position if len(pieces) > 1 else None)

    def _read_piece(self, piece: JsonObject, position: int | None) -> Iterator[Content]:
        custom = mapping(piece, "custom")
        function = mapping(piece, "function") or custom or piece
        name, tool_id = string(function, "name"), string(piece, "id")
        arguments = text_or_json(function, "arguments") or text_or_json(function, "input")
        place = self._latest_place = self._place(_index(piece), tool_id, name, position)
        call = self._calls.get(place)
        is_new = call is None or call.differs_from(tool_id, name)
        if call is not None and not is_new and not custom and call.is_followed(arguments):
            if is_same_json(arguments, "".join(call.arguments)):
                arguments = ""  # some servers send the arguments in pieces and then once more
            elif call.arguments == ["{}"]:
                call.arguments.clear()  # some servers send this first, and `Tool.write` replaces it
            elif not tool_id:
                is_new, name = True, name or call.name  # some servers give the pieces of every call the same index
        if call is None or is_new:
            self._count += 1
            call = self._calls[place] = _Call(self._count)
        if call.update(tool_id, name) or is_new:
            yield ToolCall(call.key, call.id or None, call.name or string(piece, "type"), is_function=not custom)
        if arguments:
            call.arguments.append(arguments)
        yield ToolArguments(call.key, arguments)

    def _place(self, index: int | None, tool_id: str, name: str, position: int | None) -> int | str:
        """Return the key in `_calls` of the call that a piece belongs to.

        Where a server gives no index, a new id or name begins another call. `position` is given for a chunk with
        several pieces, which then belong to the calls in their order.
        """
        latest = self._calls.get(self._latest_place)
        if latest is not None and position is None:
            if index is None:
                is_continued = latest.is_unfinished and name in ("", latest.name)
            else:
                is_continued = index not in self._calls and not (tool_id or name or latest.is_whole)
            if is_continued:  # some servers give every piece a new index, or repeat the name
                return self._latest_place
        if index is not None:
            return index
        if tool_id or name:
            return tool_id or f"unnumbered {self._count}"
        places = list(self._calls)
        return self._latest_place if position is None or position >= len(places) else places[position]


def _index(piece: JsonObject) -> int | None:
    """Return the index of a piece, which some servers write as a text."""
    index = whole(piece, "index")
    return count(piece, "index") if index is None else index
