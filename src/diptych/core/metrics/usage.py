"""Token usage in one form for all APIs."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as counted by the provider. A count that it did not report is None, never 0.

    - `input_tokens` is all input, including cached reads and writes.
    - `output_tokens` is all output, including reasoning.
    - `cache_write_1h_tokens` is the part of `cache_write_tokens` that is kept for an hour, which has another price.
    - `non_answer_output_tokens` is the part of `output_tokens` from passes of the model that write nothing of the
      answer, such as a compaction.

    `docs/explanation/figures.md` explains these to users.
    """

    input_tokens: int | None = None
    cache_read_tokens: int | None = None
    cache_write_tokens: int | None = None
    output_tokens: int | None = None
    reasoning_tokens: int | None = None
    cache_write_1h_tokens: int | None = None
    non_answer_output_tokens: int | None = None


_MAX_COUNT = 2**53
"""A larger number is not a plausible count, and a float could not hold it exactly."""

_MAX_DIGITS = 16


def count(container: Any, *path: str) -> int | None:
    """Return the whole number of tokens at a path of keys, None if it is missing or not a count.

    Some gateways write counts as texts or with a decimal point.

    >>> count({"details": {"reasoning_tokens": 64}}, "details", "reasoning_tokens")
    64
    """
    for key in path:
        if not isinstance(container, dict):
            return None
        container = container.get(key)
    if not isinstance(container, int) or isinstance(container, bool):
        container = _whole(container)
    return container if container is not None and 0 <= container <= _MAX_COUNT else None


def _whole(value: Any) -> int | None:
    """Return the whole number that a text or a float stands for, None for anything else."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    is_number = isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= _MAX_DIGITS
    return int(value) if is_number else None
