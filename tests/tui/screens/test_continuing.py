"""A conversation of the history is opened, and goes on as if it had never been closed."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from diptych.config.configuration import Configuration, CurrentConfiguration
from diptych.core.history_summary import HistoryFilter
from diptych.core.request import Label
from diptych.core.settings import Settings
from diptych.engine.engine import Engine, EngineOptions
from diptych.replay.folding import fold
from diptych.store.history import History
from diptych.store.history_writer import HistorySink
from diptych.store.recorder import Recorder
from diptych.tui.app import DiptychApp
from diptych.tui.screens.compare import CompareScreen
from tests.support.virtual_loop import VirtualLoop
from tests.tui.fakes import ANTHROPIC, OPENAI, FakeEngine, an_app, see, until
from tests.tui.made_experiments import asked, plan_for

SIZE = (160, 45)
SIDES: dict[Label, Settings] = {
    "left": Settings(ANTHROPIC, "claude-sonnet-5-5", simulated=True),
    "right": Settings(OPENAI, "gpt-5.6-terra", simulated=True),
}


class Recorded:
    """A simulated engine in virtual time whose rounds are recorded."""

    def __init__(self, path: Path, settings: dict[Label, Settings]) -> None:
        self.recorder = Recorder(HistorySink(path))
        self.loop = VirtualLoop()
        self.engine = Engine(settings, EngineOptions(seed=1), self.recorder, self.loop, self.loop.time)

    def ask(self, prompt: str) -> None:
        """Ask, and wait for the answers."""
        self.engine.ask(prompt)
        self.loop.advance()

    def close(self) -> None:
        """Write everything."""
        self.loop.advance(0)
        self.engine.close()
        self.recorder.close()


@contextmanager
def recorded(path: Path, settings: dict[Label, Settings] = SIDES) -> Iterator[Recorded]:
    """Yield an engine that records to the history at that path."""
    engine = Recorded(path, settings)
    try:
        yield engine
    finally:
        engine.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A history with one conversation: two rounds, of which the second has two takes on the left."""
    path = tmp_path / "history.db"
    with recorded(path, {**SIDES, "left": replace(SIDES["left"], system="Be brief.")}) as before:
        before.ask("one")
        before.ask("two")
        before.engine.ask_take(before.engine.rounds[1], "left")
        before.loop.advance()
    return path


async def choose_last(pilot: Pilot[None], prompt: str = "two") -> None:
    """Open the history, and continue the conversation of its newest round."""
    await pilot.press("ctrl+t")
    await see(pilot, prompt, "c continue")
    await pilot.press("c")
    await until(pilot, lambda: len(pilot.app.screen_stack) == 1)


def an_app_for(after: Recorded, path: Path, **options: object) -> DiptychApp:
    return an_app(after.engine, history=History(path), **options)  # type: ignore[arg-type]


async def test_its_rounds_settings_and_takes_become_those_of_the_session(path: Path) -> None:
    with recorded(path) as after:
        async with an_app_for(after, path).run_test(size=SIZE) as pilot:
            await choose_last(pilot)
            await see(pilot, "conversation 2 · round 2", "take 2 of 2", 'system "Be brief."', "❯ ask both…")
            await see(pilot, "✔ end_turn  first token")
            assert after.engine.settings["left"].system == "Be brief."
            await pilot.press("ctrl+up")
            await see(pilot, "Diptych   one", "round 1 of 2")
            await pilot.press(*"three", "enter")
            await until(pilot, lambda: len(after.engine.rounds) == 3)
            after.loop.advance()
            asked = after.engine.rounds[2].runs["left"].request.messages
            assert [message.text for message in asked][::2] == ["one", "two", "three"]
            assert asked[3].text == "".join(after.engine.rounds[1].takes("left")[1].text).strip()

    assert list(History(path).conversation(3)) == [1, 2, 3]


async def test_takes_of_an_opened_round_are_kept_in_it(path: Path) -> None:
    with recorded(path) as after:
        async with an_app_for(after, path).run_test(size=SIZE) as pilot:
            await choose_last(pilot)
            await see(pilot, "take 2 of 2")
            await pilot.click("#right-answer")
            await pilot.press("r")
            await until(pilot, lambda: after.engine.busy)
            after.loop.advance()
            await see(pilot, "openai:gpt-5.6-terra · simulated · take 2 of 2")
            await pilot.click("#left-answer")
            await pilot.press("less_than_sign")
            await see(pilot, "take 1 of 2")

    kept = fold(History(path).open(2))
    assert [len(kept.takes(label)) for label in ("left", "right")] == [2, 2]
    assert (kept.runs["left"].take, kept.runs["right"].take) == (1, 2)


async def test_it_asks_first_while_answers_are_streaming(path: Path) -> None:
    with recorded(path) as after:
        async with an_app_for(after, path).run_test(size=SIZE) as pilot:
            await pilot.press(*"now", "enter")
            await until(pilot, lambda: after.engine.busy)
            after.loop.settle()
            await asyncio.to_thread(_wait_for_round, path, 3)
            await pilot.press("ctrl+t")
            await see(pilot, "one", "two", "now")
            await pilot.press("down", "c")
            await see(pilot, "The models are still answering. Stop them,")
            await pilot.press("n")
            await until(pilot, lambda: len(pilot.app.screen_stack) == 1)
            assert after.engine.session_number == 1
            await pilot.press("ctrl+t")
            await see(pilot, "one", "two", "now")
            await pilot.press("down", "c")
            await see(pilot, "The models are still answering")
            await pilot.press("y")
            await see(pilot, "conversation 2 · round 2", "take 2 of 2")
            after.loop.settle()


async def test_a_round_that_is_still_being_answered_is_not_opened(path: Path) -> None:
    with recorded(path) as after, recorded(path) as other:
        other.engine.ask("elsewhere")
        other.loop.settle()
        await asyncio.to_thread(_wait_for_round, path, 3)
        async with an_app_for(after, path).run_test(size=SIZE, notifications=True) as pilot:
            await choose_last(pilot, "elsewhere")
            await see(pilot, "Round 3 is still being answered: wait until it has ended.", "conversation 1")
        other.loop.advance()


async def test_a_side_whose_endpoint_is_gone_keeps_its_model(path: Path) -> None:
    only = CurrentConfiguration(lambda: Configuration(Path("config.toml"), {"anthropic": ANTHROPIC}))
    with recorded(path, {**SIDES, "right": replace(SIDES["right"], model="another")}) as after:
        app = an_app_for(after, path, configuration=only)
        async with app.run_test(size=SIZE, notifications=True) as pilot:
            await choose_last(pilot)
            await see(pilot, "openai:gpt-5.6-terra (right) cannot be asked any more")
            app.clear_notifications()  # it covers the title
            await see(pilot, "openai:gpt-5.6-terra · simulated · next another")
            assert after.engine.settings["right"].model == "another"
            assert after.engine.settings["left"].system == "Be brief."


async def test_a_side_that_a_round_did_not_ask_says_so(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    with recorded(path, {"left": SIDES["left"]}) as before:
        before.ask("alone")
    with recorded(path) as after:
        async with an_app_for(after, path).run_test(size=SIZE, notifications=True) as pilot:
            await choose_last(pilot, "alone")
            await see(pilot, "This side was not asked in this round.")
            await pilot.click("#right-answer")
            await pilot.press("r")
            await see(pilot, "The right side was not asked in this round, so there is nothing to ask again.")


def _wait_for_round(path: Path, id: int) -> None:  # noqa: A002 - the word users know
    """Wait until a round is in the history."""
    while id not in [listed.id for listed in History(path).rounds(filter=HistoryFilter())]:
        pass


async def test_a_round_of_an_experiment_with_other_models_is_not_continued(tmp_path: Path) -> None:
    history = asked(tmp_path / "history.db", plan_for(1, repeats=1))
    app = an_app(FakeEngine())
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await pilot.pause()
        assert isinstance(app.screen, CompareScreen)
        app.screen.continue_round({1: fold(history.open(1))})
        await see(pilot, "This round asked other models than a left and a right one")
