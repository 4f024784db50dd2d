"""How long others wait to write into the history while it is brought up to date, and while rounds come and go."""

import random
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from subprocess import PIPE, Popen
from time import perf_counter, sleep

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
from diptych.store.database import connect
from diptych.store.entries import Began
from diptych.store.history import History
from diptych.store.history_writer import HistorySink
from diptych.store.moved_words import moving
from diptych.store.recorder import Recorder
from tests.bench.bench import Bench
from tests.bench.figures import Figure
from tests.bench.processes import for_modules, module
from tests.store.versions import history_of_version_1

_ROUNDS = 20_000
_EVENTS = 200_000
"""Rounds of the history, and events of each side of the round that is imported into it."""

_SETTINGS = Settings(Endpoint("here", "openai-chat", "http://localhost", ""), "a-model")
_WORDS = [f"{chance:x}" for chance in random.Random(1).choices(range(16**4), k=20_000)]
_MOST = 200
"""Milliseconds for which nobody should wait."""


def locks(bench: Bench) -> Iterator[Figure]:
    """Yield the longest wait of a process that takes the write lock again and again, for each thing another does."""
    rounds, events = (_ROUNDS // 10, _EVENTS // 10) if bench.quick else (_ROUNDS, _EVENTS)
    with tempfile.TemporaryDirectory() as folder:
        history = _filled(Path(folder, "history.db"), rounds)
        long = _round(events)
        recording = Recording(long.prompt, None, [RecordedRun(label, _SETTINGS, (), ended=True) for label in long.runs])
        old = _of_version_1(Path(folder, "old.db"), history.path)
        longest, seconds = _longest_wait(bench, old, lambda: _brought_up_to_date(old))
        what = f"migration of {rounds:,} rounds: longest wait of another writer"
        yield Figure(what, longest, "ms", _MOST, remark=f"it takes {seconds:.2f} s")
        steps: tuple[tuple[str, Callable[[], object]], ...] = (
            (f"  {rounds:,} rounds: longest wait while one is deleted", lambda: history.delete(rounds // 2)),
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


def _of_version_1(path: Path, history: Path) -> Path:
    """Make a history of version 1 with all that another one holds."""
    columns = "endpoint, api, model, simulated, settings, state, stop_reason, first_token, total, cost_usd, events"
    with closing(sqlite3.connect(history_of_version_1(path, ""), isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("ATTACH ? AS newer", (str(history),))
        connection.execute("BEGIN")
        for statement in (
            "INSERT INTO sessions SELECT * FROM newer.sessions",
            "INSERT INTO rounds SELECT id, session, date, prompt FROM newer.rounds",
            f"INSERT INTO runs SELECT id, round, label, {columns} FROM newer.runs",  # noqa: S608 - constants
            "INSERT INTO lines SELECT * FROM newer.lines",
        ):
            connection.execute(statement)
        answer = """SELECT answer FROM newer.answer_words JOIN newer.runs ON runs.id = answer_words.rowid
            WHERE round = rounds.id AND label ="""
        query = f"SELECT id, prompt, ({answer} 'left'), ({answer} 'right') FROM newer.rounds"  # noqa: S608 - constants
        rows = connection.execute(query).fetchall()
        for row in rows:  # each as a round that ends, as they came
            connection.execute("INSERT INTO search (rowid, prompt, answer_left, answer_right) VALUES (?, ?, ?, ?)", row)
            connection.execute("COMMIT")
            connection.execute("BEGIN")
        connection.execute("COMMIT")
    return path


def _brought_up_to_date(path: Path) -> None:
    """Do what a recorder does with a history of version 1 when nothing streams."""
    sink = HistorySink(path)
    recorder = Recorder(sink)
    round_ = _round(20)
    recorder.round_began(1, round_)
    for run in round_.runs.values():
        for line in run.lines:
            recorder.line_added(run, line)
        recorder.run_ended(run)
    with closing(connect(path)) as connection:
        while moving(connection):
            sleep(0.1)
    recorder.close()


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
