import json

import pytest

from diptych.core.content import Text
from diptych.tui.widgets.event_list import EventList
from diptych.tui.widgets.side_pane import SidePane
from tests.tui.fakes import FakeEngine, add, an_app, begin, finish, on_screen, see, until


async def test_an_event_opens_with_its_offsets_meaning_and_data() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await until(pilot, lambda: bool(engine.rounds))
        begin(engine.left)
        data = {"type": "content_block_delta", "delta": {"text": "two\nlines [/nope]"}}
        add(engine.left, Text("Hi"), name="content_block_delta", data=json.dumps(data).encode())
        await see(pilot, "events · 1")
        await pilot.press("tab", "tab", "enter")
        await see(
            pilot,
            "1 content_block_delta",
            "at 0.310 s · Δ +0.010 s · the first token",
            "A piece of the answer: 2 characters.",
            'type "content_block_delta"',
            'text 17 characters  "two␊lines [/nope]…"',
            "3 of 3",
        )


async def test_the_screen_is_mounted_before_the_first_event_is_opened() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: bool(engine.rounds))
        for run in (engine.left, engine.right):
            begin(run)
            finish(run)
        await until(pilot, lambda: app.is_screen_installed("inspector"))

        await until(pilot, lambda: app.get_screen("inspector").is_mounted)


async def test_brackets_walk_and_the_list_follows() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await until(pilot, lambda: bool(engine.rounds))
        begin(engine.left)
        add(engine.left, Text("x"), name="message_start")
        await see(pilot, "message_start")
        await pilot.press("tab", "tab", "home", "enter")
        await see(pilot, "The request as it was sent", "1 of 3", "method")
        await pilot.press("[", "]")
        await see(pilot, "The server's status and headers.", "2 of 3", 'request-id "req_01"')
        add(engine.left, Text("y"), name="message_stop")
        await pilot.press("]", "]", "]")
        await see(pilot, "2 message_stop", "4 of 4")
        await pilot.press("escape")
        await until(pilot, lambda: len(app.screen_stack) == 1)

        assert app.screen.query_one("#left-events", EventList).cursor == 3


async def test_the_list_follows_to_a_line_that_it_has_not_read_yet() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await until(pilot, lambda: bool(engine.rounds))
        begin(engine.left)
        await see(pilot, "req_01")
        for piece in "abc":
            add(engine.left, Text(piece))
        app.screen.query_one("#left", SidePane).select_event(3)

        assert app.screen.query_one("#left-events", EventList).cursor == 3


async def test_raw_text_and_copying() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await until(pilot, lambda: bool(engine.rounds))
        begin(engine.left)
        add(engine.left, Text("x"), data=b'{"a":  1}')
        await see(pilot, "events · 1")
        await pilot.press("tab", "tab", "enter")
        await see(pilot, "a 1")
        await pilot.press("r")
        await see(pilot, '{"a":  1}')
        await pilot.press("c")
        await see(pilot, "Copied the event, 9 characters.")
        assert app.clipboard == '{"a":  1}'
        await pilot.press("r")
        await see(pilot, "a 1")


@pytest.mark.parametrize("size", [100_000, 16_000_000])
async def test_a_large_event_opens(size: int) -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")
    data = json.dumps({"text": "x" * (size // 2), "list": list(range(size // 14))}).encode()

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await until(pilot, lambda: bool(engine.rounds))
        begin(engine.left)
        add(engine.left, Text("x"), data=data)
        await see(pilot, "events · 1")
        await pilot.press("tab", "tab", "enter")
        await see(pilot, f"{size // 2:,} characters", f"list [{size // 14:,}]")
        await pilot.press("down", "down", "enter")
        await see(pilot, "25 25")
        await pilot.press("r")
        await until(pilot, lambda: "xxxxx" in on_screen(app))
        if size > 1_000_000:
            await pilot.press("end")
            await see(pilot, "… These are the first 200,000 of")


async def test_the_rest_of_a_long_list_opens_on_demand() -> None:
    engine = FakeEngine()

    async with an_app(engine, prompt="hi").run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await until(pilot, lambda: bool(engine.rounds))
        begin(engine.left)
        add(engine.left, Text("x"), data=json.dumps(list(range(1_000, 1_300))).encode())
        await see(pilot, "events · 1")
        await pilot.press("tab", "tab", "enter")
        await see(pilot, "0 1000")
        await pilot.press("end")
        await see(pilot, "… 100 more")
        await pilot.press("enter", "end")
        await see(pilot, "299 1299")
