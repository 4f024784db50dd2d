"""What happened in a round and is not written down yet."""

from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import assert_never

from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.run_lines import Ended, RunLines
from diptych.store.entries import Began, Changed, Item, Opened, RowAdded, TakeBegan

Marker = Began | Opened | TakeBegan | Changed | Ended | RowAdded | Run
"""Stands for an item until that is written. A run stands for its next line, which may leave memory before that."""


class Backlog:
    """The items of one round that wait to be written: one thread adds them, another takes them in order.

    The thread that writes calls `take`, then `written` or `put_back`. `session` is the number of the round's session;
    `written` are runs of the round that were written before, by another backlog.
    """

    def __init__(self, session: int, round_: Round, written: Iterable[Run] = ()) -> None:
        self.is_begun = False
        """Whether some of the round was written."""
        self.is_urgent = True
        """Whether something other than lines waits, so that it should not wait for long."""
        self.is_given_up = False
        """Whether the round cannot be written, so that what else happens in it is dropped."""
        self.when_over: list[Callable[[], object]] = []
        """What is called once all of the round was written."""
        self.runs = tuple(round_.all_takes())
        """The runs that are written, or are to be."""
        self.awaits_key = self.is_awaiting
        """Whether the round is written only once the keys are known that commands print: it may hold one of them."""
        self._session = session
        self._round = round_
        self._begun = list(written)  # the runs whose beginning was written
        self._ended = list(written)  # the runs whose end was written
        self._lines = RunLines()  # that were written
        self._lines.taken_whole(written)
        self._taken: list[Marker] = []
        self._taken_lines = self._lines
        self._waiting: deque[Marker] = deque()
        if self._begun:
            self.is_begun = True
            self._waiting.extend(
                TakeBegan(round_, run, tuple(self._begun)) for run in self.runs if run not in self._begun
            )
        else:
            self._waiting.append(Began(session, round_, self.runs))

    def __bool__(self) -> bool:
        """Whether anything is not written yet."""
        return bool(self._waiting or self._taken)

    @property
    def is_awaiting(self) -> bool:
        """Whether a run waits for the command that prints its key."""
        return any(
            not run.ended and not run.request.settings.simulated and run.request.settings.endpoint.awaits_key
            for run in self.runs
        )

    @property
    def is_over(self) -> bool:
        """Whether all of the round was written."""
        return not self and len(self._ended) == len(self.runs)

    def add(self, marker: Opened | Changed | Ended | RowAdded | Run) -> None:
        """Add another line, the end of a run, or what is said about the round."""
        self._waiting.append(marker)
        if not isinstance(marker, Run):
            self.is_urgent = True

    def add_take(self, run: Run) -> None:
        """Add a take that begins."""
        self._waiting.append(TakeBegan(self._round, run, self.runs))
        self.runs = (*self.runs, run)
        self.is_urgent = True

    def take(self, count: int) -> list[Item]:
        """Return the next items, those of `count` markers, without lines that cannot be read back."""
        self.is_urgent = False  # first, since another thread may add something while this one takes
        while self._waiting and len(self._taken) < count:
            self._taken.append(self._waiting.popleft())
        items: list[Item] = []
        self._taken_lines = self._lines.copy()
        for marker in self._taken:
            if not isinstance(marker, Run):
                items.append(marker)
                continue
            index = self._taken_lines.next(marker)
            with suppress(OSError):
                items.append((marker, marker.lines.read(index)))
        return items

    def put_back(self) -> None:
        """Put back what was taken, since it was not written: the next `take` returns it again."""
        self._waiting.extendleft(reversed(self._taken))
        self._taken.clear()

    def written(self) -> int:
        """Note that what was taken is written; return how many markers that were, also those without an item."""
        self.is_begun = True
        self._lines = self._taken_lines
        for marker in self._taken:
            match marker:
                case Run() | Opened() | Changed() | RowAdded():
                    pass
                case Ended(run=run):
                    self._ended.append(run)
                case Began(runs=runs):
                    self._begun.extend(runs)
                case TakeBegan(run=run):
                    self._begun.append(run)
                case _:
                    assert_never(marker)
        count = len(self._taken)
        self._taken.clear()
        return count

    def begin_again(self) -> None:
        """Prepare to write the whole round again from its beginning, since what was written of it is gone."""
        if self.is_begun:
            began = Began(self._session, self._round, tuple(self._begun))
            self._waiting.extendleft(reversed([began, *self._lines.taken(), *map(Ended, self._ended)]))
        self.is_begun = False
        self._lines = RunLines()
        self._begun.clear()
        self._ended.clear()
