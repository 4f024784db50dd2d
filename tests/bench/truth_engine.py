"""Diptych's engine with a recorder, which asks many rounds at once.

Run as a module: the port, the model, how many streams at once, how many each in turn, and the file of the history.
"""

import os
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

from diptych.config.configuration import load_configuration
from diptych.core.event import Line
from diptych.core.message import Message
from diptych.core.observers import IgnoresRounds, Observers
from diptych.core.request import Request
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.engine.engine import monotonic_seconds
from diptych.engine.scheduler import Scheduler
from diptych.engine.stream_loop import StreamLoop
from diptych.store.history_writer import HistorySink
from diptych.store.recorder import Recorder


class _Ends(IgnoresRounds):
    """Lets another round begin when one has ended."""

    def __init__(self, at_once: int) -> None:
        self.free = threading.Semaphore(at_once)

    def line_added(self, run: Run, line: Line) -> None:
        pass

    def run_ended(self, run: Run) -> None:
        self.free.release()


def main(port: str, model: str, streams: str, times: str, history: str) -> None:
    """Ask round after round, each of one model."""
    os.environ |= {"OPENAI_BASE_URL": f"http://127.0.0.1:{port}/v1", "OPENAI_API_KEY": "sk-bench-bench"}
    settings = load_configuration(os.environ).settings_for(f"openai:{model}")
    loop, scheduler = StreamLoop(), Scheduler(monotonic_seconds)
    ends = _Ends(int(streams))
    with closing(Recorder(HistorySink(Path(history)))) as recorder:
        observers = Observers(ends, recorder)
        loop.call(scheduler.keep_open, (settings,))
        for _ in range(int(streams) * int(times)):
            ends.free.acquire()
            request = Request(settings, (Message.of_text("user", "bench"),))
            run = Run("left", request, monotonic_seconds(), observers)
            observers.round_began(1, Round("bench", run.began, [run], time.time()))
            loop.call(scheduler.start, run)
        for _ in range(int(streams)):
            ends.free.acquire()
        loop.close(scheduler.close())


if __name__ == "__main__":
    main(*sys.argv[1:])
