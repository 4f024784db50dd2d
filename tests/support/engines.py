"""Engines for tests, with real connections and an observer, or with simulated models in virtual time."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from diptych.config.environment import configured_endpoints
from diptych.core.event import Line
from diptych.core.observers import IgnoresRounds
from diptych.core.request import Label
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.settings import Settings
from diptych.engine.engine import Engine, EngineOptions
from tests.support.virtual_loop import VirtualLoop


class Watcher(IgnoresRounds):
    """An observer with which a test's thread waits until the runs have come to some point. It keeps every take."""

    def __init__(self) -> None:
        self._change = threading.Condition()
        self.takes: list[tuple[Round, Run]] = []

    def wait(self, reached: Callable[[], object]) -> None:
        """Wait until that is so, for at most 20 seconds."""
        with self._change:
            assert self._change.wait_for(reached, 60)

    def take_began(self, round_: Round, run: Run) -> None:
        """Another take begins."""
        self.takes.append((round_, run))

    def round_began(self, session: int, round_: Round) -> None:
        """A round begins."""

    def line_added(self, run: Run, line: Line) -> None:
        """A line was added."""
        with self._change:
            self._change.notify_all()

    def run_ended(self, run: Run) -> None:
        """The run is over."""
        with self._change:
            self._change.notify_all()


@dataclass
class Watched:
    """An engine and what a test needs to wait for it."""

    engine: Engine
    watcher: Watcher

    def ask(self, prompt: str = "hi") -> dict[Label, Run]:
        """Ask. Return the runs when they have ended."""
        round_ = self.engine.ask(prompt)
        self.watcher.wait(lambda: round_.ended)
        return dict(round_.runs)


@contextmanager
def real_engine(settings: dict[Label, Settings], timeout: float | None = None, **more: Any) -> Iterator[Watched]:
    """Run an engine with its own thread and the real clock. `more` are additional engine options."""
    watcher = Watcher()
    engine = Engine(settings, EngineOptions(timeout, **more), watcher)
    try:
        yield Watched(engine, watcher)
    finally:
        engine.close()


@contextmanager
def simulated_engine(seed: int = 1) -> Iterator[tuple[Engine, VirtualLoop]]:
    """Run an engine with two simulated sides, in the virtual time of the loop."""
    known = configured_endpoints({})
    settings: dict[Label, Settings] = {
        "left": Settings(known["anthropic"], "claude-sonnet-5-5", simulated=True),
        "right": Settings(known["openai"], "gpt-5.6-terra", simulated=True),
    }
    loop = VirtualLoop()
    engine = Engine(settings, EngineOptions(seed=seed), loop=loop, clock=loop.time)
    try:
        yield engine, loop
    finally:
        engine.close()
