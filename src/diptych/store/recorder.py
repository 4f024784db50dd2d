"""Writes rounds down while they stream, on a separate thread, so that no disk delays a stream."""

import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from diptych.core.event import Line
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.run_lines import Ended
from diptych.core.secrets.guard import MustNotBeSentError, refuse_own_keys
from diptych.core.wording.counted import counted
from diptych.store.backlog import Backlog
from diptych.store.entries import Changed, Item, Opened, RowAdded, Said
from diptych.store.errors import BusyError, RoundGoneError, StoreError, UnstorableError
from diptych.store.sink import GroupingSink, Sink

if TYPE_CHECKING:
    from diptych.core.experiment.answer_row import AnswerRow

INTERVAL = 0.15
"""Seconds between two writes while a round streams: what arrives in between is written together."""

_SHARE = 0.05
_LONGEST_INTERVAL = 1.0
"""The share of the time that writing the lines of rounds may take while they stream: with hundreds of rounds, the next
write comes later, but at most so many seconds.
"""

PATIENCE = 5.0
"""Seconds that `close` waits for the last writes by default."""

_AT_ONCE = 10_000
"""Most lines of one write: with more, other programs would wait too long for the database."""

_TURN = 0.03
"""Seconds for which the database is left to other programs between two writes that follow each other at once."""

_AGAIN = 1.0
"""Seconds after which a failed write is repeated."""

_BUSY = 3.0
"""Seconds for which another program may lock the database before the user is told."""

_FAILED = "What arrived could not be recorded because of a fault in Diptych."


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
        self._on_row = on_row
        self._rounds: list[Backlog] = []  # of the rounds that are not written whole
        self._of: dict[Run, Backlog] = {}
        self._sessions: WeakKeyDictionary[Round, int] = WeakKeyDictionary()
        self._said: WeakKeyDictionary[Round, Said] = WeakKeyDictionary()
        self._lock = threading.Lock()  # held while a backlog is opened, gets a take, or is dropped
        self._has_chores = False
        self._given_up: list[str] = []  # why, for each round that cannot be written at all
        self._unreadable = 0
        self._error: StoreError | None = None  # of the last attempt
        self._failing_since = 0.0
        self._wake = threading.Event()
        self._next_turn = 0.0  # when lines of rounds that stream are written again
        self._is_closing = False
        self._thread: threading.Thread | None = None

    def round_began(self, session: int, round_: Round) -> None:
        """A round begins."""
        self._sessions[round_] = session
        self._said[round_] = Said.now(round_)
        with self._lock:
            self._open(Backlog(session, round_))
        self._begin_writing()

    def take_began(self, round_: Round, run: Run) -> None:
        """Another take begins in a round, which may be written whole already."""
        earlier = [take for take in round_.all_takes() if take is not run]
        self._said[round_] = replace(self._said[round_], counting=tuple(round_.runs.values()))
        with self._lock:
            backlog = next((self._of[take] for take in earlier if take in self._of), None)
            if backlog:
                backlog.add_take(run)
                self._of[run] = backlog
            else:
                self._open(Backlog(self._sessions[round_], round_, earlier))
        self._wake.set()

    def round_opened(self, session: int, round_: Round, id: int) -> None:  # noqa: A002 - the word users know
        """A round of the history, which is written whole, becomes part of a session."""
        self._sessions[round_] = session
        self._said[round_] = Said.now(round_)
        self._add_later(round_, Opened(session, round_, id))

    def round_changed(self, round_: Round) -> None:
        """Another take counts in a round, which may be written whole already, or its note or votes have changed."""
        said, before = Said.now(round_), self._said[round_]
        self._said[round_] = said
        self._add_later(round_, Changed(round_, said, before))

    def row_added(self, round_: Round, run: Run, row: "AnswerRow") -> None:
        """An answer of an experiment has its row."""
        self._add_later(round_, RowAdded(round_, run, row))

    def line_added(self, run: Run, line: Line) -> None:
        """A line was added to a run."""
        self._of[run].add(run)

    def run_ended(self, run: Run) -> None:
        """A run is over."""
        self._of[run].add(Ended(run))
        self._wake.set()

    def call_when_written(self, round_: Round, act: Callable[[], object]) -> None:
        """Call `act`, in any thread, once everything that has happened in a round was written, or cannot be."""
        with self._lock:
            backlog = next((self._of[run] for run in round_.all_takes() if run in self._of), None)
            if backlog:
                backlog.when_over.append(act)
                return
        act()

    def _add_later(self, round_: Round, marker: Opened | Changed | RowAdded) -> None:
        """Add what happens to a round that may be written whole already."""
        runs = tuple(round_.all_takes())
        with self._lock:
            backlog = next((self._of[run] for run in runs if run in self._of), None)
            if backlog is None:
                backlog = Backlog(self._sessions[round_], round_, runs)
                self._open(backlog)
            backlog.add(marker)
        self._begin_writing()

    def _begin_writing(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._write_until_closed, name="recorder", daemon=True)
            self._thread.start()
        self._wake.set()

    @property
    def problem(self) -> str:
        """Sentences that tell the user what is not recorded yet, and why; "" while nothing is wrong for long."""
        error = self._error
        if error is None or (isinstance(error, BusyError) and time.monotonic() < self._failing_since + _BUSY):
            return self._lost()
        kept = "What was asked is kept, and recorded as soon as that can be done."
        return " ".join(filter(None, (str(error), self._missing(yet=" yet"), kept, self._lost())))

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
        missing = self._missing()
        if not missing:
            return self._lost()
        why = str(self._error) if self._error else "Writing down what arrived takes too long."
        return " ".join(filter(None, (why, missing, self._lost())))

    def _open(self, backlog: Backlog) -> None:
        self._of.update(dict.fromkeys(backlog.runs, backlog))
        self._rounds.append(backlog)

    def _missing(self, yet: str = "") -> str:
        """Return a sentence that counts the rounds that are not written whole; "" where all are."""
        behind = [backlog for backlog in tuple(self._rounds) if backlog]
        in_part = sum(backlog.is_begun for backlog in behind)
        whole = len(behind) - in_part
        if whole and in_part:
            return f"{_rounds(whole)} not recorded{yet}, and {in_part} only in part."
        if in_part:
            return f"{_rounds(in_part)} recorded only in part{' so far' if yet else ''}."
        return f"{_rounds(whole)} not recorded{yet}." if whole else ""

    def _lost(self) -> str:
        """Return sentences about what can never be written; "" where there is nothing of that kind."""
        sentences = []
        if self._given_up:
            sentences.append(f"{self._given_up[-1]} {_rounds(len(self._given_up))} not recorded, or only in part.")
        if self._unreadable:
            events = counted(self._unreadable, "event")
            sentences.append(f"{events} could not be read back from the temporary file, and cannot be recorded.")
        return " ".join(sentences)

    def _write_until_closed(self) -> None:
        while True:
            self._wake.wait(self._pause())
            self._wake.clear()
            is_last = self._is_closing  # read first, so that what was added before `close` is written now
            self._write_all()
            if self._rounds and not is_last:
                time.sleep(_TURN)  # what ends in that time is written together
            self._has_chores = not (self._rounds or self._error) and self._sink.tidy()
            if is_last and not isinstance(self._error, BusyError):
                break
        self._sink.close()

    def _pause(self) -> float | None:
        """Return the seconds until the next write; None if it waits for something to happen."""
        if self._error:
            return INTERVAL if isinstance(self._error, BusyError) else _AGAIN
        if self._rounds:
            return max(self._next_turn - time.monotonic(), 0)
        return _TURN if self._has_chores else None

    def _write_all(self) -> None:
        """Write what waits, the oldest round first, up to the first error that the other rounds would meet as well."""
        began = time.monotonic()
        is_turn = began >= self._next_turn or self._is_closing or self._error is not None
        due = self._due(is_turn=is_turn)
        error = self._write_together(self._sink, due) if isinstance(self._sink, GroupingSink) else None
        for backlog in due:
            while backlog and error is None:
                error = self._write(backlog)
            with self._lock:
                is_over = backlog.is_over
                if is_over:
                    self._rounds.remove(backlog)
                    for run in backlog.runs:
                        del self._of[run]
            if is_over:
                for act in backlog.when_over:
                    act()
        now = time.monotonic()
        if is_turn:
            self._next_turn = now + min(max(INTERVAL, (now - began) / _SHARE), _LONGEST_INTERVAL)
        if error and not self._error:
            self._failing_since = now
        self._error = error

    def _due(self, *, is_turn: bool) -> list[Backlog]:
        """Return the rounds to write now: those that begin, end or change, and others only if it is their turn.

        With hundreds of rounds at once, some round ends every few milliseconds.
        """
        return [each for each in tuple(self._rounds) if (is_turn or each.is_urgent) and self._may_write(each)]

    def _may_write(self, backlog: Backlog) -> bool:
        """Whether a round may be written; not before the keys are known that it might hold."""
        if backlog.awaits_key:
            if backlog.is_awaiting and not self._is_closing:
                return False
            backlog.awaits_key = False
            backlog.is_given_up = _holds_own_key(backlog)
        return True

    def _write_together(self, sink: GroupingSink, backlogs: Sequence[Backlog]) -> StoreError | None:
        """Write several rounds at once; return an error that keeps any round from being written now.

        After any other error, nothing is written yet: each round is to be written by itself, which shows what is wrong
        with which of them.
        """
        taken: list[tuple[Backlog, list[Item]]] = []
        room = _AT_ONCE
        for backlog in backlogs:
            if room and backlog and not backlog.is_given_up and (items := backlog.take(room)):
                taken.append((backlog, items))
                room -= len(items)
        if not taken:
            return None
        try:
            sink.write_together([items for _, items in taken])
        except Exception as error:  # noqa: BLE001 - it is met again, and handled, by the round that is at fault
            for backlog, _ in taken:
                backlog.put_back()
            if isinstance(error, StoreError) and not isinstance(error, RoundGoneError | UnstorableError):
                return error
            return None
        for backlog, items in taken:
            self._take_as_written(backlog, items)
        if not room:  # and more may wait
            time.sleep(_TURN)
        return None

    def _write(self, backlog: Backlog) -> StoreError | None:
        """Write some of a round; return an error that keeps any round from being written now."""
        items = backlog.take(_AT_ONCE)
        try:
            if items and not backlog.is_given_up:
                self._sink.write(items)
        except RoundGoneError:
            backlog.put_back()
            backlog.begin_again()
            return None
        except UnstorableError as error:
            self._give_up(backlog, str(error))
        except StoreError as error:
            backlog.put_back()
            return error
        except Exception:  # noqa: BLE001 - a fault of Diptych's own must not end the recording of other rounds
            self._give_up(backlog, _FAILED)
            threading.excepthook(threading.ExceptHookArgs((*sys.exc_info(), self._thread)))
        else:
            if len(items) == _AT_ONCE:  # and more waits
                time.sleep(_TURN)
        self._take_as_written(backlog, items)
        return None

    def _take_as_written(self, backlog: Backlog, items: Sequence[Item]) -> None:
        """Count these items as written, and tell of the rows among them."""
        self._unreadable += backlog.written() - len(items)
        for item in items:
            if isinstance(item, RowAdded):
                self._on_row(item.round, item.row)

    def _give_up(self, backlog: Backlog, why: str) -> None:
        backlog.is_given_up = True
        self._given_up.append(why)


def _holds_own_key(backlog: Backlog) -> bool:
    """Whether a request holds a key that was not known yet when the user sent it. It was refused, and says so."""
    try:
        for run in backlog.runs:
            refuse_own_keys(run.request)
    except MustNotBeSentError:
        return True
    return False


def _rounds(count: int) -> str:
    return "1 round is" if count == 1 else f"{count:,} rounds are"
