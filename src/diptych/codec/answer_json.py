"""The parts of an answer as members of a run's JSON object. docs/reference/output.md describes them to users."""

from typing import Any, assert_never

from diptych.codec.event_lines import failure_object
from diptych.core.answer_parts import (
    AnswerEnding,
    AnswerRedactedThinking,
    AnswerRefusal,
    AnswerSchemaVerdict,
    AnswerText,
    AnswerThinking,
    AnswerToolCall,
    AnswerWarning,
    AnswerWordlessRefusal,
    answer_parts,
)
from diptych.core.run import Run, State


def answer_members(run: Run) -> dict[str, Any]:  # noqa: C901 - one flat case for each part
    """Return the members `text`, `thinking`, `redacted_thinking`, `refusal`, `tools`, `warnings` and `error`.

    `error` says what kept the answer from being complete. It is None for an answer that is complete, that goes on, or
    that the user stopped. A complete answer without content has a warning that says so, or that the model refused. An
    answer that was checked against a schema also has the member `schema`.
    """
    tools: list[dict[str, Any]] = []
    warnings: list[str] = []
    members: dict[str, Any] = {
        "text": "",
        "thinking": "",
        "redacted_thinking": 0,
        "refusal": None,
        "tools": tools,
        "warnings": warnings,
        "error": None,
    }
    for part in answer_parts(run):
        match part:
            case AnswerThinking(text):
                members["thinking"] = str(text)
            case AnswerRedactedThinking(blocks):
                members["redacted_thinking"] = blocks
            case AnswerText(text):
                members["text"] = str(text)
            case AnswerRefusal(text):
                members["refusal"] = str(text)
            case AnswerToolCall(tool):
                tools.append({"id": tool.id, "name": tool.name, "arguments": tool.arguments})
            case AnswerWordlessRefusal(sentence):
                if run.is_empty:  # behind text, `stop_reason` says it
                    warnings.append(sentence)
            case AnswerEnding("complete", sentence):
                warnings.append(sentence)
            case AnswerEnding(state, sentence):
                members["error"] = _error(run, state, sentence)
            case AnswerSchemaVerdict(verdict):
                members["schema"] = {"valid": verdict.is_valid, "problem": verdict.problem}
            case AnswerWarning(sentence):
                warnings.append(sentence)
            case _:
                assert_never(part)
    return members


def _error(run: Run, state: State, sentence: str) -> dict[str, Any] | None:
    if run.failure is not None:
        return failure_object(run.failure, run.request_id)
    if state == "cut" or (state == "stopped" and run.is_cancelled):
        kind = "cut" if state == "cut" else "event"
        status = run.attempts[-1].status if run.attempts else None
        return {"kind": kind, "status": status, "message": sentence, "request_id": run.request_id}
    return None
