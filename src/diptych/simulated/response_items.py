"""The output items of a response of the Responses API, and the events that open, extend and close them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, assert_never

from diptych.simulated.script import CallTool, ModelOutput, Refuse, Say, Think
from diptych.simulated.stream_writer import HEX

Event = tuple[str, dict[str, Any]]
"""An event's type and data, without its sequence number."""


@dataclass(frozen=True, slots=True)
class _Part:
    """The part of an item that holds its text."""

    event: str
    """The beginning of the names of its events."""
    index_key: str
    start: Mapping[str, Any]
    """Its JSON without the text."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a kind of item is written."""

    id_prefix: str
    field: str
    """The item's field for its parts, or for its text if it has no parts."""
    text_event: str
    """The beginning of the names of the events that carry its text."""
    text_key: str
    part: _Part | None


_TEXT = _Kind(
    "msg_",
    "content",
    "response.output_text",
    "text",
    _Part("response.content_part", "content_index", {"type": "output_text", "annotations": [], "logprobs": []}),
)
_REFUSAL = _Kind(
    "msg_",
    "content",
    "response.refusal",
    "refusal",
    _Part("response.content_part", "content_index", {"type": "refusal"}),
)
_REASONING = _Kind(
    "rs_",
    "summary",
    "response.reasoning_summary_text",
    "text",
    _Part("response.reasoning_summary_part", "summary_index", {"type": "summary_text"}),
)
_CALL = _Kind("fc_", "arguments", "response.function_call_arguments", "arguments", None)
_MESSAGE = {"type": "message", "role": "assistant"}


@dataclass(slots=True)
class OutputItem:
    """An output item that grows token by token."""

    index: int
    id: str
    kind: _Kind
    start: Mapping[str, Any]
    """The fields that do not change, such as its type, role or name."""
    text: str = ""
    status: str = "in_progress"

    def body(self) -> dict[str, Any]:
        """Return the item so far as JSON."""
        held: Any = self.text
        if self.kind.part is not None:
            held = [self._part(self.kind.part)] if self.text else []
        return {"id": self.id, **self.start, "status": self.status, self.kind.field: held}

    def open(self) -> Iterator[Event]:
        """Yield the events that open the item."""
        yield "response.output_item.added", {"output_index": self.index, "item": self.body()}
        yield from self._part_event("added")

    def grow(self, token: str) -> Event:
        """Add a token. Return its event."""
        self.text += token
        return f"{self.kind.text_event}.delta", {**self._place(), "delta": token}

    def close(self, status: str) -> Iterator[Event]:
        """Set the status, `completed` or `incomplete`. Yield the events that close the item."""
        self.status = status
        yield f"{self.kind.text_event}.done", {**self._place(), self.kind.text_key: self.text}
        yield from self._part_event("done")
        yield "response.output_item.done", {"output_index": self.index, "item": self.body()}

    def _part_event(self, progress: str) -> Iterator[Event]:
        if (part := self.kind.part) is not None:
            yield f"{part.event}.{progress}", {**self._place(), "part": self._part(part)}

    def _part(self, part: _Part) -> dict[str, Any]:
        return {**part.start, self.kind.text_key: self.text}

    def _place(self) -> dict[str, Any]:
        part = self.kind.part
        return {"item_id": self.id, "output_index": self.index} | ({} if part is None else {part.index_key: 0})


def item_for(content: ModelOutput, index: int, identifier: Callable[..., str]) -> OutputItem:
    """Return the item for a content. `identifier` is `StreamWriter.identifier`."""
    match content:
        case Say():
            kind, start = _TEXT, _MESSAGE
        case Refuse():
            kind, start = _REFUSAL, _MESSAGE
        case Think():
            kind, start = _REASONING, {"type": "reasoning"}
        case CallTool(name=name):
            call_id = identifier("call_", 24)
            kind, start = _CALL, {"type": "function_call", "name": name, "call_id": call_id}
        case _:
            assert_never(content)
    return OutputItem(index, identifier(kind.id_prefix, 48, HEX), kind, start)
