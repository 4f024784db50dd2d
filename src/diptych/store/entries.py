"""What is written down of a round, in the order in which it happened."""

from dataclasses import dataclass

from diptych.core.event import Line
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.run_lines import Ended


@dataclass(frozen=True, slots=True)
class Began:
    """A round begins in the session of that number, with these runs; takes may follow later."""

    session: int
    round: Round
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class TakeBegan:
    """Another take begins in a round; `earlier` are the runs that the round had before."""

    round: Round
    run: Run
    earlier: tuple[Run, ...]


Item = Began | TakeBegan | Ended | tuple[Run, Line]
"""The beginning of a round or of a later take, the end of a run, or a line of it."""
