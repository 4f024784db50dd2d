"""Tokens, by whichever names and in whichever order they are reported."""

from typing import Any

import pytest

from diptych.apis.token_counts import anthropic_usage, merged, openai_usage
from diptych.core.metrics.usage import Usage


@pytest.mark.parametrize(
    ("earlier", "later", "both"),
    [
        ({}, {"a": 1}, {"a": 1}),
        ({"a": 1}, {"a": 2, "b": 0}, {"a": 2, "b": 0}),
        ({"prompt_tokens": 9}, {"prompt_tokens": 0}, {"prompt_tokens": 9}),
        ({"prompt_tokens": 9}, {"prompt_tokens": None}, {"prompt_tokens": 9}),
        ({"prompt_tokens": 0}, {"prompt_tokens": 9}, {"prompt_tokens": 9}),
        ({"details": {"read": 5, "other": 1}}, {"details": {"read": 0}}, {"details": {"read": 5, "other": 1}}),
        ({"details": {"read": 5}}, {"details": None}, {"details": {"read": 5}}),
        ({"input_tokens": 100, "read": 5}, {"input_tokens": 100, "read": 0}, {"input_tokens": 100, "read": 5}),
        ({"input_tokens": 100, "read": 5}, {"input_tokens": 181, "read": 0}, {"input_tokens": 181, "read": 0}),
        ({"input_tokens": 100, "read": 5}, {"input_tokens": 181, "read": None}, {"input_tokens": 181, "read": 5}),
        ({"cached": True}, {"cached": False}, {"cached": False}),
    ],
)
def test_a_later_report_wins_but_erases_nothing(
    earlier: dict[str, Any], later: dict[str, Any], both: dict[str, Any]
) -> None:
    before = dict(earlier)

    assert merged(earlier, later) == both
    assert earlier == before


@pytest.mark.parametrize(
    ("raw", "usage"),
    [
        ({"prompt_tokens": 9, "completion_tokens": 3}, Usage(9, output_tokens=3)),
        ({"input_tokens": 9, "output_tokens": 3, "total_tokens": 12}, Usage(9, output_tokens=3)),
        (
            {"prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 17, "reasoning_tokens": 5},
            Usage(9, output_tokens=8, reasoning_tokens=5),
        ),
        ({"prompt_tokens": 20, "completion_tokens": 198, "total_tokens": 623}, Usage(20, None, None, 603, 405)),
        (
            {"prompt_tokens": 3000, "completion_tokens": 5, "total_tokens": 3005, "cache_read_input_tokens": 2800},
            Usage(3000, 2800, output_tokens=5),
        ),
        (
            {"prompt_tokens": 200, "completion_tokens": 5, "total_tokens": 3005, "cache_read_input_tokens": 2800},
            Usage(3000, 2800, output_tokens=5),
        ),
        (
            {"prompt_tokens": 9, "completion_tokens": 8, "total_tokens": 20, "reasoning_tokens": 5},
            Usage(9, output_tokens=8, reasoning_tokens=5),
        ),
        (
            {"prompt_tokens": 3000, "completion_tokens": 5, "total_tokens": 3205, "cache_read_input_tokens": 200},
            Usage(3200, 200, output_tokens=5),
        ),
        (
            {"prompt_tokens": 8, "completion_tokens": 5, "total_tokens": 13, "cache_read_input_tokens": 2800},
            Usage(2808, 2800, output_tokens=5),
        ),
        (
            {
                "prompt_tokens": 8,
                "completion_tokens": 5,
                "cache_read_input_tokens": 2800,
                "cache_creation_input_tokens": 9,
            },
            Usage(2817, 2800, 9, output_tokens=5),
        ),
        ({"prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 0}, Usage(9, output_tokens=3)),
        ({"prompt_tokens_details": {"cached_tokens": 0}, "prompt_cache_hit_tokens": 7}, Usage(cache_read_tokens=7)),
        ({"input_tokens_details": {"cached_tokens": 0}}, Usage(cache_read_tokens=0)),
    ],
    ids=[
        "chat",
        "the names of responses",
        "reasoning beside the completion",
        "thinking in the total alone",
        "cached input in the prompt",
        "cached input beside the prompt",
        "a total that nothing explains",
        "little cached input beside the prompt",
        "more cached input than the prompt has",
        "more cached input than the prompt has, without a total",
        "a total that was left empty",
        "the count that is not zero",
        "a zero",
    ],
)
def test_usage_of_openai(raw: dict[str, Any], usage: Usage) -> None:
    assert openai_usage(raw) == usage


def iteration(kind: str, tokens_in: int, tokens_out: int, read: int = 0) -> dict[str, Any]:
    return {"type": kind, "input_tokens": tokens_in, "output_tokens": tokens_out, "cache_read_input_tokens": read}


@pytest.mark.parametrize(
    ("raw", "usage"),
    [
        ({"input_tokens": 9, "output_tokens": 3}, Usage(9, output_tokens=3)),
        ({"input_tokens": 9, "cache_read_input_tokens": 5, "output_tokens": 3}, Usage(14, 5, output_tokens=3)),
        (
            {"input_tokens": 500, "output_tokens": 40, "iterations": [iteration("message", 500, 40)]},
            Usage(500, 0, output_tokens=40),
        ),
        (
            {
                "input_tokens": 181,
                "output_tokens": 8,
                "iterations": [iteration("compaction", 100, 83, 55096), iteration("message", 181, 8)],
            },
            Usage(55377, 55096, output_tokens=91, non_answer_output_tokens=83),
        ),
        (
            {"input_tokens": 9, "output_tokens": 8, "iterations": [{"type": "message", "output_tokens": 5}]},
            Usage(9, output_tokens=8),
        ),
        (
            {"prompt_tokens": 9, "completion_tokens": 3, "prompt_tokens_details": {"cached_tokens": 4}},
            Usage(9, 4, output_tokens=3),
        ),
        ({"input_tokens": 9, "prompt_tokens": 9, "completion_tokens": 3}, Usage(9, output_tokens=3)),
        ({"input_tokens": 9, "output_tokens": 3, "prompt_tokens_details": {"cached_tokens": 4}}, Usage(13, 4, None, 3)),
    ],
    ids=[
        "plain",
        "cached",
        "one pass",
        "a compaction",
        "less in the passes",
        "names of chat",
        "names of both",
        "a detail of chat",
    ],
)
def test_usage_of_messages(raw: dict[str, Any], usage: Usage) -> None:
    assert anthropic_usage(raw, counts_output=True) == usage


def test_before_output_is_counted_it_is_unknown() -> None:
    assert anthropic_usage({"input_tokens": 9, "output_tokens": 1}, counts_output=False) == Usage(9)
