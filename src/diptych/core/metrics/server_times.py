"""Times that servers report of their own work. They stand beside what Diptych measures, which never uses them."""

from collections.abc import Iterable
from typing import NamedTuple


class ServerTime(NamedTuple):
    """A duration as a server reports it: in which member or header, under which name, and its seconds.

    `source` is the object that holds it, such as `timings`, or the name of a header. `name` is as the server writes it,
    "" for a header that holds nothing else. Both consist of ASCII letters, digits, `_`, `-` and `.`. What the duration
    covers, only the server knows.
    """

    source: str
    name: str
    seconds: float

    @property
    def label(self) -> str:
        """Its name with its source, such as `timings.prompt_ms`."""
        return f"{self.source}.{self.name}" if self.name else self.source


def merged_times(earlier: Iterable[ServerTime], later: Iterable[ServerTime]) -> tuple[ServerTime, ...]:
    """Return both reports as one: a later value replaces an earlier one of the same label, in its place."""
    return tuple({time.label: time for time in (*earlier, *later)}.values())
