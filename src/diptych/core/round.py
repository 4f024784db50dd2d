"""A round: one prompt and the runs that answer it."""

from collections.abc import Mapping
from dataclasses import dataclass

from diptych.core.request import SideName
from diptych.core.run import Run


@dataclass(frozen=True, slots=True)
class Round:
    """One prompt, and a run for each side that was asked. `began` is a stamp of the clock that the runs share."""

    prompt: str
    began: float
    runs: Mapping[SideName, Run]

    @property
    def ended(self) -> bool:
        """Whether every side is over."""
        return all(run.ended for run in self.runs.values())
