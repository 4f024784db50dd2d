"""Rounds and runs as the JSON objects of `run --json`. docs/reference/output.md describes the format to users."""

import dataclasses
import re
from collections.abc import Iterator, Sequence
from typing import Any

from diptych.codec.answer_json import answer_members
from diptych.codec.body_members import rest_members
from diptych.codec.checked_fields import rounded
from diptych.codec.event_lines import line_object, run_key
from diptych.codec.message_object import file_object
from diptych.codec.remark_objects import blind_object, remark_members
from diptych.codec.settings_object import settings_members
from diptych.core.json_text import JsonObject
from diptych.core.metrics.usage import Usage
from diptych.core.round import Round
from diptych.core.run import Run

_USAGE_FIELDS = ("input_tokens", "cache_read_tokens", "cache_write_tokens", "output_tokens", "reasoning_tokens")

_AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,25})?")


def round_object(round_: Round) -> JsonObject:
    """Return the prompt, what is said about the round, and for each label the run that counts.

    The files that were sent with the prompt are its `attachments`, where there are any. For `continues`, `blind`, and
    the members of `remark_members`, the same is true.

    Where a label has several takes, those that do not count are the list of that label in `other_takes`.
    """
    whole: JsonObject = {"prompt": round_.prompt}
    if round_.attachments:
        whole["attachments"] = [file_object(file) for file in round_.attachments]
    if round_.continues is not None:
        whole["continues"] = round_.continues
    if round_.blind:
        whole["blind"] = blind_object(round_.blind)
    whole |= remark_members(round_.note, round_.votes)
    whole |= {label: run_object(run) for label, run in round_.runs.items()}
    others = {
        label: [run_object(take) for take in round_.takes(label) if take is not run]
        for label, run in round_.runs.items()
        if len(round_.takes(label)) > 1
    }
    return whole | {"other_takes": others} if others else whole


def rounds_object(rounds: Sequence[Round]) -> JsonObject:
    """Return the round of a prompt; the rounds that answered its tool calls, if there are any, are its `turns`."""
    first, *turns = map(round_object, rounds)
    return first | {"turns": turns} if turns else first


def run_object(run: Run) -> JsonObject:
    """Return everything that a run folded to; its `take` only where that is not the first.

    A run that was asked with the results of tool calls has them as `tool_results`, and one whose answer was checked
    against a JSON Schema has the verdict as `schema`.
    """
    settings = run.request.settings
    tokens_per_second = run.tokens_per_second
    answer = answer_members(run)
    whole: JsonObject = {
        "endpoint": settings.endpoint.name,
        "api": settings.endpoint.api,
        "model": settings.model,
        "reported_model": run.reported_model,
        "simulated": settings.simulated,
        "settings": settings_members(settings),
        "response_id": run.response_id,
        "request_id": run.request_id,
        "state": run.state,
        "text": answer["text"],
        "thinking": answer["thinking"],
        "redacted_thinking": answer["redacted_thinking"],
        "refusal": answer["refusal"],
        "tools": answer["tools"],
        "stop_reason": run.stop_reason,
        "stop_detail": run.stop_detail,
        "usage": _usage(run.usage or Usage()),
        "usage_raw": run.usage_raw,
        "cost_usd": run.cost_usd,
        "cost_source": run.cost_source,
        "events": run.events,
        "attempts": [
            {"status": attempt.status, "wait": rounded(attempt.wait), "reason": attempt.reason}
            for attempt in run.attempts
        ],
        "clock": run.clock,
        "timing": {name: rounded(value) for name, value in dataclasses.asdict(run.stamps.timing()).items()},
        "late": rounded(run.stamps.lateness),
        "tokens_per_second": None if tokens_per_second is None else round(tokens_per_second, 2),
        "tokens_per_event": None if run.tokens_per_event is None else round(run.tokens_per_event, 2),
        "server_times": [
            {"source": time.source, "name": time.name, "seconds": rounded(time.seconds)} for time in run.server_times
        ],
        "unread": run.unread,
        "warnings": answer["warnings"],
        "error": answer["error"],
    }
    if "schema" in answer:
        whole["schema"] = answer["schema"]
    if results := run.request.messages[-1].tool_results:
        whole["tool_results"] = [dataclasses.asdict(result) for result in results]
    return whole if run.take == 1 else whole | {"take": run.take}


def event_objects(run: Run) -> Iterator[JsonObject]:
    """Yield the lines of a run as `run --events` prints them, with its end if it has ended."""
    for line in run.lines:
        yield line_object(run, line)
    if run.ended:
        yield end_object(run)


def end_object(run: Run) -> JsonObject:
    """Return the last line of a run: what followed its last event, if anything did, and the run as a whole."""
    return run_key(run) | {"note": "end"} | rest_members(run) | {"run": run_object(run)}


def read_cost(run: Any) -> str | None:
    """Return what a run cost, from its object; None where that does not hold an amount."""
    cost = run.get("cost_usd") if isinstance(run, dict) else None
    return cost if isinstance(cost, str) and _AMOUNT.fullmatch(cost) else None


def _usage(usage: Usage) -> JsonObject:
    return {name: getattr(usage, name) for name in _USAGE_FIELDS}
