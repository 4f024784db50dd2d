"""Asks round after round, ending in every way, and notes what the process holds. Run as a module.

Its arguments: how many rounds, and the file to write to, which then holds what there was after a warm-up and at the
end: open files, threads, tasks of the stream loop, objects that the garbage collector knows, and resident bytes.
"""

import asyncio
import gc
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from subprocess import PIPE, Popen

from diptych.core.endpoint import Endpoint
from diptych.core.event import AttemptFailed, Event, Line
from diptych.core.observers import IgnoresRounds, Observers
from diptych.core.request import Label
from diptych.core.round import Round
from diptych.core.run import Run, State
from diptych.core.secrets.values import Secret
from diptych.core.settings import Settings
from diptych.engine.engine import Engine, EngineOptions
from diptych.store.history_writer import HistorySink
from diptych.store.recorder import Recorder
from tests.bench.processes import module, resident_bytes

_SAME = 10
"""Rounds that end in the same way before the endpoints change, so that connections are kept as well as closed."""

_SESSION = 60
"""Rounds of a session."""

_PATIENCE = 30.0

_ENDINGS: dict[str, State] = {
    "endless": "stopped",
    "refused": "failed",
    "cut": "cut",
    "busy": "stopped",
    "unreachable": "failed",
    "lost": "failed",
    "elsewhere": "failed",
    "complete": "complete",
}
"""How the server ends an answer, and the state that makes of the run; what does not end by itself is stopped."""


@dataclass(frozen=True)
class Held:
    """What the process holds at a moment of rest."""

    files: int
    threads: int
    tasks: int
    objects: int
    bytes: int


class Stopper(IgnoresRounds):
    """Stops what would go on for ever: an answer at its first event, attempts when the first has failed."""

    def __init__(self) -> None:
        self.engine: Engine | None = None
        self.ending = ""
        self._change = threading.Condition()

    def take_began(self, round_: Round, run: Run) -> None:
        """Another take begins."""

    def round_began(self, session: int, round_: Round) -> None:
        """A round begins."""

    def line_added(self, run: Run, line: Line) -> None:
        """A line was added."""
        waits_for = {"endless": Event, "busy": AttemptFailed}.get(self.ending)
        if waits_for is not None and isinstance(line, waits_for) and self.engine is not None:
            self.engine.stop(run.label)

    def run_ended(self, run: Run) -> None:
        """The run is over."""
        with self._change:
            self._change.notify_all()

    def wait_for(self, round_: Round) -> None:
        """Wait until a round has ended."""
        with self._change:
            if not self._change.wait_for(lambda: round_.ended, _PATIENCE):
                raise SystemExit(f"A round that should end as {self.ending} did not.")


def main(count: str, file: str) -> None:
    """Ask so many rounds."""
    rounds = int(count)
    warm_up = max(rounds // 10, 2 * _SESSION)
    loop = asyncio.new_event_loop()
    stopper = Stopper()
    with _server() as url, tempfile.TemporaryDirectory() as folder:
        recorder = Recorder(HistorySink(Path(folder, "history.db")))
        settings = _settings("complete", url)
        with (
            closing(recorder),
            closing(Engine(settings, EngineOptions(), Observers(stopper, recorder), loop)) as engine,
        ):
            stopper.engine = engine
            _ask(engine, stopper, warm_up, url)
            before = _held(engine, loop)
            began = time.perf_counter()
            _ask(engine, stopper, rounds, url)
            seconds = time.perf_counter() - began
            after = _held(engine, loop)
        recorded = recorder.problem
    if recorded:
        raise SystemExit(recorded)
    said = {"before": asdict(before), "after": asdict(after), "rounds": rounds, "seconds": seconds}
    Path(file).write_text(json.dumps(said))


def _ask(engine: Engine, stopper: Stopper, rounds: int, url: str) -> None:
    """Ask so many rounds, the last of them complete."""
    endings = list(_ENDINGS)
    for number in range(rounds):
        ending = "complete" if number >= rounds - _SAME else endings[number // _SAME % len(endings)]
        if number % _SESSION == 0:
            engine.new_session()
        if ending != stopper.ending:
            stopper.ending = ending
            for side, settings in _settings(ending, url).items():
                engine.configure(side, settings)
        round_ = engine.ask("soak")
        stopper.wait_for(round_)
        states = {run.state for run in round_.runs.values()}
        if states != {_ENDINGS[ending]}:
            raise SystemExit(f"A round of the kind {ending} ended as {states}.")


def _held(engine: Engine, loop: asyncio.AbstractEventLoop) -> Held:
    """What is held once the session is forgotten and everything under way has ended."""
    engine.new_session()
    deadline = time.monotonic() + _PATIENCE
    while tasks := len(asyncio.all_tasks(loop)):
        if time.monotonic() > deadline:
            break
        time.sleep(0.01)
    settled = threading.Event()
    loop.call_soon_threadsafe(settled.set)  # after what `new_session` asked of the loop
    settled.wait(_PATIENCE)
    gc.unfreeze()
    gc.collect()
    objects = len(gc.get_objects())
    gc.freeze()
    files = len(list(Path("/proc/self/fd").iterdir()))
    return Held(files, threading.active_count(), tasks, objects, resident_bytes(os.getpid()))


def _settings(ending: str, url: str) -> dict[Label, Settings]:
    base = "http://127.0.0.1:9" if ending == "unreachable" else f"{url}/{ending}"
    key = Secret("sk-soak")
    return {
        "left": Settings(Endpoint("anthropic", "anthropic-messages", base, "KEY", key=key), "m"),
        "right": Settings(Endpoint("openai", "openai-chat", base, "KEY", key=key), "m"),
    }


@contextmanager
def _server() -> Iterator[str]:
    with Popen(module("outcomes"), stdin=PIPE, stdout=PIPE, text=True, start_new_session=True) as process:
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline() if process.stdout else 0)}"
        finally:
            process.kill()


if __name__ == "__main__":
    main(*sys.argv[1:])
