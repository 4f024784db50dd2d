"""Writes what waits in backlogs into a sink, and decides by its errors how to go on."""

import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from diptych.store.backlog import Backlog
from diptych.store.entries import Item, RowAdded
from diptych.store.errors import RoundGoneError, StoreError, UnstorableError
from diptych.store.sink import GroupingSink, Sink

if TYPE_CHECKING:
    from diptych.core.experiment.answer_row import AnswerRow
    from diptych.core.round import Round

BREAK = 0.03
"""Seconds for which the database is left to other programs between two writes that follow each other at once."""

_AT_ONCE = 10_000
"""Most lines of one write: with more, other programs would wait too long for the database."""

_FAILED = "What arrived could not be recorded because of a fault in Diptych."


class BacklogWriter:
    """Writes backlogs into a sink; one thread calls its methods.

    `on_row` is told of each row of an experiment once it is written, or cannot be. `given_up` says why, for each round
    that cannot be written at all. `unreadable` counts the lines that could not be read back from the temporary file.
    """

    def __init__(self, sink: Sink, on_row: "Callable[[Round, AnswerRow], object]") -> None:
        self.given_up: list[str] = []
        self.unreadable = 0
        self._sink = sink
        self._on_row = on_row

    def write_together(self, backlogs: Sequence[Backlog]) -> tuple[Sequence[Backlog], StoreError | None]:
        """Write what waits in several backlogs at once if the sink can.

        Return the backlogs that are still to be written one by one, and the error that keeps any round from being
        written now. After any other error nothing is written, and all backlogs are returned: writing them one by one
        shows which round is at fault. What arrives during the write waits for the next one, since a write per round
        takes much longer.
        """
        if not isinstance(self._sink, GroupingSink):
            return backlogs, None
        taken: list[tuple[Backlog, list[Item]]] = []
        left: list[Backlog] = []
        room = _AT_ONCE
        for backlog in backlogs:
            items = backlog.take(room) if room and not backlog.is_given_up else []
            if items:
                taken.append((backlog, items))
                room -= len(items)
            if not items or not room:
                left.append(backlog)
        if not taken:
            return left, None
        try:
            self._sink.write_together([items for _, items in taken])
        except Exception as error:  # noqa: BLE001 - it is met again, and handled, by the round that is at fault
            for backlog, _ in taken:
                backlog.put_back()
            if isinstance(error, StoreError) and not isinstance(error, RoundGoneError | UnstorableError):
                return (), error
            return backlogs, None
        for backlog, items in taken:
            self._take_as_written(backlog, items)
        if not room:  # and more may wait
            time.sleep(BREAK)
        return left, None

    def write(self, backlog: Backlog) -> StoreError | None:
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
            threading.excepthook(threading.ExceptHookArgs((*sys.exc_info(), threading.current_thread())))
        else:
            if len(items) == _AT_ONCE:  # and more waits
                time.sleep(BREAK)
        self._take_as_written(backlog, items)
        return None

    def _take_as_written(self, backlog: Backlog, items: Sequence[Item]) -> None:
        """Count these items as written, and tell of the rows among them."""
        self.unreadable += backlog.written() - len(items)
        for item in items:
            if isinstance(item, RowAdded):
                self._on_row(item.round, item.row)

    def _give_up(self, backlog: Backlog, why: str) -> None:
        backlog.is_given_up = True
        self.given_up.append(why)
