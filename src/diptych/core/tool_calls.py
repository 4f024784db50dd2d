"""The tool calls of an answer that wait for a result, and the results of a turn in words."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from diptych.core.json_text import parse_finite_json, sendable_json
from diptych.core.message import ToolCallPart, ToolResultPart
from diptych.core.request import Label, Request
from diptych.core.run import Run
from diptych.core.text.sanitize import sendable

_BROKEN_OFF = frozenset(
    {"max_tokens", "length", "max_output_tokens", "model_context_window_exceeded", "refusal", "content_filter"}
)
"""Stop reasons of answers that are complete as streams, but whose last tool call may be cut off or withdrawn."""

_LONGEST = 2_000
"""The most characters of one result, or of one call's arguments, that the prompt of a turn quotes."""


def open_calls(run: Run) -> tuple[ToolCallPart, ...]:
    """Return the calls of a run that the client has to answer; none unless the answer is whole and is not a refusal.

    Without tools in the request, a call is a mistake of the model, and the APIs take no result for it. A call to which
    the server gave no id of its own gets one.
    """
    settings = run.request.settings
    if run.state != "complete" or run.refusal or (run.stop_reason or "").lower() in _BROKEN_OFF:
        return ()
    if not (settings.tools or settings.params.get("tools")):
        return ()
    calls: dict[str, ToolCallPart] = {}
    for number, tool in enumerate(run.tools, 1):
        if tool.is_function:
            call_id = sendable(tool.id or "")
            if not call_id or call_id in calls:
                call_id = f"call_{number}"
            arguments = sendable(tool.arguments)
            if not arguments.strip():  # as some servers write none, which others refuse to read
                arguments = "{}"
            calls[call_id] = ToolCallPart(call_id, sendable(tool.name), arguments)
    return tuple(calls.values())


def read_arguments(call: ToolCallPart) -> Mapping[str, Any]:
    """Return the arguments of a call; an empty text stands for none. Raises `ValueError` if they are not an object."""
    value = sendable_json(parse_finite_json(call.arguments)) if call.arguments.strip() else {}
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return value


def canonical_arguments(call: ToolCallPart) -> str:
    """Return the arguments as JSON in one spelling, so that equal arguments are equal texts.

    Raises `ValueError` if they are not an object.
    """
    return json.dumps(read_arguments(call), ensure_ascii=False, sort_keys=True)


def turn_prompt(
    calls: Mapping[Label, Sequence[ToolCallPart]], results: Mapping[Label, Sequence[ToolResultPart]]
) -> str:
    """Return what stands in place of a prompt in a round that answers tool calls: each call with its result, once.

    Calls and results of a label stand in the same order.
    """
    return _joined(
        result_line(call, result)
        for label, asked in calls.items()
        for call, result in zip(asked, results[label], strict=True)
    )


def is_turn(prompt: str, requests: Iterable[Request]) -> bool:
    """Whether a round with that prompt answered tool calls, as `turn_prompt` words it, and not with the user's text.

    The prompt of a hidden round may have the results of the last label first.
    """
    lines = [tuple(given_results(request)) for request in requests]
    return bool(prompt) and prompt in (_joined(chain.from_iterable(lines)), _joined(chain.from_iterable(lines[::-1])))


def given_results(request: Request) -> Iterator[str]:
    """Yield each result of a tool call that a request ends with, behind its call, as a line for people."""
    *_, last = request.messages
    calls = {call.id: call for message in request.messages[-2:] for call in message.tool_calls}
    for result in last.tool_results:
        yield result_line(calls.get(result.call_id, ToolCallPart(result.call_id, "", "")), result)


def result_line(call: ToolCallPart, result: ToolResultPart) -> str:
    """Return a call and its result, such as `get_weather {"city": "Paris"} → 18 °C`. Long texts are cut off."""
    return f"{call.name} {_cut(_spelling(call))} → {'error: ' if result.is_error else ''}{_cut(result.text)}"


def _joined(lines: Iterable[str]) -> str:
    return "\n".join(dict.fromkeys(f"⚒ {line}" for line in lines))


def names_of(calls: Iterable[ToolCallPart]) -> str:
    """Return the names of called tools, each once, such as `get_time and get_weather`."""
    names = list(dict.fromkeys(call.name for call in calls))
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _spelling(call: ToolCallPart) -> str:
    try:
        return canonical_arguments(call)
    except ValueError:
        return call.arguments


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text):,} characters)"
