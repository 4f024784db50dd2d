"""Draws the pictures of the tutorial: the real app on simulated models, after the keys that the tutorial names."""

import asyncio
from pathlib import Path
from unittest.mock import patch

from tests.pictures.cast import Cast
from tests.pictures.recorded_app import recorded
from tests.pictures.screen_svg import still_svg
from tests.support.simulated_app import stage
from tests.tui.fakes import see

FOLDER = Path(__file__).parents[2] / "docs" / "tutorial"

_TITLES = {
    "first-comparison": "Two answers beside each other, with their figures and their events",
    "event": "The event of the first token, opened",
    "differences": "The differences of both runs in figures",
    "blind": "A blind round that waits for a vote",
}
"""What each picture shows, in the order of the tutorial."""

_BLIND_SEED = 3
"""The seed of the blind round, which is random otherwise."""


def draw_tutorial() -> dict[Path, str]:
    """Return every picture of the tutorial as SVG."""
    cast = Cast(120, 36, "")
    with patch("secrets.randbelow", return_value=_BLIND_SEED):
        asyncio.run(_play(cast))
    screens = zip(_TITLES.items(), cast.screens(), strict=True)
    return {FOLDER / f"{name}.svg": still_svg(screen, title) for (name, title), (_, screen) in screens}


async def _play(cast: Cast) -> None:
    """Press the keys of docs/tutorial/first-comparison.md, in its order."""
    with stage(seed=1) as opened:
        async with recorded(opened.app, cast) as app:
            pilot = app.pilot

            async def keep() -> None:
                await opened.stand_still(pilot)
                app.keep(len(cast.output))

            await opened.ask(pilot, "think: why is the sky blue?", 8)
            await keep()
            await pilot.press("tab", "tab", "circumflex_accent", "enter")
            await see(pilot, "A piece of thinking")
            await keep()
            await pilot.press("escape", "D")
            await see(pilot, "tokens per event")
            await keep()
            await pilot.press("escape", "1", "r")
            await opened.wait(pilot, 8)
            await see(pilot, "take 2 of 2")
            await pilot.press("less_than_sign")
            await see(pilot, "take 1 of 2")
            await pilot.press("b", "i")
            await opened.ask(pilot, "Why is the sea salty?", 8)
            await see(pilot, "the answers have ended")
            await keep()
            await pilot.press("tab", "1")
            await see(pilot, "A = right", "better")
