"""Token usage, normalised once for all APIs."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as counted by the provider; None where it did not say, never 0 instead.

    `input_tokens` is everything that went in, cached reads and writes included; `output_tokens` everything that came
    out, reasoning included. `cache_write_1h_tokens` is the part of `cache_write_tokens` kept for an hour, which has a
    price of its own; `output_tokens_apart` the part of `output_tokens` that came from passes of the model which write
    nothing of the answer, such as a compaction.
    """

    input_tokens: int | None = None
    cache_read_tokens: int | None = None
    cache_write_tokens: int | None = None
    output_tokens: int | None = None
    reasoning_tokens: int | None = None
    cache_write_1h_tokens: int | None = None
    output_tokens_apart: int | None = None


_MOST = 2**53
"""More than this is no count, and no float holds it exactly."""


def count(container: Any, *path: str) -> int | None:
    """The whole number of tokens at a path of keys; None where it is absent or is no count.

    >>> count({"details": {"reasoning_tokens": 64}}, "details", "reasoning_tokens")
    64
    """
    for key in path:
        if not isinstance(container, dict):
            return None
        container = container.get(key)
    if isinstance(container, bool) or not isinstance(container, int):
        return None
    return container if 0 <= container <= _MOST else None
