"""The real engine, whose runs a test feeds by hand: nothing is sent, and time stands still."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from textual.pilot import Pilot

from diptych.core.round import Round, RoundObserver
from diptych.core.run import Run
from diptych.core.settings import Settings, ToolDefinition
from diptych.engine.engine import Engine, EngineOptions
from diptych.tui.app import DiptychApp
from tests.tui.fakes import ANTHROPIC, OPENAI, an_app, begin, finish, say, until

if TYPE_CHECKING:
    from diptych.engine.scheduler import Scheduler

NOW = 100.0


class _NoScheduler:
    """Starts nothing, and stops a run at once."""

    def start(self, *runs: Run) -> None:
        """Leave the runs to the test."""

    def keep_open(self, settings: tuple[Settings, ...]) -> None:
        """Open no connection."""

    def reclaim(self) -> None:
        """There is nothing to reclaim."""

    def stop(self, run: Run) -> None:
        """Stop a run."""
        run.stop(NOW)

    async def close(self) -> None:
        """There is nothing to close."""


@contextmanager
def hand_fed(
    observer: RoundObserver | None = None, tools: tuple[ToolDefinition, ...] = (), **options: Any
) -> Iterator[tuple[DiptychApp, Engine]]:
    """Yield an app and its engine. `tools` are those of both sides; `options` are those of the app."""
    left, right = Settings(ANTHROPIC, "claude", tools=tools), Settings(OPENAI, "gpt", tools=tools)
    engine = Engine({"left": left, "right": right}, EngineOptions(), observer, clock=lambda: NOW)
    engine._scheduler = cast("Scheduler", _NoScheduler())
    try:
        yield an_app(engine, **options), engine
    finally:
        engine.close()


async def ask(pilot: Pilot[Any], engine: Engine, prompt: str = "hi") -> Round:
    """Type a prompt and send it; return its round."""
    count = len(engine.rounds)
    await pilot.click("#prompt")
    await pilot.press(*prompt, "enter")
    await until(pilot, lambda: len(engine.rounds) == count + 1)
    return engine.rounds[-1]


async def ask_and_answer(pilot: Pilot[Any], engine: Engine, prompt: str = "hi") -> Round:
    """Ask, and let both sides answer `left1 to hi` and `right1 to hi`."""
    round_ = await ask(pilot, engine, prompt)
    for run in round_.runs.values():
        answer(round_, run)
    return round_


def answer(round_: Round, run: Run, text: str = "") -> None:
    """Let a run answer with a text, else with its label, its take and the prompt."""
    begin(run)
    say(run, text or f"{run.label}{run.take} to {round_.prompt}")
    finish(run)
