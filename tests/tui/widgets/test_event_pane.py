"""Searching, filtering, folding and jumping in an event list, and two lists locked in time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual.pilot import Pilot

from diptych.core.content import Error, Ping, Text
from diptych.core.event import Event
from diptych.core.failure import Failure
from diptych.core.run import Run
from diptych.tui.app import DiptychApp
from diptych.tui.widgets.event_list import EventList
from diptych.tui.widgets.timeline import Timeline
from tests.tui.fakes import FakeEngine, add, an_app, begin, finish, on_screen, see, until

PLACE = "#left-events"


def list_of(app: DiptychApp, side: str = "left") -> EventList:
    return app.screen.query_one(f"#{side}-events", EventList)


def cursor_at(app: DiptychApp, side: str = "left") -> str:
    """What stands in the row under the cursor."""
    events = list_of(app, side)
    return "".join(text for text, _ in events.spans(events._rows.row_of(events.cursor)))


def words(run: Run, *stamps: float) -> None:
    for number, stamp in enumerate(stamps):
        add(run, Text(f"word{number}"), at=100 + stamp, data=b'{"delta": "word%d"}' % number)


@asynccontextmanager
async def asked(size: tuple[int, int] = (160, 45)) -> AsyncIterator[tuple[DiptychApp, Pilot[Any], FakeEngine]]:
    """Both sides have begun; the left event list has the focus."""
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")
    async with app.run_test(size=size, notifications=True) as pilot:
        await until(pilot, lambda: bool(engine.rounds))
        begin(engine.left)
        begin(engine.right)
        await see(pilot, "req_01")
        await pilot.press("tab", "3")
        await until(pilot, lambda: app.focused is list_of(app))
        yield app, pilot, engine


async def test_a_filter_shows_what_passes_and_says_how_many_of_how_many() -> None:
    async with asked() as (app, pilot, engine):
        words(engine.left, 1.0, 1.1, 2.5)
        add(engine.left, Ping(), name="ping")
        await see(pilot, "events · 4")
        await pilot.press("f", *"text")
        await see(pilot, "f text", "3 of 6")
        assert "ping" not in on_screen(app)
        await pilot.press(*" gap>1")
        await see(pilot, "f text gap>1", "1 of 6", '"word2"')
        assert '"word0"' not in on_screen(app)

        await pilot.press("enter")
        words(engine.left, 9.0)
        await see(pilot, "2 of 7", "+6.490")
        await pilot.press("escape")
        await see(pilot, '"word1"', "ping")
        assert "of 7" not in on_screen(app)


async def test_a_filter_that_cannot_be_read_says_why_and_shows_everything() -> None:
    async with asked() as (app, pilot, engine):
        words(engine.left, 1.0, 1.1)
        await see(pilot, "events · 2")
        await pilot.press("f", *"gap>soon")
        await see(pilot, "“gap>soon” cannot be read: write, for example, gap>0.5 or gap>500ms.", '"word1"')
        await pilot.press(*["backspace"] * 4, "9")
        await until(pilot, lambda: "cannot be read" not in on_screen(app) and '"word1"' not in on_screen(app))


async def test_the_cursor_stays_on_its_event_whatever_is_shown() -> None:
    async with asked() as (app, pilot, engine):
        add(engine.left, Ping(), name="ping")
        words(engine.left, *(1 + number / 10 for number in range(30)))
        add(engine.left, Ping(), name="ping")
        await see(pilot, "events · 32")
        await pilot.press("g", *["j"] * 12)
        assert '"word9"' in cursor_at(app)
        await pilot.press("f", *"text", "enter")
        assert '"word9"' in cursor_at(app)
        await pilot.press("z")
        assert "30 × delta · 2.9 s · 170 characters" in cursor_at(app)
        await pilot.press("z", "escape")
        assert '"word9"' in cursor_at(app)
        await pilot.press("f", *"ping", "enter")
        assert "ping" in cursor_at(app)


async def test_runs_of_deltas_fold_unfold_and_grow() -> None:
    async with asked() as (app, pilot, engine):
        words(engine.left, 1.0, 1.5)
        await see(pilot, "events · 2")
        await pilot.press("z")
        await see(pilot, "2 × delta · 0.5 s · 10 characters")
        words(engine.left, 2.0)
        await see(pilot, "3 × delta · 1.0 s · 15 characters")
        await pilot.press("enter")
        await see(pilot, '"word1"')
        words(engine.left, 3.0)
        await until(pilot, lambda: on_screen(app).count('"word0"') == 3)
        await pilot.press("z", "z")
        await see(pilot, "4 × delta")
        rows = on_screen(app).splitlines()
        row = next(number for number, text in enumerate(rows) if "4 × delta" in text)
        await pilot.click(offset=(20, row), times=2)
        await until(pilot, lambda: "4 × delta" not in on_screen(app))


async def test_a_search_finds_names_and_data_and_goes_through_matches() -> None:
    async with asked() as (app, pilot, engine):
        words(engine.left, 1.0, 1.1, 1.2)
        add(engine.left, Text("x"), name="odd", data=b'{"hidden_field": 17}')
        await see(pilot, "events · 4")
        await pilot.press("g", "slash", *"word")
        await see(pilot, "1 of 3")
        await pilot.press("enter")
        await until(pilot, lambda: app.focused is list_of(app))
        await pilot.press("n")
        await see(pilot, "2 of 3")
        await pilot.press("N", "N")
        await see(pilot, "3 of 3")
        assert '"word2"' in cursor_at(app)

        await pilot.press("slash", *"hidden")
        await see(pilot, "1 of 1", '{"hidden_field": 17}')
        await pilot.press("backspace", *"zzz")
        await see(pilot, "not found")
        await pilot.press("escape")
        await until(pilot, lambda: "not found" not in on_screen(app) and app.focused is list_of(app))


async def test_what_arrives_is_searched_as_well_and_a_match_in_a_fold_is_unfolded() -> None:
    async with asked() as (_, pilot, engine):
        words(engine.left, 1.0, 1.1)
        await see(pilot, "events · 2")
        await pilot.press("z", "slash", *"word1")
        await see(pilot, "1 of 1", '"word1"')
        words(engine.left, 2.0, 2.1)
        await see(pilot, "1 of 2")


async def test_escape_ends_the_search_then_the_filter_then_stops_the_side() -> None:
    async with asked() as (app, pilot, engine):
        words(engine.left, 1.0)
        await see(pilot, "events · 1")
        await pilot.press("f", *"text", "enter")
        await until(pilot, lambda: app.focused is list_of(app))
        await pilot.press("slash", *"word", "enter")
        await see(pilot, "1 of 1", "1 of 3")
        await pilot.press("escape")
        await until(pilot, lambda: "1 of 1" not in on_screen(app))
        assert "1 of 3" in on_screen(app)
        await pilot.press("escape")
        await until(pilot, lambda: "1 of 3" not in on_screen(app))
        assert engine.stopped == []
        await pilot.press("escape")
        assert engine.stopped == ["left"]


async def test_keys_jump_to_errors_unusual_gaps_the_first_token_and_the_stop_reason() -> None:
    async with asked() as (app, pilot, engine):
        add(engine.left, Ping(), at=100.5)
        words(engine.left, *(1 + number / 100 for number in range(40)), 5.0)
        add(engine.left, Error(Failure("event", "Overloaded")), name="error")
        finish(engine.left)
        await see(pilot, "events · 44")
        for key, expected in (("x", "Overloaded"), ("circumflex_accent", '"word0"'), ("dollar_sign", "stop: end_turn")):
            await pilot.press("g", key)
            assert expected in cursor_at(app)
        await pilot.press("g", "w", "w")
        assert '"word40"' in cursor_at(app)
        await pilot.press("w")
        assert '"word0"' in cursor_at(app)


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("x", "There is no error in this list."),
        ("w", "There is no unusual gap in this list."),
        ("circumflex_accent", "There is no token in this list."),
        ("dollar_sign", "There is no stop reason in this list."),
    ],
)
async def test_what_is_not_there_is_said(key: str, sentence: str) -> None:
    async with asked() as (_, pilot, _engine):
        await pilot.press(key)
        await see(pilot, sentence)


async def test_what_the_filter_hides_is_not_gone_to() -> None:
    async with asked() as (app, pilot, engine):
        add(engine.left, Error(Failure("event", "Overloaded")), name="error")
        await see(pilot, "events · 1")
        await pilot.press("f", *"note", "enter")
        await until(pilot, lambda: app.focused is list_of(app))
        await pilot.press("x")
        await see(pilot, "There is no error among the events that the filter shows.")


async def test_an_unusual_gap_stands_out_and_a_usual_one_does_not() -> None:
    async with asked() as (app, pilot, engine):
        words(engine.left, *(1 + number / 100 for number in range(20)), 5.0)
        await see(pilot, "events · 21")
        events = list_of(app)
        unusual, usual = (dict(events.spans(row))["  +3.810" if row == 22 else "  +0.010"] for row in (22, 21))
        assert unusual == events.style_of("events--gap-unusual")
        assert usual == events.style_of("events--figure")


async def test_t_moves_the_other_list_to_the_same_time_once() -> None:
    async with asked() as (app, pilot, engine):
        words(engine.left, 1.0, 2.0, 3.0, 4.0)
        words(engine.right, 1.5, 2.5, 3.5)
        await see(pilot, "events · 4", "events · 3")
        await pilot.press("k", "t")
        await until(pilot, lambda: '"word1"' in cursor_at(app, "right"))
        await pilot.press("k")
        await pilot.pause()
        assert '"word1"' in cursor_at(app, "right")


async def test_locked_lists_move_together_until_they_are_unlocked() -> None:
    async with asked() as (app, pilot, engine):
        words(engine.left, 1.0, 2.0, 3.0, 4.0)
        words(engine.right, 1.5, 2.5, 3.5)
        await see(pilot, "events · 4", "events · 3")
        await pilot.press("T", "g")
        await see(pilot, "events · 4 ⇄ locked in time", "events · 3 ⇄ locked in time")
        await until(pilot, lambda: list_of(app, "right").cursor == 0)
        await pilot.press("G", "k")
        await until(pilot, lambda: '"word1"' in cursor_at(app, "right"))
        await pilot.press("4", "k")
        await until(pilot, lambda: '"word0"' in cursor_at(app))
        await pilot.press("G")
        await until(pilot, lambda: '"word3"' in cursor_at(app))
        words(engine.left, 5.0)
        await until(pilot, lambda: list_of(app).following and list_of(app).cursor == 6)

        await pilot.press("T", "g")
        await until(pilot, lambda: "locked" not in on_screen(app) and list_of(app, "right").cursor == 0)
        assert list_of(app).cursor == 6


async def test_lists_are_moved_filtered_and_folded_from_the_palette() -> None:
    async with asked() as (app, pilot, _):
        titles = {command.title: command for command in app.commands(app.screen)}
        for title in (
            "Filter the right events",
            "Search the left events",
            "Fold or unfold the left deltas",
            "Next error in the right events",
            "Lock the event lists in time, or unlock them",
        ):
            assert title in titles
        titles["Filter the right events"].run()
        await pilot.press(*"ping")
        await see(pilot, "f ping", "0 of 2")


async def test_a_long_list_is_read_in_portions_and_filtered_by_its_data() -> None:
    async with asked() as (app, pilot, engine):
        for number in range(25_000):
            engine.left.add(Event(101 + number / 1000, number + 1, "chunk", b'{"n": %d}' % number, (Text("x"),)))
        await see(pilot, "events · 25,000")
        await until(pilot, lambda: list_of(app).line_count == 25_002)
        await pilot.press("f", *'"n": 24999', "enter")
        await see(pilot, "1 of 25,002", "25000  ")


async def test_a_click_on_the_timeline_moves_both_lists_to_that_time() -> None:
    async with asked() as (app, pilot, engine):
        words(engine.left, 1.0, 2.0, 3.0)
        words(engine.right, 1.0, 2.5, 3.0)
        finish(engine.left)
        finish(engine.right)
        await see(pilot, "0 to 3.01 s", "✔ complete")
        timeline = app.screen.query_one(Timeline)
        columns = timeline.size.width - 9
        await pilot.click(timeline, offset=(8 + round(columns * 2 / 3.01), 0))
        await until(pilot, lambda: '"word1"' in cursor_at(app) and '"word0"' in cursor_at(app, "right"))
        await see(pilot, "left 2.000   right 1.000")


async def test_the_timeline_stands_above_the_lists_from_36_rows_up() -> None:
    async with asked((120, 36)) as (app, pilot, engine):
        words(engine.left, 1.0)
        await see(pilot, "◆ first token")
        rows = on_screen(app).splitlines()
        rule = next(number for number, row in enumerate(rows) if "events · 1" in row)
        assert rows[rule + 1].startswith("┃ left ")
        assert rows[rule + 2].startswith("┃ right ")
        assert rows[rule + 4].lstrip("┃ ").startswith("#")
        await pilot.press("e")
        await until(pilot, lambda: "events · 1" not in on_screen(app).splitlines()[rule])
        rows = on_screen(app).splitlines()
        rule = next(number for number, row in enumerate(rows) if "events · 1" in row)
        assert rows[rule + 1].startswith("┃ left ")
        await pilot.press("e")
        await until(pilot, lambda: "first token ◆" not in on_screen(app) and "│ right " not in on_screen(app))
        assert not app.screen.query_one(Timeline).display
        await pilot.press("e")
        await see(pilot, "◆ first token")
        await pilot.resize_terminal(120, 35)
        await until(pilot, lambda: "◆" not in on_screen(app))
        await pilot.resize_terminal(90, 40)
        await see(pilot, "◆ first token")
        assert on_screen(app).splitlines()[1].startswith(" left ")


async def test_the_timeline_marks_where_the_cursor_of_each_list_is() -> None:
    async with asked() as (app, pilot, engine):
        words(engine.left, 1.0, 2.0)
        await see(pilot, "◆ first token")
        timeline = app.screen.query_one(Timeline)

        def marked() -> list[str]:
            style = timeline.get_component_rich_style("timeline--cursor")
            return [segment.text for segment in timeline.render_line(0) if segment.style == style]

        assert marked() == []
        await pilot.press("k")
        await until(pilot, lambda: marked() == ["◆"])
