"""Lets several observers follow the same rounds."""

from typing import TYPE_CHECKING

from diptych.core.event import Line
from diptych.core.round import Round, RoundObserver
from diptych.core.run import Run

if TYPE_CHECKING:
    from diptych.core.experiment.answer_row import AnswerRow


class IgnoresRounds:
    """The part of an observer that follows runs and has nothing to do with their rounds."""

    def round_began(self, session: int, round_: Round) -> None:
        """Do nothing."""

    def take_began(self, round_: Round, run: Run) -> None:
        """Do nothing."""

    def round_opened(self, session: int, round_: Round, id: int) -> None:  # noqa: A002 - the word users know
        """Do nothing."""

    def round_changed(self, round_: Round) -> None:
        """Do nothing."""

    def row_added(self, round_: Round, run: Run, row: "AnswerRow") -> None:
        """Do nothing."""


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

    def round_opened(self, session: int, round_: Round, id: int) -> None:  # noqa: A002 - the word users know
        """A round of the history becomes part of a session."""
        for observer in self._observers:
            observer.round_opened(session, round_, id)

    def round_changed(self, round_: Round) -> None:
        """Something that is said about a round has changed."""
        for observer in self._observers:
            observer.round_changed(round_)

    def row_added(self, round_: Round, run: Run, row: "AnswerRow") -> None:
        """An answer of an experiment has its row."""
        for observer in self._observers:
            observer.row_added(round_, run, row)

    def line_added(self, run: Run, line: Line) -> None:
        """A line was added to a run."""
        for observer in self._observers:
            observer.line_added(run, line)

    def run_ended(self, run: Run) -> None:
        """A run has ended."""
        for observer in self._observers:
            observer.run_ended(run)
