"""Pictures of a replay, at three sizes, dark and light."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from textual.pilot import Pilot

from diptych.core.recording import RecordedEvent, Recording
from diptych.replay.player import Player
from diptych.tui.app import DiptychApp
from diptych.tui.screens.replay import ReplayScreen
from tests.replay.recordings import chat, chunk
from tests.tui.fakes import see

Compare = Callable[..., bool]

WORDS = "Two clocks disagree as soon as one of them moves, or stands lower than the other: time itself goes slower. "


def words(seed: int, first: float, gap: float, silence: float) -> Iterator[RecordedEvent]:
    """An answer word by word, with a silence in its middle."""
    random, at = Random(seed), first
    said = WORDS.split() * 4
    for number, word in enumerate(said):
        yield chunk(at, f"{word} ")
        at += random.expovariate(1 / gap) + silence * (number == len(said) // 2)
    yield chunk(at, "", finish_reason="stop")


def a_round() -> Recording:
    left = chat(*words(1, 0.42, 0.05, 1.9))
    right = chat(*list(words(2, 1.1, 0.03, 0.0))[:-1], ended=False)
    return Recording("Why do two clocks disagree?", None, [left, replace(right, label="right")])


def opened_at(position: float, *, light: bool = False) -> DiptychApp:
    player = Player(a_round())
    player.advance_to(position)
    app = DiptychApp(ReplayScreen(player, clock=lambda: 0.0))
    if light:
        app.action_toggle_dark()
    return app


@pytest.mark.parametrize("light", [pytest.param(False, id="dark"), pytest.param(True, id="light")])
@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_a_replay_in_its_middle(snap_compare: Compare, size: tuple[int, int], light: bool) -> None:
    async def before(pilot: Pilot[Any]) -> None:
        await see(pilot, "paused")

    assert snap_compare(opened_at(2.6, light=light), terminal_size=size, run_before=before)


def test_a_replay_at_its_end(snap_compare: Compare) -> None:
    async def before(pilot: Pilot[Any]) -> None:
        await see(pilot, "at the end")

    assert snap_compare(opened_at(99), terminal_size=(120, 40), run_before=before)
