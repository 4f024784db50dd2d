"""Writes rounds down while they stream, on a thread of its own, so that no disk delays a stream."""

import threading
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, assert_never

from diptych.core.event import Line
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.store.problem import StoreError

INTERVAL = 0.15
"""Seconds for which lines are gathered before they are written together."""

_AT_ONCE = 20_000
"""Lines that are written together, at most."""

_PATIENCE = 5.0
"""Seconds to wait at the end for what is left to be written."""


@dataclass(frozen=True, slots=True)
class Began:
    """A round begins in the session of that number."""

    session: int
    round: Round


@dataclass(frozen=True, slots=True)
class Ended:
    """A run is over."""

    run: Run


Item = Began | Ended | tuple[Run, Line]
"""What is written down, in order."""


class Sink(Protocol):
    """Where rounds are written to. All its methods are called by one thread; they raise `StoreError`."""

    def write(self, items: Sequence[Item]) -> None:
        """Write all of these, so that they outlive the program."""

    def close(self) -> None:
        """Let go of the file, after an error too; raises nothing."""


class Nowhere:
    """The sink of those who keep nothing."""

    def write(self, items: Sequence[Item]) -> None:
        """Forget all of these."""

    def close(self) -> None:
        """There is nothing to let go of."""


class Recorder:
    """An observer of the engine that hands everything to a sink.

    It queues whose line it is, not the lines, so that however slow the sink is, they may leave memory with their run.
    `problem` is a sentence once something could not be written: what follows is not recorded, until a round begins
    for which it can be tried again.
    """

    def __init__(self, sink: Sink) -> None:
        self.problem = ""
        self._sink = sink
        self._told: deque[Began | Ended | Run] = deque()  # a run stands for its next line
        self._read: Counter[Run] = Counter()
        self._wake = threading.Event()
        self._open_runs = 0  # of those that the thread knows
        self._is_closing = False
        self._thread: threading.Thread | None = None

    def began(self, session: int, round_: Round) -> None:
        """A round begins."""
        self._told.append(Began(session, round_))
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="recorder", daemon=True)
            self._thread.start()
        self._wake.set()

    def line(self, run: Run, line: Line) -> None:
        """A line was added to a run."""
        self._told.append(run)

    def ended(self, run: Run) -> None:
        """A run is over."""
        self._told.append(Ended(run))
        self._wake.set()

    def close(self) -> None:
        """Write what is left, and end."""
        self._is_closing = True
        self._wake.set()
        if self._thread:
            self._thread.join(_PATIENCE)

    def _work(self) -> None:
        try:
            self._write_until_closed()
        except BaseException:
            self.problem = "Diptych failed at writing down what arrived. Nothing is recorded any more."
            raise

    def _write_until_closed(self) -> None:
        while not self._is_closing:
            # Gather while something streams, else sleep until something does.
            self._wake.wait(INTERVAL if self._open_runs else None)
            self._wake.clear()
            self._write_all()
        self._write_all()
        self._sink.close()

    def _write_all(self) -> None:
        while self._told:
            self._write([self._next() for _ in range(min(len(self._told), _AT_ONCE))])

    def _next(self) -> Item:
        item = self._told.popleft()
        match item:
            case Run():
                self._read[item] += 1
                return item, item.lines[self._read[item] - 1]
            case Began(round=round_):
                self._open_runs += len(round_.runs)
            case Ended(run=run):
                self._open_runs -= 1
                del self._read[run]
            case _:
                assert_never(item)
        return item

    def _write(self, items: list[Item]) -> None:
        if self.problem:
            first = next((index for index, item in enumerate(items) if isinstance(item, Began)), len(items))
            del items[:first]
        if not items:
            return
        try:
            self._sink.write(items)
        except StoreError as error:
            self.problem = str(error)
            self._sink.close()
        else:
            self.problem = ""
