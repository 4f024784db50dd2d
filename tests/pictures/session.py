"""The short session that the README shows: a prompt, both answers, an event, and the differences."""

import asyncio

from tests.pictures.cast import Cast
from tests.pictures.recorded_app import RecordedApp, recorded
from tests.support.simulated_app import Stage, stage

_BETWEEN_LETTERS = 0.06
"""Seconds from one key of the prompt to the next."""

_STEP = 0.1
"""Seconds from one look at the answers to the next, while they stream."""


def session() -> Cast:
    """Return the recording of a session with simulated models, in virtual time."""
    cast = Cast(110, 32, "A short session of Diptych: a prompt, two answers, an event, and what differs")

    async def play() -> None:
        with stage(seed=4) as opened:
            async with recorded(opened.app, cast) as app:
                hand = _Hand(opened, app)
                await hand.look(1.0)
                await hand.type("think: why do two clocks disagree?")
                await hand.press("enter", 0.1)
                await hand.watch(3.2)
                await hand.press("tab", 0.3)
                await hand.press("tab", 0.5)
                await hand.press("e", 1.0)
                for _ in range(4):
                    await hand.press("k", 0.3)
                await hand.press("enter", 2.5)
                await hand.press("escape", 0.5)
                await hand.press("D", 3.0)
                await hand.press("2", 0.0)

    asyncio.run(play())
    return cast


class _Hand:
    """Uses the app as a person does, and records what the app shows."""

    def __init__(self, stage: Stage, app: RecordedApp) -> None:
        self._stage = stage
        self._app = app
        self._now = 0.0

    async def look(self, seconds: float) -> None:
        """Record what is shown now, and look at it."""
        await self._stage.stand_still(self._app.pilot)
        self._app.keep(self._now)
        self._now += seconds

    async def press(self, key: str, seconds: float) -> None:
        """Press a key, and look at what it did. No time passes for the models."""
        await self._app.pilot.press(key)
        await self.look(seconds)

    async def type(self, text: str) -> None:
        """Type a text into the prompt box."""
        for letter in text:
            await self.press("space" if letter == " " else letter, _BETWEEN_LETTERS)

    async def watch(self, seconds: float) -> None:
        """Let time pass for the models."""
        for _ in range(round(seconds / _STEP)):
            await self._stage.wait(self._app.pilot, _STEP)
            await self.look(_STEP)
