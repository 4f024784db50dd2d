"""Reads what a request asks from its JSON body, for each of the three APIs."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any, Self

from diptych.simulated.attached_files import attached_files, is_file

UNLIMITED = sys.maxsize
"""The token limit of a request without one."""

_CHARACTERS_PER_TOKEN = 4
_LIMITS = ("max_tokens", "max_completion_tokens", "max_output_tokens")


@dataclass(frozen=True, slots=True)
class Question:
    """The parts of a request that a simulated answer depends on."""

    model: str
    prompt: str
    """The text of the last user message, "" if there is none."""
    input_tokens: int
    """An estimate from all text in the request, at four characters per token."""
    token_limit: int
    streamed: bool
    wants_usage: bool
    """Whether a Chat Completions request asks for usage, which is not sent otherwise."""
    tools: tuple[tuple[str, Any], ...] = ()
    """The name of each function that may be called, and the schema of its arguments."""
    results: tuple[str, ...] = ()
    """The results of tool calls that the request ends with."""
    schema: Any = None
    """The JSON Schema that the answer must follow, None for free text."""
    files: tuple[str, ...] = ()
    """What the files in the last user message are called."""

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> Self:
        """Read the decoded JSON body of a request. Fields with unexpected values are ignored."""
        turns = body.get("messages", body.get("input"))
        everything = _text([body.get("system"), body.get("instructions"), turns])
        limits = (body.get(name) for name in _LIMITS)
        match body.get("stream_options"):
            case {"include_usage": True}:
                wants_usage = True
            case _:
                wants_usage = False
        return cls(
            model=str(body.get("model", "")),
            prompt=_last_prompt(turns),
            input_tokens=max(1, ceil(len(everything) / _CHARACTERS_PER_TOKEN)),
            token_limit=min((n for n in limits if isinstance(n, int) and n > 0), default=UNLIMITED),
            streamed=body.get("stream") is True,
            wants_usage=wants_usage,
            tools=tuple(_tools(body.get("tools"))),
            results=tuple(_results(turns)),
            schema=_schema(body),
            files=tuple(attached_files(_last_content(turns))),
        )


def _last_prompt(turns: Any) -> str:
    """Return the text of the last user message without that of its files."""
    content = _last_content(turns)
    return _text([part for part in content if not is_file(part)] if isinstance(content, list) else content)


def _last_content(turns: Any) -> Any:
    """Return the content of the last user message: a text or a list of parts, None if there is no such message."""
    if not isinstance(turns, list):
        return turns
    prompts = [turn for turn in turns if isinstance(turn, dict) and turn.get("role") == "user"]
    return prompts[-1].get("content") if prompts else None


def _tools(tools: Any) -> Iterator[tuple[str, Any]]:
    for tool in tools if isinstance(tools, list) else ():
        match tool:
            case {"function": {"name": str(name)} as function}:
                yield name, function.get("parameters")
            case {"name": str(name)}:
                yield name, tool.get("input_schema", tool.get("parameters"))


def _results(turns: Any) -> Iterator[str]:
    """Yield the results at the end of a conversation, the last one first."""
    for turn in reversed(turns if isinstance(turns, list) else []):
        match turn:
            case {"role": "tool"}:
                yield _text(turn)
            case {"type": "function_call_output", "output": output}:
                yield _text(output)
            case {"role": "user", "content": [{"type": "tool_result"}, *_]}:
                yield from map(_text, reversed(turn["content"]))
            case _:
                return


def _schema(body: Mapping[str, Any]) -> Any:
    match body:
        case {"output_config": {"format": {"schema": schema}}}:
            return schema
        case {"response_format": {"json_schema": {"schema": schema}}}:
            return schema
        case {"text": {"format": {"schema": schema}}}:
            return schema
        case _:
            return None


def _text(content: Any) -> str:
    """Return all text in a message, a list of messages, a content part or a list of parts."""
    match content:
        case str():
            return content
        case list():
            return " ".join(filter(None, map(_text, content)))
        case {"content": inner} | {"text": inner}:
            return _text(inner)
        case _:
            return ""
