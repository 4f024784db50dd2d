"""Records rounds while they stream, in a separate thread, so that no disk delays a stream."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from diptych.core.event import Line
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.run_lines import Ended
from diptych.core.secrets.guard import MustNotBeSentError, refuse_own_keys
from diptych.store.backlog import Backlog
from diptych.store.backlog_writer import BREAK, BacklogWriter
from diptych.store.backlogs import Backlogs
from diptych.store.entries import Changed, Opened, RowAdded, Said
from diptych.store.errors import BusyError, StoreError
from diptych.store.sink import Sink
from diptych.store.unrecorded_words import lost_sentences, unwritten_sentence

if TYPE_CHECKING:
    from diptych.core.experiment.answer_row import AnswerRow

INTERVAL = 0.15
"""Seconds between two writes while a round streams: what arrives in between is written together."""

_SHARE = 0.05
_LONGEST_INTERVAL = 1.0
"""The share of the time that writing the lines of rounds may take while they stream: with hundreds of rounds, the next
write comes later, but after this number of seconds at the latest.
"""

PATIENCE = 5.0
"""Seconds that `close` waits for the last writes by default."""

_AGAIN = 1.0
"""Seconds after which a failed write is repeated."""

_BUSY = 3.0
"""Seconds for which another program may lock the database before the user is told."""


def ignore_row(round_: Round, row: "AnswerRow") -> None:
    """Do nothing with a row that was written."""


class Recorder:
    """An observer that writes every round into a sink.

    What cannot be written is kept and tried again as long as the program runs. That costs a reference per line: the
    lines themselves stay with their run, which may move them out of memory.

    `on_row` is told of each row of an experiment once it is written, or cannot be, by the thread that writes. Its round
    has its ID then.
    """

    def __init__(self, sink: Sink, on_row: "Callable[[Round, AnswerRow], object]" = ignore_row) -> None:
        self._sink = sink
        self._writer = BacklogWriter(sink, on_row)
        self._backlogs = Backlogs()
        self._sessions: WeakKeyDictionary[Round, int] = WeakKeyDictionary()
        self._said: WeakKeyDictionary[Round, Said] = WeakKeyDictionary()
        self._has_chores = False
        self._error: StoreError | None = None  # of the last attempt
        self._failing_since = 0.0
        self._wake = threading.Event()
        self._lines_due_at = 0.0  # when the lines of rounds that stream are written again
        self._is_closing = False
        self._thread: threading.Thread | None = None

    def round_began(self, session: int, round_: Round) -> None:
        """A round begins."""
        self._sessions[round_] = session
        self._said[round_] = Said.now(round_)
        self._backlogs.begin(session, round_)
        self._begin_writing()

    def take_began(self, round_: Round, run: Run) -> None:
        """Another take begins in a round, which may be written whole already."""
        self._said[round_] = replace(self._said[round_], counting=tuple(round_.runs.values()))
        self._backlogs.begin_take(self._sessions[round_], round_, run)
        self._wake.set()

    def round_opened(self, session: int, round_: Round, id: int) -> None:  # noqa: A002 - the word users know
        """A round of the history, which is written whole, becomes part of a session."""
        self._sessions[round_] = session
        self._said[round_] = Said.now(round_)
        self._add(round_, Opened(session, round_, id))

    def round_changed(self, round_: Round) -> None:
        """Another take counts in a round, which may be written whole already, or its note or votes have changed."""
        said, before = Said.now(round_), self._said[round_]
        self._said[round_] = said
        self._add(round_, Changed(round_, said, before))

    def row_added(self, round_: Round, run: Run, row: "AnswerRow") -> None:
        """An answer of an experiment has its row."""
        self._add(round_, RowAdded(round_, run, row))

    def line_added(self, run: Run, line: Line) -> None:
        """A line was added to a run."""
        self._backlogs.of_run[run].add(run)

    def run_ended(self, run: Run) -> None:
        """A run is over."""
        self._backlogs.of_run[run].add(Ended(run))
        self._wake.set()

    def call_when_written(self, round_: Round, act: Callable[[], object]) -> None:
        """Call `act`, in any thread, once everything that has happened in a round was written, or cannot be."""
        self._backlogs.call_when_over(round_, act)

    @property
    def problem(self) -> str:
        """Sentences that tell the user what is not recorded yet, and why; "" while nothing is wrong for long."""
        error, lost = self._error, lost_sentences(self._writer.given_up, self._writer.unreadable)
        if error is None or (isinstance(error, BusyError) and time.monotonic() < self._failing_since + _BUSY):
            return lost
        missing = unwritten_sentence(self._backlogs, is_closing=False)
        kept = "What was asked is kept, and recorded as soon as that can be done."
        return " ".join(filter(None, (str(error), missing, kept, lost)))

    @property
    def goes_on(self) -> bool:
        """Whether the thread still writes, or tries to."""
        return self._thread is not None and self._thread.is_alive()

    def close(self, patience: float = PATIENCE) -> str:
        """Write what is left, for at most `patience` seconds; return sentences that tell what is not recorded, and why.

        The thread goes on trying as long as the program lives, so this may be called again, from any thread.
        """
        self._is_closing = True
        self._wake.set()
        if self._thread:
            self._thread.join(patience)
        else:
            self._sink.close()
        missing = unwritten_sentence(self._backlogs, is_closing=True)
        lost = lost_sentences(self._writer.given_up, self._writer.unreadable)
        if not missing:
            return lost
        why = str(self._error) if self._error else "Writing down what arrived takes too long."
        return " ".join(filter(None, (why, missing, lost)))

    def _add(self, round_: Round, marker: Opened | Changed | RowAdded) -> None:
        self._backlogs.add(self._sessions[round_], round_, marker)
        self._begin_writing()

    def _begin_writing(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._write_until_closed, name="recorder", daemon=True)
            self._thread.start()
        self._wake.set()

    def _write_until_closed(self) -> None:
        while True:
            self._wake.wait(self._pause())
            self._wake.clear()
            is_last = self._is_closing  # read first, so that what was added before `close` is written now
            self._write_all()
            if self._backlogs and not is_last:
                time.sleep(BREAK)  # what ends in that time is written together
            self._has_chores = not (self._backlogs or self._error) and self._sink.tidy()
            if is_last and not isinstance(self._error, BusyError):
                break
        self._sink.close()

    def _pause(self) -> float | None:
        """Return the seconds until the next write; None if it waits for something to happen."""
        if self._error:
            return INTERVAL if isinstance(self._error, BusyError) else _AGAIN
        if self._backlogs:
            return max(self._lines_due_at - time.monotonic(), 0)
        return BREAK if self._has_chores else None

    def _write_all(self) -> None:
        """Write what waits, the oldest round first, up to the first error that the other rounds would meet as well."""
        began = time.monotonic()
        with_lines = began >= self._lines_due_at or self._is_closing or self._error is not None
        due = self._due(with_lines=with_lines)
        left, error = self._writer.write_together(due)
        for backlog in due if self._is_closing else left:
            while backlog and error is None:
                error = self._writer.write(backlog)
        for backlog in due:
            self._backlogs.drop_if_over(backlog)
        now = time.monotonic()
        if with_lines:
            self._lines_due_at = now + min(max(INTERVAL, (now - began) / _SHARE), _LONGEST_INTERVAL)
        if error and not self._error:
            self._failing_since = now
        self._error = error

    def _due(self, *, with_lines: bool) -> list[Backlog]:
        """Return the rounds to write now: those that begin, end or change, and `with_lines` those with lines only.

        With hundreds of rounds at once, some round ends every few milliseconds.
        """
        return [each for each in self._backlogs if (with_lines or each.is_urgent) and self._may_write(each)]

    def _may_write(self, backlog: Backlog) -> bool:
        """Whether a round may be written; not before the keys are known that it might hold."""
        if backlog.awaits_key:
            if backlog.is_awaiting and not self._is_closing:
                return False
            backlog.awaits_key = False
            backlog.is_given_up = _holds_own_key(backlog)
        return True


def _holds_own_key(backlog: Backlog) -> bool:
    """Whether a request holds a key that was not known yet when the user sent it. It was refused, and says so."""
    try:
        for run in backlog.runs:
            refuse_own_keys(run.request)
    except MustNotBeSentError:
        return True
    return False
