"""What is written down of a round, in the order in which it happened."""

from dataclasses import dataclass

from diptych.core.event import Line
from diptych.core.round import Round
from diptych.core.run import Run


@dataclass(frozen=True, slots=True)
class Began:
    """A round begins in the session of that number."""

    session: int
    round: Round


@dataclass(frozen=True, slots=True)
class Ended:
    """A run is over."""

    run: Run


Item = Began | Ended | tuple[Run, Line]
"""The beginning of a round, the end of a run, or a line of it."""
