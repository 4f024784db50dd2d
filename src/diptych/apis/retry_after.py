"""How long a server asks to be left alone."""

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx2


def asked_wait(headers: httpx2.Headers) -> float | None:
    """The seconds that `retry-after-ms` or `retry-after` (seconds or a date) ask for; None without a usable value."""
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
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0 else None
