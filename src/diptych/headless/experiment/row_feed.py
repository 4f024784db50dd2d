"""Hands the rows of an experiment to the thread that prints, so that a slow reader delays no stream."""

import queue
import threading

import msgspec

from diptych.core.experiment.answer_row import AnswerRow
from diptych.core.round import Round


class RowFeed:
    """A queue of rows."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[AnswerRow] = queue.SimpleQueue()
        self._news = threading.Event()
        self.interrupted = 0
        """The exit code of the first signal; 0 until one comes."""

    def add(self, round_: Round, row: AnswerRow) -> None:
        """Queue a row with the ID that its round has now. Any thread may call this."""
        self._queue.put(msgspec.structs.replace(row, round=round_.number))
        self._news.set()

    def interrupt(self, exit_code: int) -> None:
        """Ask the printing thread to stop the experiment and exit with this code; safe in a signal handler."""
        self.interrupted = self.interrupted or exit_code
        self._news.set()

    def wake(self) -> None:
        """Wake the printing thread, since nothing more is asked. Any thread may call this."""
        self._news.set()

    def take(self, patience: float) -> list[AnswerRow]:
        """Return the rows that have come; wait for the first, or for other news, for at most `patience` seconds."""
        self._news.wait(patience)
        self._news.clear()
        rows = []
        while not self._queue.empty():
            rows.append(self._queue.get())
        return rows
