"""What is written down of a round, in the order in which it happened."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from diptych.core.blind import Blind
from diptych.core.event import Line
from diptych.core.remarks import RoundNote, Vote
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.run_lines import Ended

if TYPE_CHECKING:
    from diptych.core.experiment.answer_row import AnswerRow


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


@dataclass(frozen=True, slots=True)
class Opened:
    """A round that is in the history under that id becomes part of the session of that number."""

    session: int
    round: Round
    id: int


@dataclass(frozen=True, slots=True)
class Said:
    """What is said about a round, and which takes count in it, as it was at one moment."""

    counting: tuple[Run, ...]
    note: RoundNote
    votes: tuple[Vote, ...]
    blind: Blind | None = None

    @classmethod
    def now(cls, round_: Round) -> "Said":
        """Return what is said about a round now."""
        return cls(tuple(round_.runs.values()), round_.note, tuple(round_.votes), round_.blind)


@dataclass(frozen=True, slots=True)
class Changed:
    """Something else is said about a round than `before`. What has not changed may have been changed elsewhere."""

    round: Round
    said: Said
    before: Said


@dataclass(frozen=True, slots=True)
class RowAdded:
    """An answer of an experiment was checked: this is its row."""

    round: Round
    run: Run
    row: "AnswerRow"


Item = Began | Opened | TakeBegan | Changed | Ended | RowAdded | tuple[Run, Line]
"""The beginning of a round or of a later take, a round opened again, a change, the end of a run, its row, or a line."""
