"""Draws the pictures of the tutorial: the real app on simulated models, after the keys that the tutorial names."""

import asyncio
import re
from pathlib import Path
from unittest.mock import patch

from tests.support.simulated_app import stage
from tests.tui.fakes import see

FOLDER = Path(__file__).parents[2] / "docs" / "tutorial"

_FONT_FACES = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)
"""Fonts that would come from the network."""

_BLIND_SEED = 3
"""The seed of the blind round, which is random otherwise."""


def draw_tutorial() -> dict[Path, str]:
    """Return every picture of the tutorial as SVG."""
    with patch("secrets.randbelow", return_value=_BLIND_SEED):
        return asyncio.run(_play())


async def _play() -> dict[Path, str]:
    """Press the keys of docs/tutorial/first-comparison.md, in its order."""
    pictures: dict[Path, str] = {}
    with stage(seed=1) as opened:

        async def keep(name: str) -> None:
            await opened.stand_still(pilot)
            picture = opened.app.export_screenshot(title="diptych")
            pictures[FOLDER / f"{name}.svg"] = _FONT_FACES.sub("", picture)

        async with opened.app.run_test(size=(120, 36), notifications=True) as pilot:
            await opened.ask(pilot, "think: why is the sky blue?", 8)
            await keep("first-comparison")
            await pilot.press("tab", "tab", "circumflex_accent", "enter")
            await see(pilot, "A piece of thinking")
            await keep("event")
            await pilot.press("escape", "D")
            await see(pilot, "tokens per event")
            await keep("differences")
            await pilot.press("escape", "1", "r")
            await opened.wait(pilot, 8)
            await see(pilot, "take 2 of 2")
            await pilot.press("less_than_sign")
            await see(pilot, "take 1 of 2")
            await pilot.press("b", "i")
            await opened.ask(pilot, "Why is the sea salty?", 8)
            await see(pilot, "the answers have ended")
            await keep("blind")
            await pilot.press("tab", "1")
            await see(pilot, "You voted for A.")
    return pictures
