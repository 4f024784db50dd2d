"""Turns the token counts that servers report, under the names of any API, into one `Usage`."""

from typing import Any

from diptych.apis.lenient_json import mappings
from diptych.core.json_text import JsonObject
from diptych.core.metrics.usage import Usage, count

_INPUT = ("prompt_tokens", "input_tokens", "inputTokens", "promptTokens")
_OUTPUT = ("completion_tokens", "output_tokens", "outputTokens", "completionTokens")
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
"""Types of iterations in Messages whose output is not part of the answer."""


def merged(earlier: JsonObject, later: JsonObject) -> JsonObject:
    """Merge two usage reports of one answer. The later value wins, but an empty one erases nothing.

    Some servers send zeros until the end, or after it. Others give each detail only once. A zero counts if the same
    report corrects the input.
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
    """Return the usage of Chat Completions and Responses, whose input includes cached tokens."""
    tokens_in, tokens_out = _first(raw, _INPUT), _first(raw, _OUTPUT)
    reasoning = _first(raw, _REASONING)
    read, written = _first(raw, _CACHE_READ), _first(raw, _CACHE_WRITTEN)
    total = count(raw, "total_tokens")
    cached = (read or 0) + (written or 0)
    if tokens_in is not None and cached > tokens_in:
        tokens_in += cached  # the input is counted without what was cached, as in Messages
    if total is not None and tokens_in is not None and tokens_out is not None:
        # A total larger than input and output includes what was not counted in them: the cached input (as Anthropic
        # counts it), the reasoning (xAI), or thinking that is reported nowhere else (Gemini).
        more = total - tokens_in - tokens_out
        if more > 0 and more == cached:
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
    """Return the usage of Messages, whose `input_tokens` does not include cached tokens.

    `iterations` lists every pass of the model with its counts. The top-level counts leave some passes out, and the sum
    of all passes is billed. Without `counts_output`, the output so far is only the count at which output begins.
    """
    if count(raw, "input_tokens") is None and count(raw, "prompt_tokens") is not None:
        return openai_usage(raw)  # a proxy that kept OpenAI's names
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
        non_answer_output_tokens=apart or None,
    )


def _sum(raw: JsonObject, passes: list[JsonObject], *path: str) -> int | None:
    """Return a count summed over all passes, or the top-level count if it is larger or the only one."""
    counts = [found for each in passes if (found := count(each, *path)) is not None]
    whole = count(raw, *path)
    return max(sum(counts), whole or 0) if counts else whole


def _first(raw: JsonObject, paths: tuple[str, ...]) -> int | None:
    """Return the first count at one of the paths that is not zero; if all are zero, 0; if there is none, None."""
    counts = [found for path in paths if (found := count(raw, *path.split("."))) is not None]
    return next((found for found in counts if found), counts[0] if counts else None)


def _erases(before: Any, value: Any, corrects: bool) -> bool:
    """Whether a later value is only empty, and would erase one that an earlier report gave."""
    if not before:
        return False
    return value is None or (value == 0 and not isinstance(value, bool) and not corrects)
