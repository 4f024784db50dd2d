"""The backlogs of all rounds that are not written whole."""

import threading
from collections.abc import Callable, Iterable, Iterator

from diptych.core.round import Round
from diptych.core.run import Run
from diptych.store.backlog import Backlog
from diptych.store.entries import Changed, Opened, RowAdded


class Backlogs:
    """The backlogs of the rounds that are not written whole, the oldest first.

    Several threads may add to them; only the one that writes drops any. `of_run` has the backlog of each of their runs.
    """

    def __init__(self) -> None:
        self.of_run: dict[Run, Backlog] = {}
        self._all: list[Backlog] = []
        self._lock = threading.Lock()  # held while a backlog is opened, gets a take, or is dropped

    def __iter__(self) -> Iterator[Backlog]:
        return iter(tuple(self._all))

    def __bool__(self) -> bool:
        return bool(self._all)

    def begin(self, session: int, round_: Round) -> None:
        """Add a round that begins."""
        with self._lock:
            self._open(Backlog(session, round_))

    def begin_take(self, session: int, round_: Round, run: Run) -> None:
        """Add a take of a round that may be written whole already."""
        earlier = [take for take in round_.all_takes() if take is not run]
        with self._lock:
            backlog = self._of_any(earlier)
            if backlog:
                backlog.add_take(run)
                self.of_run[run] = backlog
            else:
                self._open(Backlog(session, round_, earlier))

    def add(self, session: int, round_: Round, marker: Opened | Changed | RowAdded) -> None:
        """Add what happens to a round that may be written whole already."""
        runs = tuple(round_.all_takes())
        with self._lock:
            backlog = self._of_any(runs)
            if backlog is None:
                backlog = Backlog(session, round_, runs)
                self._open(backlog)
            backlog.add(marker)

    def call_when_over(self, round_: Round, act: Callable[[], object]) -> None:
        """Call `act`, in any thread, once everything that has happened in a round was written, or cannot be."""
        with self._lock:
            backlog = self._of_any(round_.all_takes())
            if backlog:
                backlog.when_over.append(act)
                return
        act()

    def drop_if_over(self, backlog: Backlog) -> None:
        """Drop a backlog if all of its round was written, and call what waits for that."""
        with self._lock:
            if not backlog.is_over:
                return
            self._all.remove(backlog)
            for run in backlog.runs:
                del self.of_run[run]
        for act in backlog.when_over:
            act()

    def _open(self, backlog: Backlog) -> None:
        self.of_run.update(dict.fromkeys(backlog.runs, backlog))
        self._all.append(backlog)

    def _of_any(self, runs: Iterable[Run]) -> Backlog | None:
        return next((self.of_run[run] for run in runs if run in self.of_run), None)
