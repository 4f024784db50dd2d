"""Sinks that a test can wait for, and rounds for recorders to write into them."""

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from diptych.core.event import Line
from diptych.core.run import Run
from diptych.store.entries import Item
from diptych.store.recorder import Recorder
from tests.store.rounds import answered, arrived, new_run, over, round_of, sent
from tests.support import streams


class Paper:
    """A sink that a test can wait for, and that can fail."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.writes = 0
        self.refused = 0
        self.closed = 0
        self.chores = 0
        self.tidied = 0
        self.most = 0
        self.fails: Exception | None = None
        self.fails_once: Exception | None = None
        self._change = threading.Condition()

    def write(self, items: Sequence[Item]) -> None:
        with self._change:
            self._change.notify_all()
            error, self.fails_once = self.fails_once or self.fails, None
            if error:
                self.refused += 1
                raise error
            self.writes += 1
            self.most = max(self.most, len(items))
            self.items += items

    def tidy(self) -> bool:
        with self._change:
            self._change.notify_all()
            self.tidied += 1
            return self.tidied < self.chores

    def close(self) -> None:
        with self._change:
            self.closed += 1
            self._change.notify_all()

    def hanging(self) -> AbstractContextManager[object]:
        """Return a context in which writing hangs, and does not fail."""
        return self._change

    def wait(self, reached: Callable[[], object]) -> None:
        """Wait until a condition is true, for at most a minute."""
        with self._change:
            assert self._change.wait_for(reached, 60)


class Pile(Paper):
    """A sink that takes several rounds at once."""

    def __init__(self) -> None:
        super().__init__()
        self.rounds: list[int] = []
        self.refuses_together: Exception | None = None

    def write_together(self, rounds: Sequence[Sequence[Item]]) -> None:
        with self._change:
            self._change.notify_all()
            if self.refuses_together:
                self.refused += 1
                raise self.refuses_together
            self.rounds.append(len(rounds))
            for items in rounds:
                self.write(items)


class Lost:
    """Where lines are put that nobody can read any more."""

    def put(self, lines: Sequence[Line]) -> int:
        return 0

    def get(self, number: int) -> Sequence[Line]:
        raise OSError(5, "Input/output error")


def begin(recording: Recorder) -> Run:
    """A round begins and its request goes out."""
    run = new_run(observer=recording)
    recording.round_began(1, round_of(run))
    sent(run)
    return run


def end(run: Run) -> None:
    answered(run)
    arrived(run, b"".join(streams.chat("Hello")))
    over(run)


def end_all(paper: Paper, recording: Recorder, rounds: int) -> list[Run]:
    """Rounds begin and end while nothing can be written."""
    with paper.hanging():
        runs = [begin(recording) for _ in range(rounds)]
        for run in runs:
            end(run)
    return runs
