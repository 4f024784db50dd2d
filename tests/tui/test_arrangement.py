"""What is shown of both sides at which size of the terminal, and how the rest is reached."""

from typing import Any

import pytest
from textual.pilot import Pilot

from diptych.tui.app import DiptychApp
from tests.tui.fakes import FakeEngine, an_app, begin, finish, on_screen, say, see, until
from tests.tui.screens.test_compare import focused


async def streaming(pilot: Pilot[Any], engine: FakeEngine) -> None:
    """Let both sides begin to answer."""
    await until(pilot, lambda: bool(engine.rounds))
    for run, text in ((engine.left, "From the left."), (engine.right, "From the right.")):
        begin(run)
        say(run, text)


def shows(app: DiptychApp, *texts: str) -> bool:
    screen = on_screen(app)
    return all(text in screen for text in texts)


@pytest.mark.parametrize("size", [(200, 60), (100, 20), (99, 30), (60, 40)])
async def test_both_sides_are_shown_where_they_have_room(size: tuple[int, int]) -> None:
    engine = FakeEngine()
    async with an_app(engine, prompt="hi").run_test(size=size) as pilot:
        await streaming(pilot, engine)
        await see(pilot, "From the left.", "From the right.")
        assert "shows it" not in on_screen(pilot.app)  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [(99, 29), (80, 24), (60, 20)])
async def test_one_side_is_shown_on_a_small_screen_and_the_other_one_says_how_it_does(size: tuple[int, int]) -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")
    async with app.run_test(size=size) as pilot:
        await streaming(pilot, engine)
        await see(pilot, "From the left.", "right: openai", "● streaming", "F8 shows it")
        assert not shows(app, "From the right.")
        finish(engine.right)
        await see(pilot, "right: openai", "✔ end_turn")
        await pilot.press("f8")
        await see(pilot, "From the right.", "left: anthrop", "F8 shows it")
        assert not shows(app, "From the left.")
        assert focused(app) == "prompt"
        await pilot.click("OtherSide")
        await see(pilot, "From the left.")


async def test_keys_reach_the_side_that_has_no_room() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")
    async with app.run_test(size=(80, 28)) as pilot:
        await streaming(pilot, engine)
        await see(pilot, "From the left.")
        order = []
        for _ in range(5):
            await pilot.press("tab")
            order.append(focused(app))
        assert order == ["left-answer", "left-events", "right-answer", "right-events", "prompt"]
        await see(pilot, "From the right.")
        await pilot.press("shift+tab", "shift+tab", "shift+tab")
        assert focused(app) == "left-events"
        await see(pilot, "From the left.")
        await pilot.press("l")
        assert focused(app) == "right-events"
        await see(pilot, "From the right.", "left: anthropic")
        await pilot.press("backslash")
        assert focused(app) == "left-events"
        await pilot.press("2")
        assert focused(app) == "right-answer"
        await pilot.press("h")
        assert focused(app) == "left-answer"
        await see(pilot, "From the left.", "right: openai")


async def test_all_of_an_answer_is_there_when_its_side_comes_into_view() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")
    async with app.run_test(size=(80, 24)) as pilot:
        await streaming(pilot, engine)
        await see(pilot, "From the left.")
        say(engine.right, "\n\n" + "word " * 200 + "\n\nThe end.")
        await pilot.press("f8")
        await see(pilot, "The end.", "word word word word word word word word")


async def test_events_are_hidden_at_first_on_a_low_screen_and_the_choice_of_the_user_wins() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")
    async with app.run_test(size=(120, 24)) as pilot:
        await streaming(pilot, engine)
        await see(pilot, "From the left.", "From the right.")
        assert not shows(app, "events · 1")
        await pilot.resize_terminal(120, 25)
        await see(pilot, "events · 1")
        await pilot.resize_terminal(120, 24)
        await until(pilot, lambda: not shows(app, "events · 1"))
        await pilot.press("f5")
        await see(pilot, "events · 1")
        await pilot.resize_terminal(120, 20)
        await see(pilot, "events · 1")
        await pilot.press("f5", "f5")
        await until(pilot, lambda: not shows(app, "events · 1"))
        await pilot.resize_terminal(120, 40)
        await pilot.pause()
        assert not shows(app, "events · 1")


async def test_a_side_that_comes_into_room_is_shown() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")
    async with app.run_test(size=(80, 24)) as pilot:
        await streaming(pilot, engine)
        await see(pilot, "From the left.", "F8 shows it")
        await pilot.resize_terminal(120, 24)
        await see(pilot, "From the left.", "From the right.")
        assert not shows(app, "F8 shows it")
        await pilot.press("f8")  # nothing to flip
        await see(pilot, "From the left.", "From the right.")


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (80, 32), (120, 24)])
async def test_notices_cover_neither_the_prompt_nor_the_last_event(size: tuple[int, int]) -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")
    async with app.run_test(size=size, notifications=True) as pilot:
        await streaming(pilot, engine)
        await see(pilot, "From the left.")
        if size[1] <= 24:
            await pilot.press("f5")
        await see(pilot, "events · 1")
        app.notify("A long sentence about something that went wrong in a place with a long path. " * 2, markup=False)
        app.notify("Another one. " * 5, markup=False)
        await see(pilot, "A long sentence", "Another one.")
        lines = on_screen(app).splitlines()
        assert any("❯ ask both…" in line for line in lines)
        assert any('"From the left."' in line for line in lines)
