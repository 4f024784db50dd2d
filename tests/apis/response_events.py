"""Events of Responses streams, and runs folded from them."""

from typing import Any

from diptych.core.run import Run
from tests.streams.folding import fold, typed


def event(kind: str, **fields: Any) -> dict[str, Any]:
    return {"type": f"response.{kind}", **fields}


def last(status: str = "completed", **response: Any) -> dict[str, Any]:
    return event(status, response={"id": "resp_1", "model": "gpt-x", "status": status, "error": None, **response})


def item(stage: str, kind: str, place: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return event(f"output_item.{stage}", item={"type": kind, **fields}, **place)


def read(*messages: dict[str, Any]) -> Run:
    return fold("openai-responses", typed(*messages))


CALL = {"type": "function_call", "call_id": "c1", "name": "f", "arguments": "{}"}
