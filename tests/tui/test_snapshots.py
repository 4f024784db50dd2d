"""Pictures of the real app on simulated models, at three sizes, dark and light."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from diptych.tui.screens.compare import CompareScreen
from diptych.tui.screens.side_settings import SettingsScreen
from diptych.tui.widgets.attachment_bar import AttachmentBar
from tests.support.files import attachment
from tests.support.simulated_app import Stage, stage
from tests.tui.fakes import focus, see, until

SIZES = [(80, 24), (120, 40), (200, 60)]
LOOKS = [pytest.param(False, id="dark"), pytest.param(True, id="light")]

Compare = Callable[..., bool]
Play = Callable[[Stage, Pilot[Any]], Any]


def looks_the_same(snap_compare: Compare, size: tuple[int, int], play: Play, *, light: bool = False) -> bool:
    with stage(seed=7, light=light) as opened:

        async def before(pilot: Pilot[Any]) -> None:
            await opened.stand_still(pilot)
            await play(opened, pilot)
            screen = pilot.app.screen  # `stand_still` only knows the cursors of the first screen
            for field in (*screen.query(TextArea), *screen.query(Input)):
                field.cursor_blink = False
                field.notify_style_update()  # else a line is kept as it was while the cursor was dark
                field.refresh()
            await pilot.pause()

        return snap_compare(opened.app, terminal_size=size, run_before=before)


@pytest.mark.parametrize("light", LOOKS)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_two_answers_while_they_stream(snap_compare: Compare, size: tuple[int, int], light: bool) -> None:
    async def play(opened: Stage, pilot: Pilot[Any]) -> None:
        await opened.ask(pilot, "think: why do two clocks disagree?", 1.4)

    assert looks_the_same(snap_compare, size, play, light=light)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_an_empty_session_says_what_to_do(snap_compare: Compare, size: tuple[int, int]) -> None:
    async def play(opened: Stage, pilot: Pilot[Any]) -> None:
        """Nothing was typed."""

    assert looks_the_same(snap_compare, size, play)


@pytest.mark.parametrize("size", [(80, 24), (160, 45)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_settings_that_differ(snap_compare: Compare, size: tuple[int, int]) -> None:
    async def play(opened: Stage, pilot: Pilot[Any]) -> None:
        left, right = opened.engine.settings["left"], opened.engine.settings["right"]
        shared: dict[str, Any] = {"top_p": 0.9}
        left = replace(left, preset="terse", system="Answer in one sentence.", params=shared | {"temperature": 0.2})
        opened.engine.configure("left", left)
        opened.engine.configure("right", replace(right, max_tokens=300, params=shared))
        await opened.ask(pilot, "tool", 20)
        opened.engine.configure("left", replace(left, params=shared | {"temperature": 0.7}))
        screen = pilot.app.screen
        assert isinstance(screen, CompareScreen)
        screen.update_titles()
        await opened.stand_still(pilot)

    assert looks_the_same(snap_compare, size, play)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_attachments_of_the_next_prompt(snap_compare: Compare, size: tuple[int, int]) -> None:
    async def play(opened: Stage, pilot: Pilot[Any]) -> None:
        picture = attachment("photo.png", b"x" * 1_234_567, "image/png", 4_000, 3_000)
        notes = attachment("notes.txt", b"hi", "text/plain")
        pilot.app.screen.query_one(AttachmentBar).add([picture, notes])
        await opened.ask(pilot, "What is it?", 1.4)
        pilot.app.screen.query_one(AttachmentBar).add([notes, picture])
        await opened.stand_still(pilot)

    assert looks_the_same(snap_compare, size, play)


def test_a_tool_call_and_its_arguments(snap_compare: Compare) -> None:
    async def play(opened: Stage, pilot: Pilot[Any]) -> None:
        await opened.ask(pilot, "tool", 20)

    assert looks_the_same(snap_compare, (120, 40), play)


@pytest.mark.parametrize("prompt", ["markdown", "code", "table"])
@pytest.mark.parametrize("size", [(80, 24), (120, 60)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_markdown(snap_compare: Compare, size: tuple[int, int], prompt: str) -> None:
    async def play(opened: Stage, pilot: Pilot[Any]) -> None:
        await opened.ask(pilot, prompt, 40)
        if size[1] > 24:
            await pilot.press("f5", "f5")  # the whole pane for the answer
        await opened.stand_still(pilot)
        await pilot.press("tab", "home")
        await opened.stand_still(pilot)

    assert looks_the_same(snap_compare, size, play)


def test_a_search_in_an_answer(snap_compare: Compare) -> None:
    async def play(opened: Stage, pilot: Pilot[Any]) -> None:
        await opened.ask(pilot, "markdown", 40)
        await pilot.press("tab", "home")
        await opened.stand_still(pilot)
        await focus(pilot, Input, "slash")
        await pilot.press(*"the")
        await opened.stand_still(pilot)

    assert looks_the_same(snap_compare, (120, 40), play)


def test_the_links_of_an_answer(snap_compare: Compare) -> None:
    async def play(opened: Stage, pilot: Pilot[Any]) -> None:
        await opened.ask(pilot, "markdown", 40)
        await pilot.press("tab", "o")
        await opened.stand_still(pilot)

    assert looks_the_same(snap_compare, (120, 40), play)


def test_a_wait_between_attempts(snap_compare: Compare) -> None:
    async def play(opened: Stage, pilot: Pilot[Any]) -> None:
        await opened.ask(pilot, "busy", 0.5)

    assert looks_the_same(snap_compare, (120, 40), play)


def test_both_sides_failed(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("diptych.wire.retry.random.random", lambda: 0.5)  # the jitter of the waits

    async def play(opened: Stage, pilot: Pilot[Any]) -> None:
        await opened.ask(pilot, "overloaded", 60)

    assert looks_the_same(snap_compare, (120, 40), play)


def test_an_error_in_mid_stream(snap_compare: Compare) -> None:
    async def play(opened: Stage, pilot: Pilot[Any]) -> None:
        await opened.ask(pilot, "error", 20)

    assert looks_the_same(snap_compare, (120, 40), play)


def test_an_event_opened_whole(snap_compare: Compare) -> None:
    async def play(opened: Stage, pilot: Pilot[Any]) -> None:
        await opened.ask(pilot, "hi", 30)
        await pilot.press("tab", "tab", "home", "down", "down", "enter")
        await opened.stand_still(pilot)

    assert looks_the_same(snap_compare, (120, 40), play)


@pytest.mark.parametrize(("key", "name"), [("f1", "help")])
def test_a_dialog(snap_compare: Compare, key: str, name: str) -> None:
    async def play(opened: Stage, pilot: Pilot[Any]) -> None:
        await pilot.press(key)
        await opened.stand_still(pilot)

    assert looks_the_same(snap_compare, (120, 40), play)


@pytest.mark.parametrize("light", LOOKS)
@pytest.mark.parametrize("size", [(60, 20), (80, 24), (160, 45)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_settings(snap_compare: Compare, size: tuple[int, int], light: bool) -> None:
    async def play(opened: Stage, pilot: Pilot[Any]) -> None:
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(pilot.app.screen, SettingsScreen) and pilot.app.focused is not None)
        await until(pilot, lambda: all(worker.is_finished for worker in pilot.app.workers))
        await pilot.press(*"Be brief.", "tab", "tab", *"0.3", "tab", "tab", "tab", *"seed=x", "ctrl+l")
        await see(pilot, "▐X▌", "seed=x", "Line 1: The value of seed is not", "One KEY=JSON per line")
        await opened.stand_still(pilot)

    assert looks_the_same(snap_compare, size, play, light=light)


@pytest.mark.parametrize(
    ("keys", "shown", "more_keys"),
    [((), "ask both", ()), (("tab",), "✔", ()), (("tab", "e", "4"), "[DONE]", ("k",))],
    ids=["prompt", "answer", "events"],
)
def test_the_focus_is_seen_without_colours(
    snap_compare: Compare,
    monkeypatch: pytest.MonkeyPatch,
    keys: tuple[str, ...],
    shown: str,
    more_keys: tuple[str, ...],
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    async def play(opened: Stage, pilot: Pilot[Any]) -> None:
        await opened.ask(pilot, "hi", 30)
        await pilot.press(*keys)
        await see(pilot, shown)
        await pilot.press(*more_keys)
        await opened.stand_still(pilot)

    assert looks_the_same(snap_compare, (80, 24), play)
