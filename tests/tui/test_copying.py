"""What the keys of a pane copy, and what the user is told of it."""

import json

from diptych.codec.objects import event_objects
from diptych.core.blind import Blind
from diptych.core.content import Text
from diptych.tui.widgets.event_list import EventList
from tests.tui.fakes import FakeEngine, add, an_app, begin, finish, focus, say, see, until


async def test_the_request_as_a_curl_command() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await until(pilot, lambda: bool(engine.rounds))
        await pilot.press("tab", "Y")
        await see(pilot, "There is no request to copy")
        begin(engine.left)
        await see(pilot, "req_01")
        await focus(pilot, EventList, "tab")
        await pilot.press("Y")
        await see(pilot, "Copied the left request as a")

        assert "\ncurl -N --http1.1 " in app.clipboard


async def test_all_events_as_json_lines() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await until(pilot, lambda: bool(engine.rounds))
        await pilot.press("tab", "C")
        await see(pilot, "There are no events to copy yet.")
        begin(engine.left)
        say(engine.left, "Hel", "lo")
        finish(engine.left)
        await see(pilot, "end_turn")
        await pilot.press("C")
        await see(pilot, "lines of the left events")

        copied = [json.loads(line) for line in app.clipboard.splitlines()]
        assert copied == json.loads(json.dumps(list(event_objects(engine.left))))
        assert copied[-1]["note"] == "end"


async def test_more_events_than_a_clipboard_takes() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await until(pilot, lambda: bool(engine.rounds))
        begin(engine.left)
        add(engine.left, Text("x"), data=b"x" * 80_000)
        await see(pilot, "events · 1")
        await pilot.press("tab", "C")
        await see(pilot, "Some terminals copy")
        add(engine.left, Text("x"), data=b"x" * 4_000_000)
        await pilot.press("C")
        await see(pilot, "The events are too much for")

        assert len(app.clipboard) < 100_000


async def test_a_blind_round_gives_nothing_away() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await until(pilot, lambda: bool(engine.rounds))
        begin(engine.left)
        engine.rounds[0].blind = Blind(1, ("right", "left"))
        await pilot.press("tab", "Y")
        await see(pilot, "This round is blind")
        app.clear_notifications()
        await pilot.press("C")
        await until(pilot, lambda: len(app._notifications) == 1)

        assert app.clipboard == ""
        assert not [each for each in app.screen.commands() if "curl" in each.title]  # type: ignore[attr-defined]


async def test_the_request_is_copied_from_an_opened_event_as_well() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await until(pilot, lambda: bool(engine.rounds))
        begin(engine.left)
        say(engine.left, "Hi")
        await see(pilot, "events · 1")
        await pilot.press("tab", "tab", "enter")
        await see(pilot, "A piece of the answer")
        await pilot.press("r", "Y")
        await see(pilot, "Copied the left request as a")

        assert "\ncurl -N --http1.1 " in app.clipboard
