"""A round: one prompt and the runs that answer it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from diptych.core.request import SideName
from diptych.core.run import Run, RunObserver


@dataclass(frozen=True, slots=True)
class Round:
    """One prompt, and a run for each side that was asked.

    `began` is the stamp at which it was asked, on the clock that the runs share, `date` the same moment in seconds
    since 1970 (UTC), None where it is not known.
    """

    prompt: str
    began: float
    runs: Mapping[SideName, Run]
    date: float | None = None

    @property
    def ended(self) -> bool:
        """Whether every side is over."""
        return all(run.ended for run in self.runs.values())


class RoundObserver(RunObserver, Protocol):
    """Is told of every round that begins, too, before anything of it happens."""

    def began(self, session: int, round_: Round) -> None:
        """A round begins in the session of that number."""
