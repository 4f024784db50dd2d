"""The completion of a stream of Chat Completions (https://platform.openai.com/docs/api-reference/chat-streaming)."""

from typing import Any

from diptych.core.json_text import JsonObject
from diptych.serving.whole_answer.joined_pieces import finished, grown

_OF_CHUNKS = frozenset({"choices", "object", "obfuscation", "usage"})
"""Members of a chunk that a completion lacks or has in another form."""


def whole_completion(events: list[JsonObject]) -> JsonObject | None:
    """Return the completion that these chunks make up; None if a choice did not end, or an error came."""
    made: JsonObject = {"object": "chat.completion"}
    choices: dict[int, JsonObject] = {}
    for chunk in events:
        if chunk.get("error"):
            return None
        made |= {name: value for name, value in chunk.items() if name not in _OF_CHUNKS and value is not None}
        if isinstance(chunk.get("usage"), dict):
            made["usage"] = chunk["usage"]
        for choice in _list(chunk.get("choices")):
            if isinstance(choice, dict):
                number = choice.get("index") if isinstance(choice.get("index"), int) else 0
                _grow(choices.setdefault(number or 0, _new_choice(number or 0)), choice)
    if not choices or any(choice["finish_reason"] is None for choice in choices.values()):
        return None
    return {"created": 0} | made | {"choices": [finished(choices[number]) for number in sorted(choices)]}


def _new_choice(number: int) -> JsonObject:
    message: JsonObject = {"role": "assistant", "content": None, "refusal": None}
    return {"index": number, "message": message, "logprobs": None, "finish_reason": None}


def _grow(made: JsonObject, choice: JsonObject) -> None:
    """Add a choice of a chunk to the choice of the completion."""
    made["finish_reason"] = choice.get("finish_reason") or made["finish_reason"]
    made["logprobs"] = grown(made["logprobs"], choice.get("logprobs"))
    message, delta = made["message"], choice.get("delta")
    for name, value in delta.items() if isinstance(delta, dict) else ():
        if name == "tool_calls":
            _add_calls(message, value)
        elif name != "role" and value is not None:
            message[name] = grown(message.get(name), value)


def _add_calls(message: JsonObject, pieces: Any) -> None:
    """Add pieces of tool calls to those of their index."""
    calls = message.setdefault("tool_calls", [])
    for piece in _list(pieces):
        if not isinstance(piece, dict):
            continue
        index = piece.get("index")
        number = index if isinstance(index, int) and 0 <= index <= len(calls) else max(len(calls) - 1, 0)
        if number == len(calls):
            calls.append({"id": "", "type": "function", "function": {"name": "", "arguments": ""}})
        call, function = calls[number], piece.get("function")
        call["id"] = piece.get("id") or call["id"]
        if isinstance(function, dict):
            call["function"]["name"] = function.get("name") or call["function"]["name"]
            call["function"]["arguments"] = grown(call["function"]["arguments"], function.get("arguments"))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
