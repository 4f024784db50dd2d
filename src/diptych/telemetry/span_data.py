"""A span as plain data, before it is handed to OpenTelemetry."""

from collections.abc import Mapping
from dataclasses import dataclass

AttributeValue = str | bool | int | float | list[str]


@dataclass(frozen=True, slots=True)
class SpanEvent:
    """Something that happened within a span. `at` is in nanoseconds since 1970 (UTC), like all times of spans."""

    name: str
    at: int
    attributes: Mapping[str, AttributeValue]


@dataclass(frozen=True, slots=True)
class SpanData:
    """A span with its attributes and events. `error` is the sentence of its failure, "" if it did not fail."""

    name: str
    began: int
    ended: int
    attributes: Mapping[str, AttributeValue]
    events: tuple[SpanEvent, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class WallClock:
    """Maps the stamps of a monotonic clock to the wall clock: `date`, in seconds since 1970 (UTC), was at `stamp`."""

    stamp: float
    date: float

    def nanoseconds(self, at: float) -> int:
        """Return a stamp in nanoseconds since 1970. The time between two stamps stays the same to the nanosecond.

        The date is known to the microsecond: a float of seconds since 1970 has no digits for more.
        """
        return round(self.date * 1e6) * 1_000 + round((at - self.stamp) * 1e9)
