"""How an answer grew: the events of a run that carried content, and how much they carried."""

from collections.abc import Iterator
from dataclasses import dataclass

from diptych.core.content import Refusal, Text, Thinking, ToolArguments
from diptych.core.event import Event
from diptych.core.run import Run


@dataclass(frozen=True, slots=True)
class Arrival:
    """An event with content: when it was read, when it may have come at the earliest, and its number of characters.

    Both times are stamps in seconds. `earliest` differs from `at` only if Diptych's own event loop was late to read it.
    """

    at: float
    earliest: float
    characters: int


def arrivals(run: Run) -> Iterator[Arrival]:
    """Yield the events that carried content (text, thinking, refusal, tool arguments), in the order they came."""
    for line in run.lines:
        if isinstance(line, Event) and (characters := _characters(line)):
            yield Arrival(line.at, line.at - line.late, characters)


def text_over_time(run: Run) -> Iterator[tuple[float, int]]:
    """Yield, for each event with content, its stamp and the characters that had come by then, including thinking."""
    total = 0
    for arrival in arrivals(run):
        total += arrival.characters
        yield arrival.at, total


def _characters(event: Event) -> int:
    return sum(
        len(content.text)
        for content in event.contents
        if isinstance(content, Text | Thinking | Refusal | ToolArguments)
    )
