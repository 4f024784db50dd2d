from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.events import Key
from textual.pilot import Pilot
from textual.widgets import Input

from diptych.core.history_summary import HistoryFilter, ListedRound
from diptych.core.settings import Settings
from diptych.tui.app import DiptychApp
from diptych.tui.palette_ranking import rank
from diptych.tui.screens.history_browser import HistoryScreen
from diptych.tui.terminal.pasting import PasteParser
from diptych.tui.widgets.history_search import HistorySearch
from diptych.tui.widgets.prompt_box import PromptBox
from diptych.tui.widgets.round_list import RoundList
from tests.tui.fakes import ANTHROPIC, OPENAI, FakeEngine, an_app, on_screen, see, until
from tests.tui.histories import FakeHistory, a_round, a_run, real


@asynccontextmanager
async def opened(history: FakeHistory, size: tuple[int, int] = (120, 30)) -> AsyncIterator[Pilot[Any]]:
    app = an_app(FakeEngine())
    async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
        await app.push_screen(HistoryScreen(real(history)))
        yield pilot


def shown(pilot: Pilot[Any]) -> str:
    return on_screen(pilot.app)  # type: ignore[arg-type]


def current(pilot: Pilot[Any]) -> int | None:
    round_ = pilot.app.screen.query_one(RoundList).current
    return round_.id if round_ else None


def three_rounds() -> FakeHistory:
    return FakeHistory(
        a_round(3, "Why do clocks differ?"),
        a_round(2, "[/x] two", a_run("left"), a_run("right", state="failed", stop_reason=None)),
        a_round(1, "The first of all"),
    )


async def test_rounds_are_listed_with_how_they_ended() -> None:
    async with opened(three_rounds()) as pilot:
        await see(
            pilot, "3 rounds", "Why do clocks differ?", "[/x] two", "✖ failed", "claude-sonnet-5-5", "first token"
        )


async def test_it_searches_while_the_user_types_and_the_latest_search_wins() -> None:
    history = three_rounds()
    async with opened(history) as pilot:
        await see(pilot, "3 rounds")
        history.hold()
        await pilot.press("slash", *"first")
        await until(pilot, lambda: len(history.asked) == 2)
        assert "3 rounds" in shown(pilot)
        history.let_go()
        await see(pilot, "1 round ", "The first of all")

        assert [each.query for each in history.asked] == ["", "f", "first"]


async def test_letters_typed_at_once_after_the_search_key_are_the_query() -> None:
    async with opened(three_rounds()) as pilot:
        await see(pilot, "3 rounds")
        for character in "/dy/":
            pilot.app.post_message(Key("slash" if character == "/" else character, character))

        await until(pilot, lambda: pilot.app.screen.query_one(Input).value == "dy/")


async def test_enter_right_after_a_search_opens_the_round_that_it_finds() -> None:
    history = three_rounds()
    async with opened(history) as pilot:
        await see(pilot, "3 rounds")
        history.hold()
        await pilot.press("slash", *"first", "enter")
        await until(pilot, lambda: len(history.asked) == 2)
        history.let_go()
        await until(pilot, lambda: bool(history.opened))

        assert history.opened == [1]


async def test_fields_narrow_the_search() -> None:
    history = three_rounds()
    async with opened(history) as pilot:
        await pilot.press("slash", *"state:fa two model:gpt")
        await see(pilot, "1 round ", "[/x] two")

        assert history.asked[-1] == HistoryFilter("two", "gpt", "", "failed")


async def test_a_known_name_is_completed() -> None:
    history = three_rounds()
    async with opened(history) as pilot:
        await see(pilot, "3 rounds")
        await pilot.press("slash", *"model:gpt-")
        await see(pilot, "model:gpt-5.6-terra")
        await pilot.press("right")
        await until(pilot, lambda: history.asked[-1].model == "gpt-5.6-terra")


async def test_a_name_that_is_known_after_it_was_typed_is_completed_too() -> None:
    async with opened(three_rounds()) as pilot:
        await see(pilot, "3 rounds")
        await pilot.press("slash", *"model:new-")
        pilot.app.screen.query_one(HistorySearch).suggest(["new-model"], [])
        await see(pilot, "model:new-model")


async def test_arrows_move_in_the_list_while_the_search_box_has_the_focus() -> None:
    async with opened(three_rounds()) as pilot:
        await see(pilot, "3 rounds")
        await pilot.press("slash", "down", "down", "up", "x", "backspace")
        assert isinstance(pilot.app.focused, Input)
        await see(pilot, "3 rounds")
        await pilot.press("pagedown")
        await until(pilot, lambda: current(pilot) == 1)
        await pilot.press("pageup")
        await until(pilot, lambda: current(pilot) == 3)


async def test_escape_goes_from_the_box_to_the_list_and_from_there_back() -> None:
    async with opened(three_rounds()) as pilot:
        await see(pilot, "3 rounds")
        await pilot.press("slash", *"clocks")
        await see(pilot, "1 round ", "esc to the list")
        await pilot.press("escape")
        await see(pilot, "1 round ", "esc back", "r replay")
        await pilot.press("escape")
        await until(pilot, lambda: len(pilot.app.screen_stack) == 1)


async def test_an_empty_history_says_what_to_do() -> None:
    async with opened(FakeHistory()) as pilot:
        await see(pilot, "No round has been recorded yet.", "0 rounds")
        await pilot.press("enter", "r", "e", "d", "escape")
        await until(pilot, lambda: len(pilot.app.screen_stack) == 1)


@pytest.mark.parametrize(
    ("typed", "sentence"), [("nothing", "No round matches."), ("state:done", "There is no state done: a side is")]
)
async def test_no_match_says_why(typed: str, sentence: str) -> None:
    async with opened(three_rounds()) as pilot:
        await see(pilot, "3 rounds")
        await pilot.press("slash", *typed)
        await see(pilot, sentence)
        await pilot.press("escape")
        await see(pilot, "3 rounds", "Why do clocks differ?")


async def test_a_history_that_cannot_be_read_says_so_in_place_of_the_list() -> None:
    history = three_rounds()
    history.failure = "The history at [/x] is locked."
    async with opened(history) as pilot:
        await see(pilot, "The history at [/x] is locked.")
        history.failure = ""
        await pilot.press("slash", "f")
        await see(pilot, "The first of all")


async def test_an_unexpected_failure_ends_nothing() -> None:
    class Broken(FakeHistory):
        def rounds(self, wanted: HistoryFilter, /, limit: int | None = None) -> Sequence[ListedRound]:
            raise RuntimeError("secret details")

        def models(self) -> Sequence[str]:
            raise RuntimeError("secret details")

    async with opened(Broken()) as pilot:
        await see(pilot, "The history failed: RuntimeError.")


async def test_a_round_is_deleted_after_a_question() -> None:
    history = three_rounds()
    async with opened(history) as pilot:
        await see(pilot, "3 rounds")
        await pilot.press("down", "d")
        await see(pilot, "Delete round 2? This cannot be undone.")
        await pilot.press("escape")
        await until(pilot, lambda: len(pilot.app.screen_stack) == 2)
        assert len(history.listed) == 3
        await pilot.press("delete")
        await see(pilot, "Delete round 2?")
        await pilot.press("enter")
        await see(pilot, "2 rounds")

        assert [round_.id for round_ in history.listed] == [3, 1]
        assert current(pilot) == 1


async def test_what_cannot_be_deleted_or_opened_is_told() -> None:
    history = three_rounds()
    history.opening_failure = "Round 3 is [/gone]."
    async with opened(history) as pilot:
        await see(pilot, "3 rounds")
        await pilot.press("d", "y")
        await see(pilot, "Round 3 is [/gone].")
        pilot.app.clear_notifications()
        await pilot.press("enter")
        await see(pilot, "Round 3 is [/gone].", "3 rounds")


@pytest.mark.parametrize(("key", "place"), [("enter", "0.90"), ("r", "0.00")])
async def test_a_round_opens_in_the_replay(key: str, place: str) -> None:
    from diptych.tui.screens.replay import ReplayScreen

    history = three_rounds()
    async with opened(history) as pilot:
        await see(pilot, "3 rounds")
        history.hold()
        await pilot.press("down", key, key)
        await see(pilot, "opening round 2…")
        history.let_go()
        await until(pilot, lambda: isinstance(pilot.app.screen, ReplayScreen))
        await see(pilot, "[/x] two", place)
        await pilot.press("escape")
        await see(pilot, "3 rounds")

        assert history.opened == [2]


async def test_enter_in_the_search_box_and_a_double_click_open_too() -> None:
    history = three_rounds()
    async with opened(history) as pilot:
        await see(pilot, "3 rounds")
        await pilot.press("slash", "down", "enter")
        await until(pilot, lambda: len(pilot.app.screen_stack) == 3)
        await pilot.press("escape")
        await see(pilot, "3 rounds")
        await pilot.click(RoundList, offset=(9, 5), times=2)
        await until(pilot, lambda: len(pilot.app.screen_stack) == 3)

        assert history.opened == [2, 1]


async def test_a_round_is_exported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with opened(three_rounds()) as pilot:
        await see(pilot, "3 rounds")
        await pilot.press("down", "e")
        await see(pilot, "diptych-2.html")
        await pilot.press("down", "down", "enter")
        await see(pilot, "Wrote /", "diptych-2.json")

        assert '"[/x] two"' in (tmp_path / "diptych-2.json").read_text()


async def test_new_rounds_are_listed_when_the_user_comes_back() -> None:
    history = three_rounds()
    async with opened(history) as pilot:
        await see(pilot, "3 rounds")
        await pilot.press("down", "d")
        history.listed.insert(0, a_round(4, "Meanwhile"))
        await pilot.press("n")
        await see(pilot, "4 rounds", "Meanwhile")
        assert current(pilot) == 2


@pytest.mark.parametrize("size", [(30, 8), (60, 16)])
async def test_small_terminals_still_tell_rounds_apart(size: tuple[int, int]) -> None:
    async with opened(three_rounds(), size) as pilot:
        await see(pilot, "3 rounds", "Why do", "✔")


async def test_it_may_be_the_only_screen_and_begin_with_a_query() -> None:
    app = DiptychApp(HistoryScreen(real(three_rounds()), HistoryFilter("first")))
    async with app.run_test(size=(120, 30), notifications=True, tooltips=True) as pilot:
        await see(pilot, "1 round ", "/ first", "The first of all")
        await pilot.press("enter")
        await see(pilot, "left", "at the end")
        await pilot.press("escape")
        await see(pilot, "1 round ")
        await pilot.press("escape")

    assert app.return_code == 0


async def test_the_comparison_opens_it() -> None:
    app = an_app(FakeEngine(), history=three_rounds())
    async with app.run_test(size=(120, 30), notifications=True, tooltips=True) as pilot:
        await pilot.press("f6")
        await see(pilot, "3 rounds")


async def test_the_prompt_of_a_round_is_used_again() -> None:
    app = an_app(FakeEngine(), history=three_rounds())
    async with app.run_test(size=(120, 30), notifications=True, tooltips=True) as pilot:
        prompt = app.screen.query_one(PromptBox)
        await pilot.press("f6")
        await see(pilot, "3 rounds", "u use")
        await pilot.press("slash", *"first", "down", "up")
        await see(pilot, "1 round ")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.focused, RoundList))
        await pilot.press("u")
        await until(pilot, lambda: prompt.text == "The first of all" and app.focused is prompt)


async def test_without_a_prompt_box_no_prompt_is_used() -> None:
    app = DiptychApp(HistoryScreen(real(three_rounds())))
    async with app.run_test(size=(120, 30), notifications=True, tooltips=True) as pilot:
        await see(pilot, "3 rounds")
        await pilot.press("down")
        await until(pilot, lambda: current(pilot) == 2)
        assert "use prompt" not in shown(pilot)
        await pilot.press("u")  # which is then a letter that the list does not know
        await see(pilot, "/ u")


async def test_the_settings_of_each_round_are_listed() -> None:
    left = a_run("left", settings=Settings(ANTHROPIC, "claude-sonnet-5-5", preset="terse", max_tokens=300))
    right = a_run("right", settings=Settings(OPENAI, "gpt-5.6-terra"))
    history = FakeHistory(a_round(2, "two", left, right), a_round(1, "one"))

    async with opened(history, (160, 30)) as pilot:
        await see(
            pilot, "settings", "@terse · ≠ max 300 ", "≠ max 8,192", "left  @terse · ≠ max 300", "right ≠ max 8,192"
        )
        await pilot.press("down")
        await until(pilot, lambda: "left  @terse" not in shown(pilot))
        await pilot.press("slash", *"one")
        await until(pilot, lambda: "settings" not in shown(pilot))


async def test_a_comparison_without_a_history_says_so() -> None:
    async with an_app(FakeEngine()).run_test(size=(120, 30), notifications=True, tooltips=True) as pilot:
        await pilot.press("f6")
        await see(pilot, "There is no history: Diptych was started with", "--no-history.")


async def test_a_long_history_shows_its_newest_rounds_first_and_then_all() -> None:
    history = FakeHistory(*(a_round(number, f"round number {number}") for number in range(1_000, 0, -1)))
    async with opened(history) as pilot:
        await see(pilot, "1,000 rounds", "round number 1000")
        await pilot.press("end")
        await see(pilot, "round number 1")

        assert current(pilot) == 1


async def test_letters_move_in_the_list_and_all_other_text_goes_to_the_search_box() -> None:
    async with opened(three_rounds()) as pilot:
        await see(pilot, "3 rounds")
        at = []
        for key in ("j", "G", "k", "g", "n", "N", "ctrl+d", "ctrl+u"):
            await pilot.press(key)
            at.append(current(pilot))
        assert at == [2, 1, 2, 3, 2, 3, 1, 3]
        for message in PasteParser().feed("delete"):  # d alone would delete a round
            pilot.app.post_message(message)
        await see(pilot, "/ delete", "No round matches.")
        assert len(pilot.app.screen_stack) == 2


async def test_an_unknown_letter_begins_a_search() -> None:
    async with opened(three_rounds()) as pilot:
        await see(pilot, "3 rounds")
        await pilot.press(*"Why")
        await see(pilot, "/ Why", "1 round ")


async def test_the_help_explains_the_history() -> None:
    async with opened(three_rounds(), (120, 45)) as pilot:
        await see(pilot, "3 rounds", "? help  ctrl+q quit")
        await pilot.press("?")
        await see(pilot, "Replay the selected round from its start", "In the list of rounds", "home, g")
        await pilot.press("?")
        await until(pilot, lambda: len(pilot.app.screen_stack) == 2)
        await pilot.press("slash")
        await see(pilot, "F1 help   ctrl+q quit")
        await pilot.press("?", "f1")
        await see(pilot, "/ ?", "In the search box")


@pytest.mark.parametrize("keys", [("e",), ("ctrl+e",), ("f7",), ("slash", "ctrl+e")])
async def test_export_has_the_same_keys_as_elsewhere(keys: tuple[str, ...]) -> None:
    async with opened(three_rounds()) as pilot:
        await see(pilot, "3 rounds")
        await pilot.press(*keys)
        await see(pilot, "Choose a format")


async def test_the_palette_finds_what_the_history_can_do() -> None:
    async with opened(three_rounds()) as pilot:
        await see(pilot, "3 rounds")
        assert isinstance(pilot.app, DiptychApp)
        commands = [command.findable for command in pilot.app.commands(pilot.app.screen)]

    found = {word: commands[rank(word, commands)[0]].title for word in ("delete", "replay", "save", "search", "quit")}
    assert found == {
        "delete": "Delete the selected round",
        "replay": "Replay the selected round from its start",
        "save": "Export the selected round to a file",
        "search": "Search prompts, answers and notes",
        "quit": "Quit",
    }
