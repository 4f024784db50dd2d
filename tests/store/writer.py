"""Records an endless answer into the history at the path it is given, and says how many lines are there for good."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from diptych.store import recorder
from diptych.store.entries import Item
from diptych.store.history_writer import HistorySink
from diptych.store.recorder import Recorder
from tests.store.rounds import answered, arrived, new_run, round_of, sent
from tests.support import streams

PROMPT = "What is an unmistakable prompt?"


class _Telling(HistorySink):
    lines = 0

    def write_together(self, rounds: Sequence[Sequence[Item]]) -> None:
        super().write_together(rounds)
        self.lines += sum(isinstance(item, tuple) for items in rounds for item in items)
        print(self.lines, flush=True)


def main(path: Path) -> None:
    """Write until killed."""
    recorder.INTERVAL = 0.003
    recording = Recorder(_Telling(path))
    run = new_run(observer=recording)
    recording.round_began(1, round_of(run, prompt=PROMPT))
    sent(run)
    answered(run)
    while True:
        for _ in range(8):  # as fast as several fast models, so that many lines are soon there
            arrived(run, streams.chunk({"content": f"{run.events} "}), 1 + run.events / 100)
        time.sleep(0.0002)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
