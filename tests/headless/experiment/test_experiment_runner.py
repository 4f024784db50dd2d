"""The thread that prints: it follows an experiment, prints rows, and stops what nobody wants any more."""

import io
import json
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

import pytest

from diptych.core.message import Message
from diptych.core.request import Request
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.engine.experiment.ask_rounds import SittingEnding
from diptych.headless.experiment import experiment_runner
from diptych.headless.experiment.experiment_runner import ExperimentRunner
from diptych.headless.experiment.kept_rows import KeptRows
from diptych.headless.experiment.progress_display import NoProgress
from diptych.headless.experiment.result_output import ResultOutput
from diptych.headless.experiment.row_feed import RowFeed
from diptych.headless.experiment.sitting_counts import SittingCounts
from tests.engine.experiment.asking import simulated
from tests.headless.experiment.some_rows import row


def a_round(number: int | None) -> Round:
    run = Run("left", Request(simulated(), (Message.of_text("user", "hi"),)), 0.0)
    round_ = Round("hi", 0.0, [run])
    round_.number = number
    return round_


class Followed:
    """An experiment that a test plays."""

    def __init__(self, out: ResultOutput | None = None, kept: KeptRows | None = None) -> None:
        self.feed = RowFeed()
        self.asking: Future[SittingEnding] = Future()
        self.asking.add_done_callback(lambda _: self.feed.wake())
        self.stops = 0
        self.counts = SittingCounts(3)
        self._runner = ExperimentRunner(
            "x1", {"left": "left"}, self.counts, kept, self.feed, NoProgress(), out, self._stop, dict, str
        )

    def _stop(self) -> None:
        self.stops += 1

    def follow(self, play: Callable[[], object]) -> SittingEnding:
        """Play something in another thread while the experiment is followed."""
        thread = threading.Thread(target=play)
        thread.start()
        try:
            return self._runner.follow(self.asking)
        finally:
            thread.join()


def test_rows_are_printed_with_the_ids_of_their_rounds() -> None:
    out = io.StringIO()
    followed = Followed(ResultOutput(out))

    def play() -> None:
        followed.feed.add(a_round(7), row("a", 1, "left"))
        followed.feed.add(a_round(None), row("a", 2, "left"))
        followed.asking.set_result("whole")

    assert followed.follow(play) == "whole"
    assert [json.loads(line)["round"] for line in out.getvalue().splitlines()] == [7, None]
    assert followed.counts.done == 2


def test_rows_that_are_not_recorded_are_kept() -> None:
    kept = KeptRows()
    followed = Followed(kept=kept)

    def play() -> None:
        followed.feed.add(a_round(None), row("a", 1, "left"))
        followed.asking.set_result("budget")

    assert followed.follow(play) == "budget"
    assert [each.key for each in kept] == [("a", 1, "left")]
    assert [each.key for each in kept] == [("a", 1, "left")]
    kept.close()


def test_a_signal_stops_it() -> None:
    followed = Followed()

    def play() -> None:
        followed.feed.interrupt(130)
        followed.feed.interrupt(143)
        while not followed.stops:
            pass
        followed.asking.set_result("stopped")

    assert followed.follow(play) == "stopped"
    assert (followed.feed.interrupted, followed.stops) == (130, 1)


def test_a_run_that_does_not_end_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(experiment_runner, "_PATIENCE", 0.01)
    followed = Followed()

    assert followed.follow(lambda: followed.feed.interrupt(130)) == "stopped"
    assert not followed.asking.done()


def test_what_it_raises_is_raised() -> None:
    followed = Followed()

    with pytest.raises(ZeroDivisionError):
        followed.follow(lambda: followed.asking.set_exception(ZeroDivisionError()))


def test_nobody_reads_the_rows_any_more() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "w") as out:
        followed = Followed(ResultOutput(out))

        def play() -> None:
            followed.feed.add(a_round(1), row("a", 1, "left"))
            while not followed.stops:
                pass
            followed.feed.add(a_round(2), row("a", 2, "left"))
            followed.asking.set_result("stopped")

        assert followed.follow(play) == "stopped"
        out.write("nothing is flushed at exit")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_a_full_disk_is_an_error() -> None:
    out = open("/dev/full", "w")  # noqa: SIM115 - closing it fails
    results = ResultOutput(out)

    with pytest.raises(OSError, match="No space left"):
        results.write(["row"])
    os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
    out.close()
