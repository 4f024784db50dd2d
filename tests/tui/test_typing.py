"""What is typed and pasted goes where it was meant for, and does nothing else."""

import asyncio
from typing import Any

import pytest
from textual.command import CommandList
from textual.events import AppBlur, Key, Paste
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input, TextArea

from diptych.tui.app import DiptychApp
from diptych.tui.screens.attach_file import AttachScreen
from diptych.tui.screens.help import HelpScreen
from diptych.tui.screens.model_picker import ModelScreen
from diptych.tui.screens.side_settings import SettingsScreen
from diptych.tui.terminal.pasting import PasteParser
from diptych.tui.textual_patches import text_keys
from diptych.tui.textual_patches.resizing import Palette
from diptych.tui.widgets.prompt_box import PromptBox
from tests.tui.fakes import PATIENCE, FakeEngine, an_app, begin, finish, on_screen, say, see, type_at_once, until


def send(app: DiptychApp, data: str) -> None:
    """Send what a terminal sends, as it is read at once."""
    for message in PasteParser().feed(data):
        app.post_message(message)


async def asked(pilot: Pilot[Any], engine: FakeEngine) -> None:
    """Wait for a round with an answer, and go to that answer."""
    await until(pilot, lambda: bool(engine.rounds))
    for run in (engine.left, engine.right):
        begin(run)
        say(run, "\n\n".join(f"line {number}" for number in range(60)))
        finish(run)
    await see(pilot, "line 59")
    await pilot.press("tab")
    assert is_focused(pilot.app, "left-answer")


def is_focused(app: Any, name: str) -> bool:
    return app.focused is not None and app.focused.id == name


def text_of(box: object) -> str:
    """What stands in a box of a dialog."""
    match box:
        case Input():
            return box.value
        case TextArea():
            return box.text
        case _:
            return ""


def prompt_of(app: DiptychApp) -> str:
    return app.screen_stack[0].query_one(PromptBox).text


@pytest.mark.parametrize(
    "data",
    [
        "just explain",  # j, u and t are keys of the pane
        "copy\rthis\r",  # not sent, either
        "日本語",
        "\x1b[200~just explain\x1b[201~",
    ],
)
async def test_a_burst_in_a_pane_goes_to_the_prompt_box_and_acts_on_nothing(data: str) -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await asked(pilot, engine)
        answer = app.screen.query_one("#left-answer")
        top = answer.scroll_y
        send(app, data)
        plain = data.removeprefix("\x1b[200~").removesuffix("\x1b[201~").rstrip("\r").replace("\r", "\n")
        await until(pilot, lambda: prompt_of(app) == plain)

        assert is_focused(app, "prompt")
        assert answer.scroll_y == top
        assert len(engine.rounds) == 1
        assert app.clipboard == ""


async def test_a_letter_that_a_pane_does_not_know_goes_to_the_prompt_box() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await asked(pilot, engine)
        await pilot.press("space")
        assert is_focused(app, "left-answer")
        await pilot.press("x")
        await until(pilot, lambda: prompt_of(app) == "x")
        await pilot.press("space", "j", "?")
        await until(pilot, lambda: prompt_of(app) == "x j?")


@pytest.mark.parametrize(
    ("keys", "focus", "typed"),
    [
        ([*"please1"], "prompt", "please1"),  # l and 1 move the focus elsewhere
        ([*"xDr"], "prompt", "xDr"),  # D would open another screen, and r ask again
        ([*"ilie"], "prompt", "lie"),
        (["escape", "escape", *"lie"], "prompt", "lie"),
        (["l", "j", "x", "j"], "prompt", "xj"),
        (["x", "y", "tab", "z"], "prompt", "xyz"),
        (["x", "tab", "l"], "right-answer", "x"),
    ],
)
async def test_keys_that_arrive_together_act_one_after_the_other(keys: list[str], focus: str, typed: str) -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await asked(pilot, engine)
        type_at_once(app, *keys, "f1")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        await pilot.press("escape")
        await until(pilot, lambda: is_focused(app, focus) and prompt_of(app) == typed)

        assert len(engine.rounds) == 1


async def test_keys_before_a_burst_act_before_it() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await asked(pilot, engine)
        await pilot.press("3", "g")
        type_at_once(app, "j", "p")
        send(app, "lease go on")
        type_at_once(app, "r")
        await until(pilot, lambda: prompt_of(app) == "please go onr")

        assert app.screen.query_one("#left-events").cursor == 1  # type: ignore[attr-defined]


async def test_what_is_typed_while_a_pane_is_busy_goes_to_the_prompt_box_in_order() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await asked(pilot, engine)
        is_free = asyncio.Event()
        for node in (app.screen.query_one("#left-answer"), app.screen):
            node.call_later(is_free.wait)
        type_at_once(app, *"please")
        await asyncio.sleep(0)
        send(app, " look")
        await asyncio.sleep(0)
        is_free.set()
        await until(pilot, lambda: prompt_of(app) == "please look")

        assert is_focused(app, "prompt")


async def test_keys_act_even_if_a_widget_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_keys, "_LONGEST_WAIT", 0.01)
    engine = FakeEngine()
    app = an_app(engine)

    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.press("x")
        await until(pilot, lambda: prompt_of(app) == "x")
        is_free = asyncio.Event()
        app.screen.call_later(is_free.wait)
        app.screen.call_later(lambda: None)
        type_at_once(app, "left", "y")
        try:
            async with asyncio.timeout(PATIENCE):
                while prompt_of(app) != "yx":  # noqa: ASYNC110 - `until` would wait for the widget
                    await asyncio.sleep(0.01)
        finally:
            is_free.set()


async def test_letters_after_the_end_of_a_search_act_in_the_answer() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await asked(pilot, engine)
        type_at_once(app, "slash", *"line", "enter", "n", "x")
        await until(pilot, lambda: prompt_of(app) == "x")

        assert "line" in [box.value for box in app.screen.query(Input)]


async def test_a_note_ends_with_enter_even_if_more_is_typed_at_once() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await asked(pilot, engine)
        type_at_once(app, "quotation_mark", *"ok", "enter", *"xl")
        await until(pilot, lambda: prompt_of(app) == "xl")

        assert engine.rounds[0].note.text == "ok"


@pytest.mark.parametrize("key", ["ctrl+o", "ctrl+l", "ctrl+p", "ctrl+e", "f1", "quotation_mark"])
async def test_what_is_typed_while_a_dialog_closes_goes_to_the_prompt_box(key: str) -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await asked(pilot, engine)
        type_at_once(app, key, "g", "escape", *"xl")
        await until(pilot, lambda: prompt_of(app) == "xl")

        assert is_focused(app, "prompt")


@pytest.mark.parametrize("turns", [1, 2])
async def test_letters_right_after_a_choice_in_the_palette_do_not_act_in_the_pane_below(turns: int) -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await asked(pilot, engine)
        top = app.screen.query_one("#left-answer").scroll_y
        await pilot.press("ctrl+p", *"theme")
        palette = app.screen
        found = palette.query_one(CommandList)
        await until(pilot, lambda: found.highlighted == 0 and "Choose" in str(found.get_option_at_index(0).prompt))
        for key in ("enter", *"darkdark"):  # r would ask again
            type_at_once(app, key)
            for _ in range(turns):
                await asyncio.sleep(0)
        await until(pilot, lambda: isinstance(app.screen, Palette) and app.screen is not palette)

        assert app.screen_stack[0].query_one("#left-answer").scroll_y == top
        assert prompt_of(app) == ""


async def test_escape_right_after_enter_stops_what_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = FakeEngine()
    app = an_app(engine)

    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await see(pilot, "ask both")
        stopped: list[str] = []
        monkeypatch.setattr(engine, "stop", lambda _: stopped.extend(round_.prompt for round_ in engine.rounds))
        type_at_once(app, *"hi", "enter", "escape")
        await until(pilot, lambda: stopped == ["hi"])

        assert prompt_of(app) == ""


async def test_a_new_conversation_right_after_enter_asks_first() -> None:
    engine = FakeEngine()
    app = an_app(engine)

    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await see(pilot, "ask both")
        type_at_once(app, *"hi", "enter", "ctrl+n")
        await see(pilot, "Stop them")

        assert engine.session_number == 1


async def test_what_is_typed_in_a_dialog_goes_there_even_if_the_terminal_does_not_have_the_focus() -> None:
    app = an_app(FakeEngine())

    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.press("ctrl+o")
        app.post_message(AppBlur())
        send(app, "opus")
        await until(pilot, lambda: isinstance(app.screen, ModelScreen) and text_of(app.focused) == "opus")

        assert prompt_of(app) == ""


async def test_a_held_key_is_not_a_burst() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await asked(pilot, engine)
        await pilot.press("3", "g")
        send(app, "jjj")
        await until(pilot, lambda: app.screen.query_one("#left-events").cursor == 3)  # type: ignore[attr-defined]

        assert prompt_of(app) == ""


async def test_what_is_typed_right_after_a_new_conversation_begins_goes_to_the_prompt_box() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await asked(pilot, engine)
        send(app, "\x0ecopy this\r")
        await until(pilot, lambda: [round_.prompt for round_ in engine.rounds] == ["copy this"])

        assert engine.session_number == 2


async def test_a_single_letter_right_after_a_new_conversation_begins_goes_to_the_prompt_box() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await asked(pilot, engine)
        send(app, "\x0ec")
        await until(pilot, lambda: prompt_of(app) == "c")

        assert app.clipboard == ""


async def test_letters_with_priority_are_typed_into_the_prompt_box() -> None:
    app = an_app(FakeEngine())

    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.press(*"hi?1l/")
        await until(pilot, lambda: prompt_of(app) == "hi?1l/")


async def test_a_burst_in_the_prompt_box_is_typed_key_by_key() -> None:
    engine = FakeEngine()
    app = an_app(engine)

    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        send(app, "first\rsecond")
        await until(pilot, lambda: prompt_of(app) == "second")

        assert [round_.prompt for round_ in engine.rounds] == ["first"]


async def test_text_does_nothing_in_a_dialog_without_a_box() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await until(pilot, lambda: bool(engine.rounds))
        await pilot.press("ctrl+n")
        await see(pilot, "Stop them")
        send(app, "yes")
        app.post_message(Paste("y"))
        app.post_message(Key("z", "z"))
        await pilot.pause()

        assert len(app.screen_stack) == 2
        assert engine.session_number == 1


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("\x13", SettingsScreen),
        ("\x0f", ModelScreen),
        ("\x0c", AttachScreen),
        ("\x10", Palette),
        ("\x1bOQ", ModelScreen),
    ],
)
async def test_what_is_typed_right_after_a_key_that_opens_a_dialog_goes_there(
    key: str, kind: type[Screen[Any]]
) -> None:
    """Enter would otherwise send it to both models."""
    engine = FakeEngine()
    app = an_app(engine)

    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        send(app, "a")
        send(app, f"{key}opus")
        await until(pilot, lambda: isinstance(app.screen, kind) and text_of(app.focused) == "opus")

        assert prompt_of(app) == "a"
        assert engine.rounds == []


async def test_a_burst_on_a_screen_without_a_box_acts_on_nothing() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await asked(pilot, engine)
        await pilot.press("f1")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        send(app, "/why not")
        await pilot.press("j")
        await see(pilot, "Stop the focused side")

        assert not app.is_in_box
        assert "/why" not in on_screen(app)


@pytest.mark.parametrize("before", [[], ["ctrl+o"]])
async def test_keys_that_edit_act_in_the_order_in_which_they_were_typed(before: list[str]) -> None:
    app = an_app(FakeEngine())

    async with app.run_test(size=(120, 40)) as pilot:
        await see(pilot, "ask both")
        type_at_once(app, *before, "x", "y", "backspace", "z", "left", "q", "end", "w")
        await until(pilot, lambda: text_of(app.focused) == "xqzw")


async def test_a_digit_for_hidden_events_goes_to_that_side_and_the_next_letter_moves_there() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")
    async with app.run_test(size=(80, 24)) as pilot:
        await asked(pilot, engine)
        await pilot.press("4")
        await until(pilot, lambda: is_focused(app, "right-answer"))
        await pilot.press("k")

        assert is_focused(app, "right-answer")
        assert prompt_of(app) == ""
