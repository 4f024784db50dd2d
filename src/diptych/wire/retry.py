"""Whether a request is worth another attempt, and after how long."""

import random

MOST_ATTEMPTS = 3
LONGEST_WAIT = 60.0
"""Seconds; no attempt is made at a server that asks for a longer wait."""

_FIRST_BACKOFF = 0.5
_LONGEST_BACKOFF = 8.0


def is_worth_retrying(status: int) -> bool:
    """Whether another attempt may get a better response than this status."""
    return status in (408, 409, 429) or status >= 500


def backoff(attempt: int) -> float:
    """Return the seconds to wait after the given attempt (from 1) if the server asks for none.

    They double with each attempt, up to a limit; a random part is taken off, so that many clients do not come at once.
    """
    longest = min(_FIRST_BACKOFF * 2.0 ** (attempt - 1), _LONGEST_BACKOFF)
    return longest * (1 - random.random() / 4)  # noqa: S311 - not a secret
