"""Pictures of the history and of what it opens."""

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from diptych.core.remarks import RoundNote, Vote
from diptych.tui.screens.history_browser import HistoryScreen
from tests.tui.fakes import FakeEngine, an_app, see
from tests.tui.histories import NOON, FakeHistory, a_round, a_run, real

SIZES = [(80, 24), (120, 40), (160, 45)]
DAY = 86_400


def a_history() -> FakeHistory:
    return FakeHistory(
        a_round(
            1_204,
            "Why do two clocks disagree? Answer in three sentences, and name the effect.",
            a_run("left")._replace(take=2, takes=3),
            a_run("right", stop_reason="stop"),
            date=NOON,
        )._replace(
            note=RoundNote("The second take says it best.\nAsk again after the update.", starred=True),
            votes=(Vote("better", NOON, "left"),),
        ),
        a_round(
            1_203,
            "tool",
            a_run("left", simulated=True, cost_usd=None, stop_reason="tool_use"),
            a_run("right", state="failed", stop_reason=None, first_token=None, total=12.3, cost_usd=None),
            date=NOON - 3_600,
        ),
        a_round(
            1_202,
            "Write a function that parses\nserver-sent events\n\nin Python, and its tests, and its documentation, "
            "and a benchmark of it that compares it with three others.",
            a_run("left", state="cut", stop_reason=None, total=104.2, cost_usd="0.00002"),
            a_run("right", state="stopped", stop_reason=None, model="ft:gpt-5.6-terra:acme:summaries-2026-10-30:b7x9"),
            date=NOON - DAY,
        ),
        a_round(
            1_201, "[/red]時計が二つあると、なぜ時刻が合わないのですか。三つの文で答えてください。", date=NOON - DAY
        ),
        a_round(87, "hi", a_run("left", stop_reason="max_tokens"), date=NOON - 400 * DAY),
    )


@pytest.mark.parametrize("light", [pytest.param(False, id="dark"), pytest.param(True, id="light")])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_history(
    snap_compare: Callable[..., bool], monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], light: bool
) -> None:
    monkeypatch.setattr("diptych.tui.widgets.round_list.now", lambda: NOON + DAY)
    app = an_app(FakeEngine())

    async def before(pilot: Pilot[Any]) -> None:
        if light:
            app.action_toggle_dark()
        await app.push_screen(HistoryScreen(real(a_history())))
        await see(pilot, "5 rounds", "1204")
        await pilot.press("down")
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=before)


@pytest.mark.parametrize("key", ["d", "e"])
def test_a_dialog(snap_compare: Callable[..., bool], monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setattr("diptych.tui.widgets.round_list.now", lambda: NOON + DAY)
    app = an_app(FakeEngine())

    async def before(pilot: Pilot[Any]) -> None:
        await app.push_screen(HistoryScreen(real(a_history())))
        await see(pilot, "5 rounds", "1204")
        await pilot.press(key)
        await see(pilot, {"d": "Delete round 1204?", "e": "diptych-1204.html"}[key])
        for box in app.screen.query(Input):
            box.cursor_blink = False
        await pilot.pause()

    assert snap_compare(app, terminal_size=(100, 30), run_before=before)
