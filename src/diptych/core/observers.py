"""Lets several observers follow the same rounds."""

from diptych.core.event import Line
from diptych.core.round import Round, RoundObserver
from diptych.core.run import Run


class Observers:
    """Passes everything on to several observers, in order."""

    def __init__(self, *observers: RoundObserver) -> None:
        self._observers = observers

    def round_began(self, session: int, round_: Round) -> None:
        """A round begins."""
        for observer in self._observers:
            observer.round_began(session, round_)

    def take_began(self, round_: Round, run: Run) -> None:
        """Another take begins in a round."""
        for observer in self._observers:
            observer.take_began(round_, run)

    def line_added(self, run: Run, line: Line) -> None:
        """A line was added to a run."""
        for observer in self._observers:
            observer.line_added(run, line)

    def run_ended(self, run: Run) -> None:
        """A run has ended."""
        for observer in self._observers:
            observer.run_ended(run)
