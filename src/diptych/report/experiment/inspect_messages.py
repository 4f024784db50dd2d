"""Prompts and answers in the types of inspect-ai, which is imported only when one is made."""

from typing import Any

from diptych.core.experiment.answer_row import AnswerRow
from diptych.core.json_text import parse_finite_json, sendable_json
from diptych.core.message import Message
from diptych.core.run import Run
from diptych.core.text.sanitize import sendable

_STOP_REASONS = {
    "end_turn": "stop",
    "stop": "stop",
    "stop_sequence": "stop",
    "completed": "stop",
    "max_tokens": "max_tokens",
    "max_output_tokens": "max_tokens",
    "length": "max_tokens",
    "model_context_window_exceeded": "model_length",
    "tool_use": "tool_calls",
    "tool_calls": "tool_calls",
    "content_filter": "content_filter",
    "refusal": "content_filter",
}
"""What Inspect calls the reasons of the APIs. It calls all others `unknown`."""


def inspect_messages(message: Message) -> list[Any]:
    """Return a message in Inspect's types, which have a separate message for each result of a tool."""
    from inspect_ai.model import ChatMessageAssistant, ChatMessageTool, ChatMessageUser

    text = sendable("\n\n".join(filter(None, (message.text, *(f"[file: {file.name}]" for file in message.files)))))
    match message.role:
        case "assistant":
            calls = [_call(call.id, call.name, call.arguments) for call in message.tool_calls]
            return [ChatMessageAssistant(content=text, tool_calls=calls or None)]
        case "tool":
            results = message.tool_results
            return [
                ChatMessageTool(content=sendable(each.text), tool_call_id=sendable(each.call_id)) for each in results
            ]
        case _:
            return [ChatMessageUser(content=text)]


def _call(call_id: str | None, name: str, arguments: str) -> Any:
    from inspect_ai.tool import ToolCall

    try:
        value, problem = parse_finite_json(arguments or "{}"), None
    except ValueError:
        value, problem = None, "The arguments are not JSON."
    if not isinstance(value, dict):
        value, problem = {"arguments": arguments}, problem or "The arguments are not an object."
    return ToolCall(sendable(call_id or ""), sendable(name), sendable_json(value), parse_error=problem)


def inspect_output(row: AnswerRow, run: Run | None) -> Any:
    """Return an answer with its usage; without its text if its run is not in the history any more."""
    from inspect_ai.model import ChatCompletionChoice, ChatMessageAssistant, ContentReasoning, ContentText, ModelOutput

    content: list[Any] = []
    calls: list[Any] = []
    if run:
        if run.thinking:
            content.append(ContentReasoning(reasoning=sendable(str(run.thinking))))
        content.append(ContentText(text=sendable(str(run.text) or str(run.refusal)), refusal=bool(run.refusal) or None))
        calls = [_call(tool.id, tool.name, tool.arguments) for tool in run.tools]
    model = sendable((run and run.reported_model) or row.model)
    message = ChatMessageAssistant(content=content or "", tool_calls=calls or None, model=model, source="generate")
    return ModelOutput(
        model=model,
        choices=[
            ChatCompletionChoice(message=message, stop_reason=_STOP_REASONS.get(row.stop_reason or "", "unknown"))
        ],
        usage=_usage(row),
        time=row.end,
        response_id=sendable(row.response_id) if row.response_id else None,
    )


def _usage(row: AnswerRow) -> Any:
    """Return the tokens as Inspect counts them: its input leaves out what was read from or written to a cache."""
    from inspect_ai.model import ModelUsage

    if row.input_tokens is None or row.output_tokens is None:
        return None
    cached = (row.cache_read_tokens or 0) + (row.cache_write_tokens or 0)
    return ModelUsage(
        input_tokens=max(row.input_tokens - cached, 0),
        output_tokens=row.output_tokens,
        total_tokens=row.input_tokens + row.output_tokens,
        input_tokens_cache_read=row.cache_read_tokens,
        input_tokens_cache_write=row.cache_write_tokens,
        reasoning_tokens=row.reasoning_tokens,
        total_cost=None if row.cost_usd is None else float(row.cost_usd),
    )
