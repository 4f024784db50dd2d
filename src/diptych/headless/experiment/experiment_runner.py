"""Runs an experiment to its end, and prints its rows and how far it has come."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from diptych.codec.run_row import row_line
from diptych.core.experiment.running_medians import RunningMedians
from diptych.core.request import Label
from diptych.engine.experiment.ask_rounds import SittingEnding
from diptych.headless.experiment.kept_rows import KeptRows
from diptych.headless.experiment.progress_display import ProgressDisplay, ProgressNow
from diptych.headless.experiment.result_output import ResultOutput
from diptych.headless.experiment.row_feed import RowFeed
from diptych.headless.experiment.sitting_counts import SittingCounts

if TYPE_CHECKING:
    from concurrent.futures import Future

_TICK = 0.1
"""Seconds between two looks at what is to be shown, while no answer ends."""

_PATIENCE = 1.0
"""Seconds to wait for runs that were stopped."""


@dataclass(slots=True)
class ExperimentRunner:
    """Follows an experiment until it has ended, in the thread that prints.

    `kept` gets each row of an experiment that is not recorded, and is None for one that is. `results` is where each row
    is printed as a line of JSON, None for nowhere. `pauses` and `problem` say what to show besides the rows.
    """

    name: str
    models: Mapping[Label, str]
    counts: SittingCounts
    kept: KeptRows | None
    feed: RowFeed
    display: ProgressDisplay
    results: ResultOutput | None
    stop: Callable[[], object]
    pauses: Callable[[], Mapping[str, float]]
    problem: Callable[[], str]
    _medians: RunningMedians = field(default_factory=lambda: RunningMedians(("first_token",)))

    def follow(self, asking: "Future[SittingEnding]") -> SittingEnding:
        """Return why the experiment has ended; raise what it raised. `feed` must be told when `asking` ends."""
        began = time.monotonic()
        stopped_at: float | None = None
        while not asking.done():
            self._take(_TICK)
            now = time.monotonic()
            if self.feed.interrupted:
                if stopped_at is None:
                    stopped_at = now
                    self.stop()
                elif now - stopped_at >= _PATIENCE:
                    break  # a run does not end, or cannot be recorded: leave it
            self.display.show(self._now(now - began))
        self._take(0)
        self.display.erase()
        return asking.result() if asking.done() else "stopped"

    def _take(self, patience: float) -> None:
        """Count and print the rows that have come, after waiting for them for at most `patience` seconds."""
        rows = self.feed.take(patience)
        for row in rows:
            self.counts.add(row)
            self._medians.add(row)
            if self.kept is not None:
                self.kept.add(row)
        if self.results is not None and rows:
            self.display.erase()
            self.results.write(map(row_line, rows))
            if self.results.is_left:
                self.stop()

    def _now(self, elapsed: float) -> ProgressNow:
        medians = {label: self._medians.median(label, "first_token") for label in self.models}
        return ProgressNow(self.name, self.counts, self.models, medians, elapsed, self.pauses(), self.problem())
