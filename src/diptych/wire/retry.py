"""When to try again, and after how long."""

import random

MOST_ATTEMPTS = 3
LONGEST_WAIT = 60.0
"""Seconds; a server that asks for more is given up at once."""

_FIRST_BACKOFF = 0.5
_LONGEST_BACKOFF = 8.0


def is_worth_retrying(status: int) -> bool:
    """Whether a response with this status may come out differently the next time."""
    return status in (408, 409, 429) or status >= 500


def backoff(attempt: int) -> float:
    """The seconds to wait after the given attempt (from 1) where the server asks for nothing: doubling, with jitter."""
    longest = min(_FIRST_BACKOFF * 2.0 ** (attempt - 1), _LONGEST_BACKOFF)
    return longest * (1 - random.random() / 4)  # noqa: S311 - jitter, no secret
