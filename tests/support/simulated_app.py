"""The whole app with simulated models in virtual time, so that it always looks the same."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from diptych.catalog.model_catalog import ModelCatalog
from diptych.config.configuration import CurrentConfiguration, load_configuration
from diptych.config.endpoints import DEFAULT_MODELS
from diptych.config.environment import missing_key_hint
from diptych.engine.engine import Engine, EngineOptions
from diptych.simulated.scenarios import SCENARIOS
from diptych.tui.app import DiptychApp
from diptych.tui.screens.compare import CompareScreen
from diptych.wire.loading import load
from tests.support.virtual_loop import VirtualLoop
from tests.tui.fakes import until

if TYPE_CHECKING:
    from diptych.core.request import Label
    from diptych.core.settings import Settings


class Stage:
    """The app and the virtual time of its models."""

    def __init__(self, seed: int, *, light: bool = False) -> None:
        configuration = CurrentConfiguration(partial(load_configuration, {}, Path(os.devnull), simulation="all"))
        names: dict[Label, str] = {"left": DEFAULT_MODELS["left"], "right": DEFAULT_MODELS["right"]}
        settings: dict[Label, Settings] = {}
        for side, name in names.items():
            settings[side] = configuration.now.settings_for(name)
            load(settings[side])
        self._loop = VirtualLoop()
        options = EngineOptions(seed=seed)
        self.engine = Engine(settings, options, loop=self._loop, clock=self._loop.time)
        self.app = DiptychApp(
            CompareScreen(
                self.engine,
                configuration,
                catalog=ModelCatalog(offline=True),
                hint=missing_key_hint,
                scenarios=SCENARIOS,
            )
        )
        if light:
            self.app.action_toggle_dark()

    async def ask(self, pilot: Pilot[Any], prompt: str, seconds: float) -> None:
        """Type a prompt, send it, and let time pass."""
        asked = len(self.engine.rounds)
        await pilot.press(*["space" if letter == " " else letter for letter in prompt], "enter")
        await until(pilot, lambda: len(self.engine.rounds) > asked)
        await self.wait(pilot, seconds)

    async def wait(self, pilot: Pilot[Any], seconds: float) -> None:
        """Let time pass for the models, and update the screen."""
        self._loop.advance(seconds)
        screen = pilot.app.screen_stack[0]
        assert isinstance(screen, CompareScreen)
        screen.sample()
        await self.stand_still(pilot)

    async def stand_still(self, pilot: Pilot[Any]) -> None:
        """Stop the blinking of cursors, and wait until everything is painted."""
        for field in (*pilot.app.query(TextArea), *pilot.app.query(Input)):
            field.cursor_blink = False
        await pilot.pause()

    def close(self) -> None:
        """End the engine and its thread."""
        self._loop.advance(0)
        self.engine.close()


@contextmanager
def stage(seed: int = 1, *, light: bool = False) -> Iterator[Stage]:
    """Yield an app with simulated models, and close it at the end of the block."""
    opened = Stage(seed, light=light)
    try:
        yield opened
    finally:
        opened.close()
