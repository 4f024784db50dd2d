"""What servers report of tokens, by whichever family's names, as one `Usage`."""

from typing import Any

from diptych.apis.lenient_json import JsonObject, mappings
from diptych.core.metrics.usage import Usage, count

_INPUT = ("prompt_tokens", "input_tokens")
_OUTPUT = ("completion_tokens", "output_tokens")
_REASONING = (
    "completion_tokens_details.reasoning_tokens",
    "output_tokens_details.reasoning_tokens",
    "output_tokens_details.thinking_tokens",
    "reasoning_tokens",
)
_CACHE_READ = (
    "prompt_tokens_details.cached_tokens",
    "input_tokens_details.cached_tokens",
    "cache_read_input_tokens",
    "prompt_cache_hit_tokens",
    "cached_tokens",
    "num_cached_tokens",
)
_CACHE_WRITTEN = (
    "prompt_tokens_details.cache_write_tokens",
    "prompt_tokens_details.cache_creation_tokens",
    "input_tokens_details.cache_write_tokens",
    "cache_creation_input_tokens",
)
_SIDE_PASSES = frozenset({"compaction", "advisor_message"})
"""Iterations of Messages whose output does not belong to the answer."""


def merged(earlier: JsonObject, later: JsonObject) -> JsonObject:
    """Two reports of one answer as one: the later wins, but what it only left empty erases nothing.

    Some servers send zeros until the end, or after it; others fill each detail in only once. A zero counts where the
    same report corrects the input.
    """
    corrects = any((now := count(later, name)) and now != count(earlier, name) for name in _INPUT)
    result = dict(earlier)
    for key, value in later.items():
        before = earlier.get(key)
        if isinstance(value, dict) and isinstance(before, dict):
            kept = {name: inner for name, inner in value.items() if not _erases(before.get(name), inner, corrects)}
            result[key] = before | kept
        elif key not in earlier or not _erases(before, value, corrects):
            result[key] = value
    return result


def openai_usage(raw: JsonObject) -> Usage:
    """The usage of Chat Completions and Responses, whose input includes what was cached."""
    tokens_in, tokens_out = _first(raw, _INPUT), _first(raw, _OUTPUT)
    reasoning = _first(raw, _REASONING)
    read, written = _first(raw, _CACHE_READ), _first(raw, _CACHE_WRITTEN)
    total = count(raw, "total_tokens")
    if total is not None and tokens_in is not None and tokens_out is not None:
        # What the total has beyond its parts was counted beside them: the cached input (as Anthropic does it), the
        # reasoning (xAI), or thinking that is mentioned nowhere else (Gemini).
        more = total - tokens_in - tokens_out
        if more > 0 and more == (read or 0) + (written or 0):
            tokens_in += more
        elif more > 0 and (not reasoning or more == reasoning):
            tokens_out += more
            reasoning = more
    return Usage(
        input_tokens=tokens_in,
        cache_read_tokens=read,
        cache_write_tokens=written,
        output_tokens=tokens_out,
        reasoning_tokens=reasoning,
    )


def anthropic_usage(raw: JsonObject, *, counts_output: bool) -> Usage:
    """The usage of Messages, whose `input_tokens` leaves out what was cached.

    `iterations` lists every pass of the model with its own counts, of which the top-level ones leave some out: what is
    billed is their sum. Without `counts_output`, the output counted so far is only where counting begins.
    """
    if count(raw, "input_tokens") is None and count(raw, "prompt_tokens") is not None:
        return openai_usage(raw)  # a proxy that kept the other family's names
    passes = mappings(raw, "iterations")
    apart = sum(count(each, "output_tokens") or 0 for each in passes if each.get("type") in _SIDE_PASSES)
    read = _sum(raw, passes, "cache_read_input_tokens")
    if read is None:
        read = _first(raw, _CACHE_READ)
    written = _sum(raw, passes, "cache_creation_input_tokens")
    uncached = _sum(raw, passes, "input_tokens")
    return Usage(
        input_tokens=None if uncached is None else uncached + (read or 0) + (written or 0),
        cache_read_tokens=read,
        cache_write_tokens=written,
        output_tokens=(_sum(raw, passes, "output_tokens") or _first(raw, _OUTPUT)) if counts_output else None,
        reasoning_tokens=_first(raw, _REASONING),
        cache_write_1h_tokens=_sum(raw, passes, "cache_creation", "ephemeral_1h_input_tokens"),
        output_tokens_apart=apart or None,
    )


def _sum(raw: JsonObject, passes: list[JsonObject], *path: str) -> int | None:
    """A count over all passes, or the top-level one where that is more or the only one."""
    counts = [found for each in passes if (found := count(each, *path)) is not None]
    whole = count(raw, *path)
    return max(sum(counts), whole or 0) if counts else whole


def _first(raw: JsonObject, paths: tuple[str, ...]) -> int | None:
    """The first count that is not zero, or else the zero that stands at one of the paths: servers differ in names."""
    counts = [found for path in paths if (found := count(raw, *path.split("."))) is not None]
    return next((found for found in counts if found), counts[0] if counts else None)


def _erases(before: Any, value: Any, corrects: bool) -> bool:
    """Whether a report only leaves empty what an earlier one had filled."""
    if not before:
        return False
    return value is None or (value == 0 and not isinstance(value, bool) and not corrects)
