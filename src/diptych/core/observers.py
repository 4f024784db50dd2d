"""Lets several observers follow the same rounds."""

from diptych.core.event import Line
from diptych.core.round import Round, RoundObserver
from diptych.core.run import Run


class Observers:
    """Passes everything on to several observers, in order."""

    def __init__(self, *observers: RoundObserver) -> None:
        self._observers = observers

    def began(self, session: int, round_: Round) -> None:
        """A round begins."""
        for observer in self._observers:
            observer.began(session, round_)

    def take_began(self, round_: Round, run: Run) -> None:
        """Another take begins in a round."""
        for observer in self._observers:
            observer.take_began(round_, run)

    def line(self, run: Run, line: Line) -> None:
        """A line was added to a run."""
        for observer in self._observers:
            observer.line(run, line)

    def ended(self, run: Run) -> None:
        """A run has ended."""
        for observer in self._observers:
            observer.ended(run)
