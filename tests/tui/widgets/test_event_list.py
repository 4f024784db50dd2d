from pathlib import Path
from typing import Any

import pytest
from textual.events import MouseScrollUp
from textual.pilot import Pilot

from diptych.core.content import Stop, Text, UsageReport
from diptych.core.event import Event
from diptych.core.event_log import MemoryBudget
from diptych.core.metrics.usage import Usage
from diptych.core.run import Run
from diptych.store.spill_file import TemporarySpillFile
from diptych.tui.app import DiptychApp
from diptych.tui.widgets.event_list import EventList
from tests.tui.fakes import FakeEngine, add, an_app, begin, on_screen, say, see, until


async def started(pilot: Pilot[Any], engine: FakeEngine) -> Run:
    await until(pilot, lambda: bool(engine.rounds))
    begin(engine.left)
    return engine.left


def events_of(app: DiptychApp) -> EventList:
    return app.screen.query_one("#left-events", EventList)


async def test_a_line_shows_number_times_name_and_detail() -> None:
    engine = FakeEngine()

    async with an_app(engine, prompt="hi").run_test(size=(160, 45), notifications=True, tooltips=True) as pilot:
        run = await started(pilot, engine)
        add(run, Text("Here"), name="content_block_delta")
        add(run, Stop("end_turn"), UsageReport(Usage(8, output_tokens=12), {}), name="message_delta", at=101.25)
        await see(
            pilot,
            "  #      at       Δ  event                detail",
            "      0.000          request              2 messages",
            "      0.300  +0.300  response             200  req_01",
            '  1   0.310  +0.010  content_block_delta  "Here"',
            "  2   1.250  +0.940  message_delta        stop: end_turn · in 8 · out 12",
        )


async def test_only_what_has_data_has_a_number_of_bytes() -> None:
    engine = FakeEngine()

    async with an_app(engine, prompt="hi").run_test(size=(200, 45), notifications=True, tooltips=True) as pilot:
        run = await started(pilot, engine)
        run.add(Event(101.0, 1, "chunk", b"x" * 1_234, (Text("Here"),)))
        await see(
            pilot,
            "  #      at       Δ    bytes  event      detail",
            "      0.300  +0.300           response   200  req_01",
            '  1   1.000  +0.700    1,234  chunk      "Here"',
        )


async def test_lines_that_left_memory_are_shown_and_opened_like_any_other(tmp_path: Path) -> None:
    engine = FakeEngine()
    engine.memory = MemoryBudget(TemporarySpillFile(tmp_path), cap=0)
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(160, 45), notifications=True, tooltips=True) as pilot:
        run = await started(pilot, engine)
        for number in range(2_000):
            run.add(Event(101 + number / 1000, number + 1, "chunk", b'{"n": %d}' % number, (Text(f"word{number} "),)))
        await see(pilot, "2000", "events · 2,000", '"word1999 "')
        await pilot.press("tab", "tab", "home")
        await see(pilot, "2 messages", '"word3 "')
        await pilot.press("down", "down", "down", "enter")
        await see(pilot, "2 chunk", "n 1", "4 of 2,002")


async def test_what_is_wrong_with_the_engine_is_told() -> None:
    engine = FakeEngine()
    engine.problem = "There is no room for [events]."

    async with an_app(engine, prompt="hi").run_test(size=(160, 45), notifications=True, tooltips=True) as pilot:
        await started(pilot, engine)
        await see(pilot, "There is no room for [events].")


async def test_a_hundred_thousand_lines_scroll() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(160, 45), notifications=True, tooltips=True) as pilot:
        run = await started(pilot, engine)
        for number in range(100_000):
            run.add(Event(101 + number / 1000, number + 1, "chunk", b"{}", (Text("word "),)))
        await see(pilot, "100000", "events · 100,000")
        await pilot.press("tab", "tab", "home")
        await see(pilot, "2 messages")
        for _ in range(50):
            await pilot.press("pagedown")
        await pilot.press("end")
        await see(pilot, "100000")


async def test_it_follows_until_the_user_moves_up() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        run = await started(pilot, engine)
        say(run, *(f"piece {number}" for number in range(100)))
        await see(pilot, '"piece 99"')
        await pilot.press("tab", "tab", "up")
        say(run, *(f"more {number}" for number in range(100)))
        await see(pilot, "events · 200")
        assert '"more' not in on_screen(app).replace('more 99"', "")
        assert events_of(app).cursor == 100
        await pilot.press("end")
        await see(pilot, '"more 99"')
        say(run, "last")
        await see(pilot, '"last"')


async def test_keys_move_the_cursor_and_keep_it_in_view() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        run = await started(pilot, engine)
        say(run, *"x" * 98)
        await see(pilot, "events · 98")
        events = events_of(app)
        page = events.size.height - 1
        await pilot.press("tab", "tab")
        moved = []
        for key in ("home", "up", "down", "pagedown", "pageup", "end", "down"):
            await pilot.press(key)
            moved.append(events.cursor)
            assert events.scroll_y <= events.cursor < events.scroll_y + events.size.height

        assert moved == [0, 0, 1, 1 + page, 1, 99, 99]


async def test_a_click_selects_and_a_double_click_opens() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        run = await started(pilot, engine)
        say(run, "a", "b")
        await see(pilot, "events · 2")
        await pilot.click("#left-events", offset=(5, 1))
        assert events_of(app).cursor == 1
        await pilot.click("#left-events", offset=(5, 2), times=2)
        await see(pilot, "A piece of the answer", "3 of 4")


async def test_the_wheel_scrolls_away_from_the_tail() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        run = await started(pilot, engine)
        say(run, *"x" * 98)
        await see(pilot, "events · 98")
        events = events_of(app)
        tail = events.scroll_y
        events.post_message(
            MouseScrollUp(events, 1, 1, 0, 0, 0, shift=False, meta=False, ctrl=False, screen_x=2, screen_y=30)
        )
        await until(pilot, lambda: events.scroll_y < tail and not events.following)
        top = events.scroll_y
        say(run, "y")
        await see(pilot, "events · 99")

        assert events.scroll_y <= top


@pytest.mark.parametrize(
    ("size", "name", "shown"),
    [
        ((100, 30), "message_stop", "me…e_stop"),
        ((100, 30), "message_start", "me…_start"),
        ((120, 40), "response.reasoning_summary_text.delta", "…summary_text.delta"),
        ((120, 40), "response.output_text.delta", "…output_text.delta"),
    ],
)
async def test_a_long_name_keeps_the_end_that_tells_it_from_others(
    size: tuple[int, int], name: str, shown: str
) -> None:
    engine = FakeEngine()

    async with an_app(engine, prompt="hi").run_test(size=size, notifications=True, tooltips=True) as pilot:
        run = await started(pilot, engine)
        add(run, Text("x"), name=name)
        await see(pilot, f"{shown} ")


async def test_a_request_says_what_its_connection_took() -> None:
    engine = FakeEngine()

    async with an_app(engine, prompt="hi").run_test(size=(160, 45), notifications=True, tooltips=True) as pilot:
        await until(pilot, lambda: bool(engine.rounds))
        begin(engine.left, connect=0.0521)
        begin(engine.right, connect=0.0)
        await see(pilot, "2 messages · connect 0.052 s", "2 messages · connection reused")


async def test_the_scrollbar_keeps_up_with_the_list() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(160, 45), notifications=True, tooltips=True) as pilot:
        run = await started(pilot, engine)
        say(run, *(f"word{number} " for number in range(500)))
        await see(pilot, '"word499 "')
        events = events_of(app)
        bar = events.vertical_scrollbar
        column = bar.region.x

        def thumb() -> list[int]:
            rows = on_screen(app).splitlines()
            return [y for y in range(bar.region.y, bar.region.bottom) if rows[y][column] != " "] or [-1]

        assert (bar.window_virtual_size, bar.position) == (502, events.max_scroll_y)
        await pilot.press("tab", "tab", "home")
        await until(pilot, lambda: bar.position == 0)
        assert thumb()[0] <= bar.region.y + 1
