"""The real app shows rounds of hostile servers: whole screens, with titles, figures, links, inspector and messages."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextvars import Context, copy_context
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings

from diptych.core.round import Round
from diptych.core.run import Run
from diptych.tui.app import DiptychApp
from diptych.tui.screens.compare import CompareScreen
from tests.fuzz.painting import assert_shows
from tests.fuzz.streams import TEXTS, runs
from tests.tui.fakes import FakeEngine, an_app

if TYPE_CHECKING:
    from textual.pilot import Pilot

WIDTH, HEIGHT = 100, 30


class OpenApp:
    """An app that stays open from one example to the next."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._context: Context = copy_context()
        self.engine = FakeEngine()
        self.app = an_app(self.engine)
        self._running = self.app.run_test(size=(WIDTH, HEIGHT), notifications=True, tooltips=True)
        self.pilot: Pilot[Any] = self.run(self._running.__aenter__())

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Run a coroutine in the context in which the app was opened."""
        return self._loop.run_until_complete(self._loop.create_task(work, context=self._context))

    def close(self) -> None:
        self.run(self._running.__aexit__(None, None, None))
        self._loop.close()

    async def look_at(self, left: Run, right: Run, prompt: str) -> None:
        """Show a round as if it had just arrived, and everything that can be opened from it."""
        app = self.app
        screen = app.screen_stack[0]
        assert isinstance(screen, CompareScreen)
        shown = Round(prompt, 0.0, (left, right))
        self.engine.rounds = [shown]
        screen.show(shown)
        await self.pilot.pause()
        self.assert_painted(app)
        for side, pane in screen._panes.items():
            run = shown.runs[side]
            pane.action_copy_answer()
            pane.action_show_links()
            await self.pilot.pause()
            self.assert_painted(app)
            while len(app.screen_stack) > 1:
                app.pop_screen()
            inspector = screen._ready_inspector()
            inspector.open(run, len(run.lines) // 2, side)
            app.push_screen(inspector)
            await self.pilot.pause()
            self.assert_painted(app)
            inspector.action_raw()
            inspector.action_copy()
            await self.pilot.pause()
            self.assert_painted(app)
            inspector.action_close()
            await self.pilot.pause()
        app.notify(prompt, title="", markup=False)
        await self.pilot.pause()
        self.assert_painted(app)
        app.clear_notifications()
        self.engine.rounds.clear()

    @staticmethod
    def assert_painted(app: DiptychApp) -> None:
        for strip in app.screen._compositor.render_strips():
            assert_shows(strip.text)
            assert strip.cell_length == WIDTH


@pytest.fixture(scope="module")
def opened() -> Iterator[OpenApp]:
    opened = OpenApp()
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def no_idle_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    async def proceed(*_: float) -> None:
        await asyncio.sleep(0.001)

    monkeypatch.setattr("textual.app.wait_for_idle", proceed)
    monkeypatch.setattr("textual.pilot.wait_for_idle", proceed)


@settings(
    max_examples=max(settings().max_examples // 20, 1),
    suppress_health_check=[*settings().suppress_health_check, HealthCheck.function_scoped_fixture],
)
@given(left=runs(), right=runs("right"), prompt=TEXTS)
def test_the_screen(opened: OpenApp, left: Run, right: Run, prompt: str) -> None:
    opened.run(opened.look_at(left, right, prompt))
