"""Recognizes requests that a client sent again because they had failed, as the SDKs of the providers do.

Such requests are attempts at one call. Diptych's own recordings have them as attempts of one run.
"""

from collections import defaultdict
from collections.abc import Sequence

from diptych.core.capture import Capture
from diptych.core.event import header_value

MOST_WAIT = 120.0
"""The most seconds between a failure and the request that repeats it. The SDKs wait for at most a minute."""

_EARLY = -0.01
"""The least such seconds: dates of captures are rounded, many to the millisecond."""

_COUNT = "x-stainless-retry-count"
"""The header in which the SDKs say how often they have sent a request before: 0 in the first one."""

_SHOULD_RETRY = "x-should-retry"
"""The header of a response that decides for the SDKs whether to send the request again, whatever the status."""


def attempts(captures: Sequence[Capture]) -> list[tuple[Capture, ...]]:
    """Return the captures in groups: each holds the attempts at one call, in order of time.

    A request repeats another one if its method, URL and body are the same, if the other one failed in a way that SDKs
    repeat, and if it was sent after that failure, by at most `MOST_WAIT` seconds. Captures without dates are taken to
    be in order of time. Each failure is repeated once.
    """
    groups: list[list[Capture]] = []
    same = defaultdict[tuple[str, str, bytes], list[list[Capture]]](list)
    for capture in _in_order_of_time(captures):
        alike = same[capture.method, capture.url, capture.request_body]
        group = next((group for group in alike if _repeats(capture, group[-1])), None)
        if group is None:
            group = []
            groups.append(group)
            alike.append(group)
        group.append(capture)
    places = {id(capture): number for number, capture in enumerate(captures)}
    return sorted(map(tuple, groups), key=lambda group: min(places[id(capture)] for capture in group))


def _in_order_of_time(captures: Sequence[Capture]) -> Sequence[Capture]:
    """Return captures sorted by their dates, as files may have another order; unless all have one, as they are."""
    dates = {id(capture): capture.date for capture in captures if capture.date is not None}
    return sorted(captures, key=lambda capture: dates[id(capture)]) if len(dates) == len(captures) else captures


def seconds_between(earlier: Capture, later: Capture) -> float | None:
    """Return how long after the end of an exchange another one was sent, negative if before; None if unknown."""
    if earlier.date is None or later.date is None or earlier.ended_at is None:
        return None
    return later.date - (earlier.date + earlier.ended_at)


def _repeats(later: Capture, earlier: Capture) -> bool:
    """Whether one of two equal requests repeats the other."""
    if not (later.url and _may_be_repeated(earlier)) or header_value(later.request_headers, _COUNT) == "0":
        return False
    if earlier.date is None or later.date is None:
        return True
    return _EARLY <= later.date - earlier.date - (earlier.ended_at or 0.0) <= MOST_WAIT


def _may_be_repeated(capture: Capture) -> bool:
    """Whether an exchange failed in a way that the SDKs repeat. See `_should_retry` in their `_base_client.py`."""
    if capture.status is None:
        return capture.ending in ("lost", "silent")
    said = header_value(capture.response_headers, _SHOULD_RETRY)
    if capture.status < 400 or said == "false":
        return False
    return said == "true" or capture.status in (408, 409, 429) or capture.status >= 500
