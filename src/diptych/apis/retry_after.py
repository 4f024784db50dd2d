"""How long a server asks clients to wait before the next request."""

import math
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx2

_NUMBER = re.compile(r"[0-9]+(\.[0-9]*)?")


def requested_wait(headers: httpx2.Headers) -> float | None:
    """Return the seconds that `retry-after-ms` or `retry-after` (seconds or a date) ask for, or None."""
    milliseconds = _number(headers.get("retry-after-ms", ""))
    if milliseconds is not None:
        return milliseconds / 1000
    value = headers.get("retry-after", "")
    seconds = _number(value)
    if seconds is not None:
        return seconds
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return max(0.0, (date.replace(tzinfo=date.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def _number(text: str) -> float | None:
    """Parse a plain decimal number. The standard allows whole seconds only, but servers also send fractions."""
    value = float(text) if _NUMBER.fullmatch(text.strip()) else math.inf
    return value if math.isfinite(value) else None
