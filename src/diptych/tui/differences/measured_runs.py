"""What the screen of differences shows of two runs but for their answers."""

from collections.abc import Sequence
from dataclasses import dataclass

from diptych.core.run import Run
from diptych.differences.compared_figures import ComparedFigure, compared_figures
from diptych.differences.phases import RunPhases, run_phases
from diptych.differences.requests import RequestSection, request_differences


@dataclass(frozen=True, slots=True)
class Measured:
    """What differs between two runs but for their answers. `is_final` says that both had ended."""

    figures: Sequence[ComparedFigure]
    phases: tuple[RunPhases, RunPhases]
    requests: Sequence[RequestSection]
    is_final: bool


def measure(left: Run, right: Run, now: float) -> Measured:
    """Compare two runs at the time `now` of their clock. Their lines are read, so that long runs take a while."""
    is_final = left.ended and right.ended  # asked first, so that everything of ended runs is read below
    return Measured(
        compared_figures(left, right, now),
        (run_phases(left, now), run_phases(right, now)),
        request_differences(left, right),
        is_final,
    )
