"""How long others wait to write into the history while rounds are deleted and imported."""

import random
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import PIPE, Popen
from time import perf_counter

from diptych.config.sides import SIDES
from diptych.core.content import Text
from diptych.core.endpoint import Endpoint
from diptych.core.event import Event
from diptych.core.message import Message
from diptych.core.recording import RecordedRun, Recording
from diptych.core.request import Label, Request
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.run_lines import Ended
from diptych.core.settings import Settings
from diptych.store.entries import Began
from diptych.store.history import History
from diptych.store.history_writer import HistorySink
from tests.bench.bench import Bench
from tests.bench.figures import Figure
from tests.bench.processes import for_modules, module

_ROUNDS = 20_000
_EVENTS = 200_000
"""Rounds of the history, and events of each side of the round that is imported into it."""

_SETTINGS = Settings(Endpoint("here", "openai-chat", "http://localhost", ""), "a-model")
_WORDS = [f"{chance:x}" for chance in random.Random(1).choices(range(16**4), k=20_000)]
_MOST = 200
"""Milliseconds for which nobody should wait."""


def locks(bench: Bench) -> Iterator[Figure]:
    """The longest wait of a process that takes the write lock again and again, while another deletes and imports."""
    rounds, events = (_ROUNDS // 10, _EVENTS // 10) if bench.quick else (_ROUNDS, _EVENTS)
    with tempfile.TemporaryDirectory() as folder:
        history = _filled(Path(folder, "history.db"), rounds)
        long = _round(events)
        recording = Recording(long.prompt, None, [RecordedRun(label, _SETTINGS, (), ended=True) for label in long.runs])
        steps: tuple[tuple[str, Callable[[], object]], ...] = (
            (f"{rounds:,} rounds: longest wait while one is deleted", lambda: history.delete(rounds // 2)),
            (f"  while {rounds // 20:,} are deleted", lambda: history.delete(*range(1, rounds // 20))),
            (f"  while one of 2 × {events:,} events is imported", lambda: history.add(recording, long)),
            ("  while that is deleted", lambda: history.delete(history.resolve("last"))),
        )
        for what, step in steps:
            longest, seconds = _longest_wait(bench, history.path, step)
            yield Figure(what, longest, "ms", _MOST, remark=f"it takes {seconds:.2f} s")


def _longest_wait(bench: Bench, path: Path, step: Callable[[], object]) -> tuple[float, float]:
    """The milliseconds that another process waited at most, and the seconds that the step took."""
    command = module("waiting", str(path))
    with Popen(command, env=for_modules(bench.environment), stdin=PIPE, stdout=PIPE, text=True) as waiting:
        assert waiting.stdout is not None
        waiting.stdout.readline()  # it has begun
        began = perf_counter()
        step()
        seconds = perf_counter() - began
        longest, _ = waiting.communicate("\n")
    return float(longest), seconds


def _filled(path: Path, rounds: int) -> History:
    sink = HistorySink(path)
    for _ in range(rounds):
        round_ = _round(20)
        lines = [(run, line) for run in round_.runs.values() for line in run.lines]
        sink.write([Began(1, round_, tuple(round_.all_takes())), *lines, *map(Ended, round_.runs.values())])
    sink.close()
    return History(path)


def _round(events: int) -> Round:
    """A round of two answers with a few words for each event."""
    runs: dict[Label, Run] = {}
    for side in SIDES:
        run = runs[side] = Run(side, Request(_SETTINGS, (Message.of_text("user", "bench"),)), 0.0)
        run.begin_attempt(0.0)
        for number in range(events):
            words = " ".join(random.choices(_WORDS, k=3))
            run.add(Event(number / 1_000, number + 1, "chunk", f'{{"content": "{words}"}}'.encode(), (Text(words),)))
        run.complete()
    return Round("bench", 0.0, runs.values())
