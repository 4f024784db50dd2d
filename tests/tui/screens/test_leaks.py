"""Screens that are opened and closed leave nothing behind."""

import asyncio
import gc
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest
from textual.strip import Strip
from textual.widget import Widget

from diptych.apis.sdk_fields import sdk_fields
from diptych.tui.app import DiptychApp
from tests.tui.fakes import ANTHROPIC, OPENAI, FakeEngine, an_app, begin, finish, say, see, until
from tests.tui.histories import FakeHistory, a_round


@pytest.fixture(autouse=True)
def _nothing_earlier() -> None:
    """Collections look only at what a test itself has made."""
    gc.collect()
    gc.freeze()


def left_of(seen: list[weakref.ref[Widget]], app: DiptychApp) -> list[Widget]:
    """What there still is of these widgets; a screen that is kept to be opened again may stay, with all its own."""
    gc.collect()
    kept: set[Widget] = set()
    if app.is_screen_installed("inspector"):
        kept.update(app.get_screen("inspector").walk_children(Widget, with_self=True))
    return [widget for each in seen if (widget := each()) is not None and widget not in kept]


def painted() -> int:
    """How many painted lines are kept."""
    gc.collect()
    return sum(isinstance(each, Strip) for each in gc.get_objects())


@pytest.mark.parametrize(
    "keys",
    [("f1",), ("f2",), ("f4",), ("f6",), ("f7",), ("ctrl+p",), ("tab", "tab", "enter")],
    ids=["help", "models", "settings", "history", "export", "palette", "inspector"],
)
async def test_nothing_of_a_screen_is_left_when_it_is_closed(keys: tuple[str, ...]) -> None:
    engine = FakeEngine()
    app = an_app(engine, history=FakeHistory(a_round(1)))
    # Each thread of a pool remembers its last work, and with it who asked for that: one is easily given other work.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
    for endpoint in (ANTHROPIC, OPENAI):
        sdk_fields(
            endpoint.api
        )  # imports the SDKs; otherwise the thread would be busy with the first work until the end

    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("a", "enter")
        await until(pilot, lambda: bool(engine.rounds))
        for run in engine.rounds[-1].runs.values():
            begin(run)
            say(run, "hello")
            finish(run)
        await see(pilot, "message_stop")
        base = app.screen
        seen: list[weakref.ref[Widget]] = []
        before: list[weakref.ref[Widget]] = []  # all but those of the last time, of which something may be remembered
        for _ in range(4):
            before += seen
            base.query_one("#prompt").focus()
            await pilot.press(*keys)
            await until(pilot, lambda: app.screen is not base)
            seen = [weakref.ref(widget) for widget in app.screen.walk_children(Widget, with_self=True)]
            await pilot.press("escape")
            await until(pilot, lambda: app.screen is base)
        for _ in range(20):
            await asyncio.to_thread(int)
            if not left_of(before, app):
                break
            await pilot.pause(0.01)

        assert left_of(before, app) == []


async def test_what_was_painted_of_a_long_screen_goes_with_it() -> None:
    app = an_app(FakeEngine())

    async with app.run_test(size=(120, 40)) as pilot:
        lines = []
        for _ in range(4):
            await pilot.press("f1", "escape")
            await until(pilot, lambda: len(app.screen_stack) == 1)
            lines.append(painted())

    assert lines[-1] < lines[0] + 500, "help alone has more than 400 each time"
