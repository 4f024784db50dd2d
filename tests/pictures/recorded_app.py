"""Runs an app in a terminal that records what is written to it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from rich.color import ColorSystem
from textual.app import App
from textual.drivers.headless_driver import HeadlessDriver
from textual.pilot import Pilot

from tests.pictures.cast import Cast

_TAKE_SCREEN = "\x1b[?1049h\x1b[?25l"
"""Take the alternate screen, and hide the cursor: Textual's driver for real terminals begins with it."""


class _RecordingDriver(HeadlessDriver):
    """A terminal without a screen, which keeps what is written."""

    def __init__(self, app: Any, **options: Any) -> None:
        super().__init__(app, **options)
        self.written = [_TAKE_SCREEN]

    @property
    def is_headless(self) -> bool:
        """Textual writes nothing to a driver without a terminal."""
        return False

    def write(self, data: str) -> None:
        self.written.append(data)


class RecordedApp:
    """An app that runs, and the recording of what it writes."""

    def __init__(self, pilot: Pilot[Any], cast: Cast) -> None:
        self.pilot = pilot
        self._cast = cast

    def keep(self, time: float) -> None:
        """Add to the recording what was written since the last time."""
        driver = self.pilot.app._driver
        assert isinstance(driver, _RecordingDriver)
        if data := "".join(driver.written):
            driver.written.clear()
            self._cast.output.append((time, data))


@asynccontextmanager
async def recorded(app: App[Any], cast: Cast) -> AsyncIterator[RecordedApp]:
    """Run an app in a terminal of the cast's size until the end of the block. It shows no notices."""
    app.driver_class = _RecordingDriver
    app.console._color_system = ColorSystem.TRUECOLOR  # whatever the terminal is that the pictures are made in
    async with app.run_test(headless=False, size=(cast.columns, cast.lines)) as pilot:
        yield RecordedApp(pilot, cast)
