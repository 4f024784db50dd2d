"""Screens that are opened and closed leave nothing behind."""

import gc
from collections import Counter

import pytest
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from tests.tui.fakes import FakeEngine, an_app, begin, finish, say, until
from tests.tui.histories import FakeHistory, a_round


def held() -> Counter[str]:
    """The widgets and timers that there are, by their kind."""
    gc.collect()
    return Counter(type(each).__name__ for each in gc.get_objects() if isinstance(each, Widget | Timer))


def painted() -> int:
    """How many painted lines are kept."""
    gc.collect()
    return sum(isinstance(each, Strip) for each in gc.get_objects())


@pytest.mark.parametrize(
    "keys",
    [("f1",), ("f2",), ("f4",), ("f6",), ("f7",), ("ctrl+p",), ("tab", "tab", "enter")],
    ids=["help", "models", "options", "history", "export", "palette", "inspector"],
)
async def test_nothing_of_a_screen_is_left_when_it_is_closed(keys: tuple[str, ...]) -> None:
    engine = FakeEngine()
    app = an_app(engine, history=FakeHistory(a_round(1)))

    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("a", "enter")
        await until(pilot, lambda: bool(engine.rounds))
        for run in engine.rounds[-1].runs.values():
            begin(run)
            say(run, "hello")
            finish(run)
        base = app.screen

        async def open_and_close() -> None:
            app.screen.query_one("#prompt").focus()
            await pilot.press(*keys)
            await until(pilot, lambda: app.screen is not base)
            await pilot.press("escape")
            await until(pilot, lambda: app.screen is base)

        await open_and_close()
        await open_and_close()
        before = held()
        for _ in range(3):
            await open_and_close()
        await until(pilot, lambda: held() <= before)


async def test_what_was_painted_of_a_long_screen_goes_with_it() -> None:
    app = an_app(FakeEngine())

    async with app.run_test(size=(120, 40)) as pilot:
        lines = []
        for _ in range(4):
            await pilot.press("f1", "escape")
            await until(pilot, lambda: len(app.screen_stack) == 1)
            lines.append(painted())

    assert lines[-1] < lines[0] + 500, "help alone has more than 400 each time"
