"""The dates and durations of a HAR, both ways. A HAR counts milliseconds; everything else here is in seconds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from diptych.codec.checked_fields import rounded
from diptych.core.json_text import JsonObject
from diptych.core.unknown_times import UnknownTime

_UNKNOWN = -1
"""The value of a duration that is not known or does not apply."""

BLOCKED = 1e-6
"""What is written as the seconds before a request, which are not known. Where that is 0 or unknown, Chromium shows the
time until the headers as stalled instead of as waiting."""

_LONGEST = 10 * 365 * 86_400.0
"""Seconds from which on a duration is not believed."""

_EARLIEST_DATE, _LATEST_DATE = 365 * 86_400.0, 2.0**35
"""Dates outside of these, in seconds since 1970, are not believed. Programs that know no date count from 1970."""


@dataclass(frozen=True, slots=True)
class ReadTimings:
    """The times of an entry in seconds, each None if it is not known.

    `before` is how long it took from the start of the entry until the request was sent, `connect` how much of that was
    spent on the connection. `headers_at` and `ended_at` count from the moment at which the request was sent.
    """

    before: float
    connect: float | None
    headers_at: float | None
    ended_at: float | None


def date_text(seconds: float) -> str:
    """Return a date in seconds since 1970 (UTC) as ISO 8601, to the microsecond."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def read_date(value: Any) -> float | None:
    """Return a date as seconds since 1970 (UTC), None for anything else. A date without a time zone is one of UTC."""
    if not isinstance(value, str):
        return None
    try:
        date = datetime.fromisoformat(value)
        seconds = (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
    return seconds if _EARLIEST_DATE <= seconds < _LATEST_DATE else None


def timing_members(
    connect: float | None, wait: float, receive: float, unknown: Sequence[UnknownTime] = ()
) -> JsonObject:
    """Return the members `time` and `timings` of an entry.

    `connect` covers name, TCP and TLS; it is None if unknown, and 0 for a connection that was reused, which has no such
    time. Sending is not measured apart from waiting. A HAR must have a number for it, which is 0. It must have numbers
    for what is `unknown` as well: a comment then says that they are no measurements.
    """
    comment = {"comment": f"Not known: the time of the {', the '.join(unknown)}."} if unknown else {}
    milliseconds = round(connect * 1000, 3) if connect else _UNKNOWN
    waited, received = (round(max(each, 0.0) * 1000, 3) for each in (wait, receive))
    return {
        "time": round(BLOCKED * 1000 + max(milliseconds, 0) + waited + received, 3),
        "timings": {
            "blocked": BLOCKED * 1000,
            "dns": _UNKNOWN,
            "connect": milliseconds,
            "ssl": _UNKNOWN,
            "send": 0,
            "wait": waited,
            "receive": received,
            **comment,
        },
    }


def read_timings(entry: Mapping[str, Any]) -> ReadTimings:
    """Return the times of an entry. What is missing or makes no sense is not known.

    Safari writes zeros for what it does not know.
    """
    timings = entry.get("timings")
    known = timings if isinstance(timings, Mapping) else {}
    blocked, dns, connect, send, wait, receive = (
        _duration(known.get(name)) for name in ("blocked", "dns", "connect", "send", "wait", "receive")
    )
    before = (blocked or 0.0) + (dns or 0.0) + (connect or 0.0)
    connected = None if dns is None and connect is None else (dns or 0.0) + (connect or 0.0)
    if not (wait or receive):
        wait = receive = None
    headers_at = None if wait is None else (send or 0.0) + wait
    ended_at = None if headers_at is None or receive is None else headers_at + receive
    if ended_at is None and (total := _duration(entry.get("time"))):
        ended_at = max(total - before, headers_at or 0.0)
    return ReadTimings(before, rounded(connected), rounded(headers_at), rounded(ended_at))


def is_seconds(value: Any) -> bool:
    """Whether a value of JSON is the number of seconds that something in an exchange can take."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= _LONGEST


def _duration(value: Any) -> float | None:
    """Return milliseconds as seconds, None for what is not a duration."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value / 1000 if 0 <= value <= _LONGEST * 1000 else None
