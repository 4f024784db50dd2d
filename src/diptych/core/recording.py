"""A round as it was recorded: what the wire sent and when, and nothing that was made of it.

Stamps are seconds since the round began, on one clock for both sides. What the events mean is read anew, by
`diptych.replay`, whenever a recording is opened.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from diptych.core.event import Note
from diptych.core.message import Message
from diptych.core.request import Label
from diptych.core.settings import Settings


class RecordedEvent(NamedTuple):
    """One server-sent event as it arrived; the fields are those of `Event`, without its meaning."""

    at: float
    name: str
    data: bytes
    dropped: int = 0
    late: float = 0.0


RecordedLine = RecordedEvent | Note


@dataclass(frozen=True, slots=True)
class RecordedRun:
    """One run: its label and take, how it was asked, without its key, and its lines in order.

    `messages` is the conversation that was sent, the prompt last; empty where only the round's prompt is known.

    `ended` says whether the recording holds the run's end; one that does not was broken off, or still `is_live`.
    `cost_usd` is what the run cost by the prices of its day; its endpoint has no provider, so that no others are asked.
    """

    label: Label
    settings: Settings
    lines: Sequence[RecordedLine]
    ended: bool
    is_live: bool = False
    cost_usd: str | None = None
    take: int = 1
    messages: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class Recording:
    """A round: its prompt, when it began (seconds since 1970, UTC; None if unknown), and every take of every label."""

    prompt: str
    date: float | None
    runs: Sequence[RecordedRun]

    def run(self, label: Label, take: int = 1) -> RecordedRun:
        """Return one take of a label. Raises `LookupError` where there is none."""
        for run in self.runs:
            if (run.label, run.take) == (label, take):
                return run
        raise LookupError(label, take)
