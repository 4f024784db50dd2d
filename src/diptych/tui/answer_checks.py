"""Checks the answers of a screen against their schemas, each once, in a thread."""

from collections.abc import Callable
from functools import partial
from threading import Event
from typing import TYPE_CHECKING
from weakref import WeakSet

from textual.screen import Screen

from diptych.core.run import Run
from diptych.core.schema_verdict import needs_verdict

if TYPE_CHECKING:
    from textual.worker import Worker

WORKERS = "schema"
"""The group of the workers that check answers."""


class AnswerChecks:
    """Begins a check when an answer needs one. Checks that still run are cancelled when `is_closed` is set."""

    def __init__(self, screen: Screen[None], is_closed: Event) -> None:
        self._screen = screen
        self._is_closed = is_closed
        self._begun: WeakSet[Run] = WeakSet()

    def sample(self, run: Run) -> None:
        """Check an answer if it needs a verdict, and its check has not begun yet."""
        if not needs_verdict(run) or run in self._begun:
            return
        self._begun.add(run)
        self._screen.run_worker(
            partial(_check, run, self._is_closed.is_set),
            thread=True,
            exit_on_error=False,
            group=WORKERS,
            description="check an answer against its schema",
        )

    def ended(self, worker: "Worker[None]") -> None:
        """Raise the error of a check, if it has one."""
        if worker.error:
            raise worker.error


def _check(run: Run, is_cancelled: Callable[[], bool]) -> None:
    from diptych.json_schema.answers import check_answer

    check_answer(run, is_cancelled)
