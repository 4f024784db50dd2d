"""Stars and notes, which the user gives to the shown round, or to one in the history."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from textual.pilot import Pilot

from diptych.core.remarks import MOST_IN_NOTE, RoundNote, Vote
from diptych.replay.player import Player
from diptych.tui.app import DiptychApp
from diptych.tui.screens.history_browser import HistoryScreen
from diptych.tui.screens.note_dialog import NoteBox, NoteScreen
from diptych.tui.screens.replay import ReplayScreen
from diptych.tui.widgets.prompt_box import PromptBox
from diptych.tui.widgets.round_list import RoundList
from tests.replay.recordings import two_answers
from tests.tui.fakes import FakeEngine, an_app, on_screen, see, until
from tests.tui.histories import FakeHistory, a_round, a_run, real


async def write(pilot: Pilot[Any], *keys: str) -> None:
    """Open the dialog for the note, and press keys in it."""
    await pilot.press("quotation_mark")
    await until(pilot, lambda: isinstance(pilot.app.screen, NoteScreen))
    await pilot.press(*keys)
    await until(pilot, lambda: not isinstance(pilot.app.screen, NoteScreen))


@asynccontextmanager
async def comparing(engine: FakeEngine, prompt: str | None = "hi") -> AsyncIterator[Pilot[Any]]:
    app = an_app(engine, prompt=prompt)
    async with app.run_test(size=(120, 30), notifications=True, tooltips=True) as pilot:
        if prompt:
            await until(pilot, lambda: bool(engine.rounds))
        yield pilot


async def test_the_shown_round_is_starred_and_gets_a_note() -> None:
    engine = FakeEngine()
    async with comparing(engine) as pilot:
        await pilot.press("tab", "asterisk")
        await see(pilot, "★ conversation 1 · round 1")
        await write(pilot, *"worth it", "ctrl+j", *"twice", "enter")
        await see(pilot, "★ worth it twice · conversation 1 · round 1")
        assert engine.rounds[0].note == RoundNote("worth it\ntwice", starred=True)

        await pilot.press("asterisk")
        await write(pilot, *"!!", "escape")
        await see(pilot, " worth it twice · conversation 1 · round 1")
        assert engine.rounds[0].note == RoundNote("worth it\ntwice")

        await write(pilot, "ctrl+u", "backspace", "ctrl+u", "enter")
        await until(pilot, lambda: engine.rounds[0].note == RoundNote())
        assert "twice" not in on_screen(pilot.app)  # type: ignore[arg-type]


async def test_in_the_prompt_box_the_keys_are_text() -> None:
    engine = FakeEngine()
    async with comparing(engine) as pilot:
        await pilot.press("asterisk", "quotation_mark")
        await until(pilot, lambda: pilot.app.screen.query_one(PromptBox).text == '*"')


async def test_without_a_round_there_is_nothing_to_star() -> None:
    async with comparing(FakeEngine(), None) as pilot:
        await pilot.press("tab", "asterisk")
        await see(pilot, "There is no round to write a note to yet: ask something first.")


async def test_a_note_that_is_too_long_stays_in_its_box() -> None:
    engine = FakeEngine()
    async with comparing(engine) as pilot:
        await pilot.press("tab", "quotation_mark")
        await until(pilot, lambda: isinstance(pilot.app.screen, NoteScreen))
        pilot.app.screen.query_one(NoteBox).text = "x" * (MOST_IN_NOTE + 1)
        await pilot.press("enter")
        await see(pilot, "A note may have 10,000 characters, and this has 10,001.")
        assert engine.rounds[0].note == RoundNote()


# In a replay


@asynccontextmanager
async def replaying(history: FakeHistory, number: int | None = 2) -> AsyncIterator[Pilot[Any]]:
    player = Player(replace(two_answers(), number=number))
    player.advance_to(player.length)
    app = DiptychApp(ReplayScreen(player, history=real(history)))
    async with app.run_test(size=(120, 30), notifications=True) as pilot:
        yield pilot


async def test_a_note_is_kept_from_a_replay() -> None:
    history = FakeHistory(a_round(2)._replace(note=RoundNote("before")))
    async with replaying(history) as pilot:
        await pilot.press("asterisk")
        await see(pilot, "★ before · replay")
        await write(pilot, "ctrl+u", *"now", "enter")
        await see(pilot, "★ now · replay")
        assert history.listed[0].note == RoundNote("now", starred=True)

        await pilot.press("left", "right")
        await see(pilot, "★ now · replay")


async def test_a_note_that_cannot_be_kept_is_told() -> None:
    history = FakeHistory(a_round(2))
    history.opening_failure = "The history cannot be used: [/x]."
    async with replaying(history) as pilot:
        await pilot.press("asterisk")
        await see(pilot, "The history cannot be used: [/x].")
        assert "★" not in on_screen(pilot.app)  # type: ignore[arg-type]


async def test_a_round_from_a_file_gets_no_note() -> None:
    async with replaying(FakeHistory(), None) as pilot:
        await pilot.press("asterisk")
        await see(pilot, "A note is kept in the history: import this recording first")


# In the history


@asynccontextmanager
async def listing(history: FakeHistory) -> AsyncIterator[Pilot[Any]]:
    app = an_app(FakeEngine())
    async with app.run_test(size=(120, 30), notifications=True) as pilot:
        await app.push_screen(HistoryScreen(real(history)))
        await see(pilot, f"{len(history.listed)} round")
        yield pilot


async def test_rounds_of_the_history_are_starred_and_get_notes() -> None:
    history = FakeHistory(a_round(3, "three"), a_round(2, "two"))
    async with listing(history) as pilot:
        await pilot.press("down", "asterisk")
        await see(pilot, "★ two")
        await write(pilot, *"worth it", "enter")
        await see(pilot, " ★ note: worth it")
        assert [each.note for each in history.listed] == [RoundNote(), RoundNote("worth it", starred=True)]

        await pilot.press("up")
        await until(pilot, lambda: "note: worth it" not in on_screen(pilot.app))  # type: ignore[arg-type]
        await pilot.press("quotation_mark", *"no", "escape", "asterisk", "asterisk")
        await see(pilot, "three")
        await until(
            pilot, lambda: history.listed[0].note == RoundNote(starred=True) or not history.listed[0].note.starred
        )


async def test_two_rounds_are_starred_at_once() -> None:
    history = FakeHistory(a_round(3, "three"), a_round(2, "two"))
    async with listing(history) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, HistoryScreen)
        screen.action_star()
        screen.query_one(RoundList).move_to_item(1)
        screen.action_star()
        await until(pilot, lambda: all(each.note.starred for each in history.listed))


async def test_a_note_that_the_history_refuses_is_told() -> None:
    history = FakeHistory(a_round(3, "three"))
    history.opening_failure = "It can only be read: [/x]."
    async with listing(history) as pilot:
        await pilot.press("asterisk")
        await see(pilot, "It can only be read: [/x].", "1 round")


async def test_votes_and_takes_are_listed() -> None:
    better = a_round(3, "three")._replace(votes=(Vote("better", 1.0, "right", blind=True),))
    taken = a_round(2, "two", a_run()._replace(take=2, takes=3), a_run("right"))
    async with listing(FakeHistory(better, taken)) as pilot:
        await see(pilot, "✓  gpt-5.6-terra", "right is better · blind")
        await pilot.press("down")
        await see(pilot, "left take 2 of 3")
