"""Draws the README's picture from the real app on simulated models: `python -m tests.picture`."""

import asyncio
from pathlib import Path

from tests.support.simulated_app import stage

PICTURE = Path(__file__).parents[1] / "docs" / "screen.svg"


def draw() -> str:
    """The app in the middle of a round, as SVG."""

    async def play() -> str:
        with stage(seed=4) as opened:
            async with opened.app.run_test(size=(132, 38), notifications=True) as pilot:
                await opened.ask(pilot, "think: why do two clocks disagree?", 2.2)
                return opened.app.export_screenshot(title="diptych")

    return asyncio.run(play())


if __name__ == "__main__":
    PICTURE.write_text(draw(), encoding="utf-8")
