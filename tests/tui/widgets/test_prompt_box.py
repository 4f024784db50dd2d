from typing import Any

from textual.events import Key, Paste
from textual.pilot import Pilot

from diptych.tui.widgets.prompt_box import PromptBox
from tests.tui.fakes import FakeEngine, an_app, finish, until


async def send(pilot: Pilot[Any], engine: FakeEngine, *keys: str) -> None:
    count = len(engine.rounds)
    await pilot.press(*keys, "enter")
    await until(pilot, lambda: len(engine.rounds) == count + 1)
    for run in engine.rounds[-1].runs.values():
        finish(run)


async def test_new_lines_are_kept_and_the_box_grows_and_empties() -> None:
    engine = FakeEngine()
    app = an_app(engine)

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        prompt = app.screen.query_one(PromptBox)
        await pilot.press("a", "ctrl+j", "b", "shift+enter", "c")
        await until(pilot, lambda: prompt.size.height == 3)
        await send(pilot, engine)
        await until(pilot, lambda: prompt.size.height == 1)

        assert engine.rounds[0].prompt == "a\nb\nc"
        assert prompt.text == ""


async def test_a_paste_keeps_its_line_breaks_and_the_box_stays_small() -> None:
    engine = FakeEngine()
    app = an_app(engine)

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        prompt = app.screen.query_one(PromptBox)
        app.post_message(Paste("\n".join("abcdefghij")))
        await until(pilot, lambda: prompt.text.count("\n") == 9)
        await until(pilot, lambda: prompt.size.height == 6)

        assert engine.rounds == []


async def test_up_and_down_recall_what_was_sent() -> None:
    engine = FakeEngine()
    app = an_app(engine)

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        prompt = app.screen.query_one(PromptBox)
        await send(pilot, engine, "a", "ctrl+j", "b")
        await send(pilot, engine, "c")
        await pilot.press("d")
        shown = ("c", "a\nb", "a\nb", "a\nb", "a\nb", "c", "d")
        for key, text in zip(("up", "up", "up", "up", "down", "down", "down"), shown, strict=True):
            await pilot.press(key)
            await until(pilot, lambda text=text: prompt.text == text)  # type: ignore[misc]  # a default binds it


async def test_up_within_a_long_line_moves_the_cursor() -> None:
    engine = FakeEngine()
    app = an_app(engine)

    async with app.run_test(size=(60, 24), notifications=True, tooltips=True) as pilot:
        prompt = app.screen.query_one(PromptBox)
        await send(pilot, engine, "a")
        prompt.insert("word " * 20)
        await pilot.press("up")
        assert prompt.text == "word " * 20
        await pilot.press("up")
        await until(pilot, lambda: prompt.text == "a")


async def test_keys_in_a_burst_keep_their_order() -> None:
    engine = FakeEngine()
    app = an_app(engine)

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await pilot.pause()
        for key, character in (("a", "a"), ("ctrl+j", "\n"), ("b", "b"), ("enter", "\r"), ("c", "c")):
            app.post_message(Key(key, character))
        await until(pilot, lambda: bool(engine.rounds))
        await until(pilot, lambda: app.screen.query_one(PromptBox).text == "c")

        assert engine.rounds[0].prompt == "a\nb"


async def test_more_than_the_box_takes_is_refused_whole_and_the_draft_stays() -> None:
    engine = FakeEngine()
    app = an_app(engine)

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        prompt = app.screen.query_one(PromptBox)
        await pilot.press("a")
        app.post_message(Paste("x" * 10_000_000))
        await until(pilot, lambda: len(app._notifications) == 1)
        (notification,) = app._notifications
        assert "10,000,000 characters are more than the 100,000 that a box takes" in notification.message
        assert "--file PATH" in notification.message

        app.post_message(Paste("x" * 99_999))
        await until(pilot, lambda: len(prompt.text) == 100_000)
        await pilot.press("b")
        await until(pilot, lambda: any("100,001" in each.message for each in app._notifications))
        await pilot.press("backspace", "b")
        await until(pilot, lambda: prompt.text.endswith("xb"))

        assert len(prompt.text) == 100_000


async def test_a_prompt_that_the_box_does_not_take_is_not_recalled() -> None:
    app = an_app(FakeEngine())

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        prompt = app.screen.query_one(PromptBox)
        prompt.remember("short")
        prompt.remember("x" * 100_001)
        await pilot.press("up")
        await until(pilot, lambda: prompt.text == "short")
