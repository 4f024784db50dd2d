"""The pictures of README and docs that stand still."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot

from diptych.core.experiment.case import Case
from diptych.core.experiment.plan import Plan
from diptych.core.message import Message
from diptych.core.remarks import RoundNote, Vote
from diptych.tui.app import DiptychApp
from diptych.tui.screens.experiment import ExperimentScreen
from diptych.tui.screens.history_browser import HistoryScreen
from tests.pictures.cast import Cast, Screen
from tests.pictures.recorded_app import recorded
from tests.support.simulated_app import Stage, stage
from tests.tui.fakes import FakeEngine, an_app, begin, finish, say, see, until
from tests.tui.histories import NOON, FakeHistory, a_round, a_run, real
from tests.tui.made_experiments import asked, plan_for

_PROMPT = "think: why do two clocks disagree?"

_DAY = 86_400


_LEFT = """\
# Why clocks disagree

Two clocks disagree as soon as one of them moves, or stands lower than the other.

Every clock counts its own time, and there is no master clock.

- Satellites need corrections.
- Radio networks need a common time.
- Databases order events by agreement.

```python
def drift(a, b):
    total = a - b
    return total
```
"""

_RIGHT = """\
# Why clocks disagree

Two clocks disagree as soon as one of them moves quickly, or is lower than the other.

Every clock counts its own time, and there is no master clock.

- Satellites need corrections.
- Mobile networks need a shared time.
- Databases order events by agreement.
- Banks stamp every trade.

```python
def drift(a, b):
    total = abs(a - b)
    return total
```
"""


def compare() -> Screen:
    """Two answers while they stream, with their figures and events."""

    async def play(opened: Stage, pilot: Pilot[Any]) -> None:
        await opened.ask(pilot, _PROMPT, 2.2)

    return _simulated((132, 38), play)


def events() -> Screen:
    """The timeline, and large lists of events."""

    async def play(opened: Stage, pilot: Pilot[Any]) -> None:
        await opened.ask(pilot, _PROMPT, 10)
        await pilot.press("tab", "tab", "e")
        await opened.stand_still(pilot)

    return _simulated((132, 44), play)


def event() -> Screen:
    """An event, opened."""

    async def play(opened: Stage, pilot: Pilot[Any]) -> None:
        await opened.ask(pilot, _PROMPT, 10)
        await pilot.press("tab", "tab", "k", "enter")
        await opened.stand_still(pilot)

    return _simulated((110, 26), play)


def phases() -> Screen:
    """The phases of both runs on one time axis."""

    async def play(opened: Stage, pilot: Pilot[Any]) -> None:
        await opened.ask(pilot, _PROMPT, 10)
        await pilot.press("tab", "D", "2")
        await opened.stand_still(pilot)

    return _simulated((120, 30), play)


def differences() -> Screen:
    """What differs between two answers, block by block and word by word."""
    engine = FakeEngine()

    async def play(pilot: Pilot[Any]) -> None:
        await pilot.press(*"clocks", "enter")
        await until(pilot, lambda: engine.busy)
        for run, text in ((engine.left, _LEFT), (engine.right, _RIGHT)):
            begin(run)
            say(run, text)
            finish(run)
        await pilot.press("tab", "D", "4")
        await see(pilot, "% alike")

    return _taken(an_app(engine), (120, 28), play)


def blind() -> Screen:
    """A blind round that waits for a vote."""

    async def play(opened: Stage, pilot: Pilot[Any]) -> None:
        await pilot.press("tab", "b", "i")
        await opened.ask(pilot, "markdown", 60)
        await pilot.press("tab")
        await opened.stand_still(pilot)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("diptych.tui.screens.vote_screen.secrets.randbelow", lambda _: 1)  # the order of the sides
        return _simulated((120, 34), play)


def experiment() -> Screen:
    """The table of an experiment, and a strip of values for each model."""
    prompts = (
        "What is the capital of France?",
        "Why do two clocks disagree?",
        "Name three prime numbers above 100.",
        "Summarize the plot of Hamlet in one sentence.",
        "Write a haiku about server-sent events.",
    )
    cases = (Case(f"case-{n}", (Message.of_text("user", prompt),)) for n, prompt in enumerate(prompts, 1))
    plan = plan_for(5, ("anthropic:claude-sonnet-5-5", "openai:gpt-5.6-terra", "@local"), 8)
    plan = Plan(tuple(cases), plan.models, plan.repeats)

    with tempfile.TemporaryDirectory() as folder:
        history = asked(Path(folder) / "history.db", plan)

        async def play(pilot: Pilot[Any]) -> None:
            await see(pilot, "120 answers", "◆ 0.")

        return _taken(DiptychApp(ExperimentScreen(history, "x1")), (132, 30), play)


def history() -> Screen:
    """The history."""
    found = FakeHistory(
        a_round(
            1_204,
            "Why do two clocks disagree? Answer in three sentences, and name the effect.",
            a_run("left")._replace(take=2, takes=3),
            a_run("right", stop_reason="stop", first_token=0.61, total=2.75, cost_usd="0.0048"),
        )._replace(
            note=RoundNote("The second take says it best.\nAsk again after the update.", starred=True),
            votes=(Vote("better", NOON, "left"),),
        ),
        a_round(
            1_203,
            "Is it warm in Lisbon? Use the tools.",
            a_run("left", stop_reason="tool_use", first_token=0.38, total=1.62, cost_usd="0.0031"),
            a_run("right", state="failed", stop_reason=None, first_token=None, total=12.3, cost_usd=None),
            date=NOON - 3_600,
        ),
        a_round(
            1_202,
            "Write a function that parses server-sent events, and its tests.",
            a_run("left", state="cut", stop_reason=None, total=104.2, cost_usd="0.00002"),
            a_run("right", state="stopped", stop_reason=None, first_token=0.52, total=48.7, cost_usd="0.0207"),
            date=NOON - _DAY,
        ),
        a_round(
            1_201,
            "時計が二つあると、なぜ時刻が合わないのですか。三つの文で答えてください。",
            a_run("left", first_token=0.44, total=5.02, cost_usd="0.0098"),
            a_run("right", stop_reason="stop", first_token=0.57, total=4.31, cost_usd="0.0052"),
            date=NOON - _DAY,
        ),
        a_round(87, "Say hi", a_run("left", stop_reason="max_tokens"), date=NOON - 40 * _DAY),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("diptych.tui.widgets.round_list.now", lambda: NOON + _DAY)
        app = an_app(FakeEngine())

        async def play(pilot: Pilot[Any]) -> None:
            await app.push_screen(HistoryScreen(real(found)))
            await see(pilot, "5 rounds", "1204")

        return _taken(app, (120, 24), play)


def _simulated(size: tuple[int, int], play: Callable[[Stage, Pilot[Any]], Awaitable[None]]) -> Screen:
    """Return what the app with simulated models shows at the end of a play."""
    with stage(seed=4) as opened:
        return _taken(opened.app, size, lambda pilot: play(opened, pilot))


def _taken(app: App[Any], size: tuple[int, int], play: Callable[[Pilot[Any]], Awaitable[None]]) -> Screen:
    """Return what an app shows at the end of a play."""
    cast = Cast(*size, "")

    async def record() -> None:
        async with recorded(app, cast) as running:
            await play(running.pilot)
            await running.pilot.pause()
            running.keep(0)

    asyncio.run(record())
    return list(cast.screens())[-1][1]
