"""Runs an experiment to its end, and prints its rows and how far it has come."""

import errno
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

import msgspec

from diptych.codec.run_row import row_line
from diptych.core.experiment.answer_row import AnswerRow
from diptych.core.experiment.running_medians import RunningMedians
from diptych.core.request import Label
from diptych.core.round import Round
from diptych.engine.experiment.ask_rounds import Ending
from diptych.headless.experiment.kept_rows import KeptRows
from diptych.headless.experiment.progress import ProgressDisplay, ProgressNow
from diptych.headless.experiment.row_feed import RowFeed
from diptych.headless.experiment.tally import Tally

if TYPE_CHECKING:
    from concurrent.futures import Future

_TICK = 0.1
"""Seconds between two looks at what is to be shown, while no answer ends."""

_PATIENCE = 1.0
"""Seconds to wait for runs that were stopped."""

_NOBODY_READS = (errno.EPIPE, errno.EIO)
"""Errors of writing to a pipe that nobody reads from any more, or to a terminal that is gone."""


@dataclass(slots=True)
class ExperimentRunner:
    """Follows an experiment until it has ended, in the thread that prints.

    `kept` gets each row of an experiment that is not recorded, and is None for one that is. `rows_to` is where each row
    is printed as a line of JSON, None for nowhere; where rounds are recorded, as soon as the round has its ID. `pauses`
    and `problem` say what to show besides the rows.
    """

    name: str
    models: Mapping[Label, str]
    tally: Tally
    kept: KeptRows | None
    feed: RowFeed
    display: ProgressDisplay
    rows_to: IO[str] | None
    stop: Callable[[], object]
    pauses: Callable[[], Mapping[str, float]]
    problem: Callable[[], str]

    def follow(self, asking: "Future[Ending]") -> Ending:
        """Return why the experiment has ended; raise what it raised. `feed` must be told when `asking` ends."""
        began = time.monotonic()
        medians = RunningMedians(("first_token",))
        waiting: list[tuple[Round, AnswerRow]] = []
        stopped_at: float | None = None
        while True:
            has_ended = asking.done()
            rows = self.feed.take(0 if has_ended else _TICK)
            for _, row in rows:
                self.tally.add(row)
                medians.add(row)
            waiting = self._print([*waiting, *rows], at_once=has_ended)
            if has_ended:
                break
            now = time.monotonic()
            if self.feed.interrupted:
                if stopped_at is None:
                    stopped_at = now
                    self.stop()
                elif now - stopped_at >= _PATIENCE:
                    break  # a run does not end, or cannot be recorded: leave it
            self.display.show(self._now(medians, now - began))
        self.display.erase()
        self._print(waiting, at_once=True)
        return asking.result() if asking.done() else "stopped"

    def _print(self, rows: list[tuple[Round, AnswerRow]], *, at_once: bool) -> list[tuple[Round, AnswerRow]]:
        """Keep and print the rows whose rounds have their IDs, or all of them `at_once`; return the others."""
        ready: list[tuple[Round, AnswerRow]] = []
        waiting: list[tuple[Round, AnswerRow]] = []
        for each in rows:
            is_ready = at_once or self.kept is not None or each[0].number is not None
            (ready if is_ready else waiting).append(each)
        numbered = [msgspec.structs.replace(row, round=round_.number) for round_, row in ready]
        if self.kept is not None:
            for row in numbered:
                self.kept.add(row)
        if self.rows_to is not None and numbered:
            self.display.erase()
            try:
                self.rows_to.write("".join(f"{row_line(row)}\n" for row in numbered))
                self.rows_to.flush()
            except OSError as error:
                if error.errno not in _NOBODY_READS:
                    raise
                self._leave_output()
        return waiting

    def _leave_output(self) -> None:
        """Stop the experiment, since nobody reads its rows any more. Nothing is flushed to the output at exit."""
        assert self.rows_to is not None  # noqa: S101 - it was written to
        os.dup2(os.open(os.devnull, os.O_WRONLY), self.rows_to.fileno())
        self.rows_to = None
        self.stop()

    def _now(self, medians: RunningMedians, elapsed: float) -> ProgressNow:
        known = {label: medians.median(label, "first_token") for label in self.models}
        return ProgressNow(self.name, self.tally, self.models, known, elapsed, self.pauses(), self.problem())
