"""What happened in a round and is not written down yet."""

from collections import Counter, deque
from contextlib import suppress
from typing import assert_never

from diptych.core.run import Run
from diptych.store.entries import Began, Ended, Item

Marker = Began | Ended | Run
"""Stands for an item until that is written. A run stands for its next line, which may leave memory meanwhile."""


class Backlog:
    """The items of one round that wait to be written: one thread adds them, another takes them in order.

    The thread that writes calls `take`, then `written` or `put_back`.
    """

    def __init__(self, began: Began) -> None:
        self.is_begun = False
        """Whether some of the round was written."""
        self.is_given_up = False
        """Whether the round cannot be written, so that what else happens in it is dropped."""
        self.runs = tuple(began.round.runs.values())
        self._began = began
        self._waiting: deque[Marker] = deque([began])
        self._taken: list[Marker] = []
        self._lines: Counter[Run] = Counter()  # how many were written
        self._ended: list[Run] = []  # those whose end was written

    def __bool__(self) -> bool:
        """Whether anything is not written yet."""
        return bool(self._waiting or self._taken)

    @property
    def is_over(self) -> bool:
        """Whether all of the round was written."""
        return len(self._ended) == len(self.runs)

    def add(self, marker: Ended | Run) -> None:
        """Another line, or the end of a run."""
        self._waiting.append(marker)

    def take(self, count: int) -> list[Item]:
        """The next items, those of `count` markers; a line that cannot be read back is left out."""
        while self._waiting and len(self._taken) < count:
            self._taken.append(self._waiting.popleft())
        items: list[Item] = []
        read = self._lines.copy()
        for marker in self._taken:
            if not isinstance(marker, Run):
                items.append(marker)
                continue
            read[marker] += 1
            with suppress(OSError):
                items.append((marker, marker.lines.read(read[marker] - 1)))
        return items

    def put_back(self) -> None:
        """What was taken was not written: it is taken again the next time."""
        self._waiting.extendleft(reversed(self._taken))
        self._taken.clear()

    def written(self) -> int:
        """What was taken was written, or need not be; how many items that were, the left out ones included."""
        self.is_begun = True
        for marker in self._taken:
            match marker:
                case Run():
                    self._lines[marker] += 1
                case Ended(run=run):
                    self._ended.append(run)
                case Began():
                    pass
                case _:
                    assert_never(marker)
        count = len(self._taken)
        self._taken.clear()
        return count

    def begin_again(self) -> None:
        """Let all of the round be taken once more from its beginning: what was written of it is gone."""
        lines = [run for run, count in self._lines.items() for _ in range(count)]
        if self.is_begun:
            self._waiting.extendleft(reversed([self._began, *lines, *map(Ended, self._ended)]))
        self.is_begun = False
        self._lines.clear()
        self._ended.clear()
