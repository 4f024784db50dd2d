"""Pictures of the differences between two answers, part by part."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot

from diptych.core.event import RequestSent
from diptych.core.recording import RecordedEvent, Recording
from diptych.replay.player import Player
from diptych.tui.app import DiptychApp
from diptych.tui.screens.replay import ReplayScreen
from tests.replay.recordings import chat, chunk
from tests.tui.fakes import see

Compare = Callable[..., bool]

LEFT = """\
# Why clocks disagree

Two clocks disagree as soon as one of them moves, or stands lower than the other.

Every clock counts its own time, and there is no master clock.

Einstein explained the first effect in 1905, and the second one ten years later.

## What follows

- Satellites need corrections.
- Radio networks need a common time.
- Databases order events by agreement.

```python
def drift(a, b):
    total = a - b
    return total
```

This sentence stands at the end of one answer and at the beginning of the other one.
"""

RIGHT = """\
# Why clocks disagree

This sentence stands at the end of one answer and at the beginning of the other one.

Two clocks disagree as soon as one of them moves quickly, or is lower than the other.

Every clock counts its own time, and there is no master clock.

Einstein explained the first effect in 1905, and the second one ten years later.

## What follows

- Satellites need corrections.
- Mobile networks need a shared time.
- Databases order events by agreement.
- Banks stamp every trade.

```python
def drift(a, b):
    total = abs(a - b)
    return total
```
"""


def streamed(thinking: str, text: str, first: float, gap: float, silence: float) -> Iterator[RecordedEvent]:
    """Thinking between tags and an answer, line by line, with a silence in the middle of the answer."""
    at = first
    yield chunk(at, "<think>")
    for word in thinking.split():
        at += gap
        yield chunk(at, f"{word} ")
    yield chunk(at, "</think>\n")
    lines = text.splitlines(keepends=True)
    for number, line in enumerate(lines):
        at += gap + silence * (number == len(lines) // 2)
        yield chunk(at, line)
    yield chunk(at + gap, "", finish_reason="stop")


def a_round() -> Recording:
    left = chat(*streamed("Short thoughts.", LEFT, 0.42, 0.05, 0.0))
    right = chat(*streamed("Thoughts that go on for a while before the answer.", RIGHT, 0.9, 0.08, 2.5))
    body = b'{"model": "other", "temperature": 0.2, "messages": [{}]}'
    sent = RequestSent(0.01, "POST", "https://models.test/v2", (("x-team", "search"),), body, connect=0.006)
    settings = replace(right.settings, model="other", system="Be brief.", params={"temperature": 0.2})
    return Recording(
        "Why do two clocks disagree?",
        None,
        [left, replace(right, label="right", settings=settings, lines=[sent, *right.lines[1:]])],
    )


@pytest.mark.parametrize(
    ("size", "light"),
    [((80, 24), False), ((140, 45), False), ((140, 45), True), ((60, 20), False)],
    ids=["80x24", "140x45", "140x45-light", "60x20"],
)
@pytest.mark.parametrize(
    ("key", "seen"),
    [("1", "ratio"), ("2", "until first token"), ("3", "model and settings"), ("4", "answer · ")],
    ids=["figures", "phases", "requests", "answers"],
)
def test_a_part(snap_compare: Compare, key: str, seen: str, size: tuple[int, int], light: bool) -> None:
    player = Player(a_round())
    player.advance_to(player.length)
    app = DiptychApp(ReplayScreen(player, clock=lambda: 0.0))
    if light:
        app.action_toggle_dark()

    async def before(pilot: Pilot[Any]) -> None:
        await see(pilot, "at the end")
        await pilot.press("D", key)
        await see(pilot, seen)
        if key == "4":
            await pilot.press("n")
            await see(pilot, "change 1")

    assert snap_compare(app, terminal_size=size, run_before=before)
