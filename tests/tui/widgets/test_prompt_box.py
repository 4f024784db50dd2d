from typing import Any

import pytest
from textual.events import Key, Paste
from textual.pilot import Pilot

from diptych.tui.widgets.prompt_box import PromptBox
from tests.tui.fakes import FakeEngine, an_app, finish, see, until
from tests.tui.histories import FakeHistory, a_round


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


async def test_prompts_of_earlier_sessions_are_recalled_before_those_of_this_one() -> None:
    engine = FakeEngine()
    history = FakeHistory(a_round(3, "newest"), a_round(2, "now"), a_round(1, "oldest"), a_round(0, "x" * 100_001))
    app = an_app(engine, history=history, prompt="now")

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        prompt = app.screen.query_one(PromptBox)
        await until(pilot, lambda: bool(engine.rounds) and not app.workers)
        await pilot.press("d")
        keys = ("up", "up", "up", "up", "down", "down", "down")
        shown = ("now", "newest", "oldest", "oldest", "newest", "now", "d")
        for key, text in zip(keys, shown, strict=True):
            await pilot.press(key)
            await until(pilot, lambda text=text: prompt.text == text)  # type: ignore[misc]  # a default binds it


async def test_a_history_that_cannot_be_read_is_told_and_ends_nothing() -> None:
    history = FakeHistory()
    history.failure = "The history is damaged."

    async with an_app(FakeEngine(), history=history).run_test(notifications=True, tooltips=True) as pilot:
        await see(pilot, "Earlier prompts cannot be recalled. The history is damaged.")


async def test_a_prompt_that_is_used_takes_the_place_of_the_draft_which_can_be_recalled() -> None:
    app = an_app(FakeEngine())

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        prompt = app.screen.query_one(PromptBox)
        await pilot.press(*"draft")
        prompt.use("another")
        await until(pilot, lambda: prompt.text == "another")
        prompt.use("x" * 100_001)
        await see(pilot, "100,001 characters are more than the 100,000 that a box takes")
        assert prompt.text == "another"
        await pilot.press("up")
        await until(pilot, lambda: prompt.text == "draft")


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({}, "No editor is set: start diptych with EDITOR or VISUAL set"),
        ({"EDITOR": "no-such-editor --wait"}, "EDITOR names the editor no-such-editor, which was not found."),
        ({"VISUAL": "vi '"}, "VISUAL is not a command: No closing quotation"),
        ({"VISUAL": " ", "EDITOR": "sh"}, "No editor can be opened here"),
    ],
)
async def test_why_no_editor_opens_is_said_and_the_prompt_stays(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], sentence: str
) -> None:
    for name in ("VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    app = an_app(FakeEngine())

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await pilot.press(*"draft", "ctrl+g")
        await see(pilot, sentence)
        assert app.screen.query_one(PromptBox).text == "draft"


async def test_in_a_browser_no_editor_opens_whether_or_not_one_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    app = an_app(FakeEngine())

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        monkeypatch.setattr(type(app), "is_web", True)
        await pilot.press(*"draft", "ctrl+g")
        await see(pilot, "No editor can be opened in a browser.")
        assert app.screen.query_one(PromptBox).text == "draft"
