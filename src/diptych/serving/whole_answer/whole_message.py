"""The message of a stream of Anthropic Messages (https://platform.claude.com/docs/en/build-with-claude/streaming)."""

from typing import Any

from diptych.core.json_text import JsonObject, parse_finite_json
from diptych.serving.whole_answer.joined_pieces import finished, grown

_GROWING = {
    "text_delta": "text",
    "thinking_delta": "thinking",
    "signature_delta": "signature",
    "compaction_delta": "content",
}
"""The member that each type of delta adds to, which has the same name in the delta and in the block."""


def whole_message(events: list[JsonObject]) -> JsonObject | None:
    """Return the message that these events make up; None if it did not end, or ended with an error."""
    made: JsonObject | None = None
    blocks: dict[int | str, JsonObject] = {}
    inputs: dict[int | str, Any] = {}
    for event in events:
        match event:
            case {"type": "message_start", "message": dict(start)}:
                made = {"type": "message", "role": "assistant", "content": [], **start}
                blocks.clear()
            case {"type": "content_block_start", "index": int() | str() as index, "content_block": dict(block)}:
                blocks[index] = grown({}, block)
                inputs.pop(index, None)
            case {"type": "content_block_delta", "index": int() | str() as index, "delta": dict(delta)} if (
                index in blocks
            ):
                _grow(blocks[index], delta, inputs, index)
            case {"type": "message_delta"} if made is not None:
                made |= event["delta"] if isinstance(event.get("delta"), dict) else {}
                later = {name: value for name, value in _objects(event.get("usage")).items() if value is not None}
                made["usage"] = _objects(made.get("usage")) | later
            case {"type": "message_stop"} if made is not None:
                return made | {"content": [_finished(block, inputs.get(index)) for index, block in blocks.items()]}
            case {"type": "error"}:
                return None
    return None


def _grow(block: JsonObject, delta: JsonObject, inputs: dict[int | str, Any], index: int | str) -> None:
    """Add a delta to its block."""
    match delta:
        case {"type": "input_json_delta", "partial_json": str(piece)}:
            inputs[index] = grown(inputs.get(index), piece)
        case {"type": "citations_delta", "citation": citation}:
            block["citations"] = grown(block.get("citations"), [citation])
        case {"type": str(kind)} if (name := _GROWING.get(kind)) and isinstance(delta.get(name), str):
            block[name] = grown(block.get(name), delta[name])


def _finished(block: JsonObject, written: Any) -> JsonObject:
    """Return a block with the input that was written for it; an input that was cut off is left empty."""
    whole: JsonObject = finished(block)
    if not written:
        return whole
    try:
        return whole | {"input": parse_finite_json(finished(written))}
    except ValueError:
        return whole


def _objects(value: Any) -> JsonObject:
    return value if isinstance(value, dict) else {}
