"""The screen of an experiment."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from diptych.core.endpoint import Endpoint
from diptych.core.experiment.case import Case
from diptych.core.experiment.plan import Plan
from diptych.core.message import Message
from diptych.core.settings import Settings
from diptych.store.history import History
from diptych.tui.app import DiptychApp
from diptych.tui.screens.differences import DifferencesScreen
from diptych.tui.screens.experiment import ExperimentScreen
from diptych.tui.screens.experiment_list import ExperimentListScreen
from diptych.tui.screens.experiment_summary import SummaryScreen
from diptych.tui.screens.history_browser import HistoryScreen
from diptych.tui.screens.replay import ReplayScreen
from diptych.tui.widgets.case_table import CaseTable
from diptych.tui.widgets.round_list import RoundList
from diptych.tui.widgets.strip_plots import StripPlots
from tests.tui.fakes import focus, on_screen, see, until
from tests.tui.made_experiments import LABELS, asked, go_on, plan_for


@asynccontextmanager
async def opened(
    history: History, reference: str = "x1", size: tuple[int, int] = (120, 36), **options: Any
) -> AsyncIterator[Pilot[Any]]:
    app = DiptychApp(ExperimentScreen(history, reference, **options))
    async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
        await until(pilot, lambda: "Reading" not in on_screen(app))
        yield pilot


def shown(pilot: Pilot[Any]) -> str:
    return on_screen(pilot.app)  # type: ignore[arg-type]


def table(pilot: Pilot[Any]) -> CaseTable:
    return pilot.app.screen.query_one(CaseTable)


def cases(pilot: Pilot[Any]) -> list[str]:
    return [line.split()[0] for line in shown(pilot).splitlines() if line.startswith(" case-")][
        : table(pilot).line_count
    ]


def small(tmp_path: Path, **plan: Any) -> History:
    return asked(tmp_path / "history.db", plan_for(**plan))


async def test_the_table_shows_every_case_and_model_and_each_model_has_a_strip(tmp_path: Path) -> None:
    async with opened(small(tmp_path)) as pilot:
        await see(pilot, "x1 · 45 answers", "case-5  [/red]Write a haiku", "5 cases · as asked", "first token")
        await see(pilot, *LABELS, "of 15 passed", "◆ 0.")
        assert pilot.app.screen.query_one(StripPlots).line_count % len(LABELS) == 0
        assert cases(pilot) == [f"case-{number}" for number in range(1, 6)]


async def test_a_narrow_bar_has_the_keys_that_nothing_else_on_the_screen_tells(tmp_path: Path) -> None:
    async with opened(small(tmp_path), size=(80, 24)) as pilot:
        await see(pilot, "enter open")
        bar = shown(pilot).splitlines()[-1]
        for key in ("D compare", "v vote", "S summary", "esc back", "? help", "^q quit"):
            assert key in bar


async def test_another_figure_changes_the_table_the_strips_and_the_axis(tmp_path: Path) -> None:
    async with opened(small(tmp_path)) as pilot:
        await see(pilot, "45 answers", "◆ 0.", "@terse compared with anthropic:a", "╵10s", "of 1 check", "log axis")
        before = shown(pilot)
        await pilot.press("5")
        await see(pilot, "◆ 3 tokens", "output 3")
        await pilot.press("1")
        await until(pilot, lambda: shown(pilot) == before)


async def test_enter_opens_the_round_of_the_selected_answer_and_escape_comes_back(tmp_path: Path) -> None:
    async with opened(small(tmp_path)) as pilot:
        await see(pilot, "45 answers")
        await pilot.press("down", "right", "right")
        await see(pilot, "case-2 · local:q#2 · repeat 1 · first token")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ReplayScreen))
        await see(pilot, "x1 case-2 #1", "local:q#2 · here", "anthropic:a · here", "‖ at the end")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, ExperimentScreen))
        assert table(pilot).answer == ("case-2", 1, "local:q#2")


async def test_a_mark_of_a_strip_is_an_answer_that_can_be_opened(tmp_path: Path) -> None:
    async with opened(small(tmp_path)) as pilot:
        await see(pilot, "45 answers", "◆ 0.")
        await pilot.press("tab", "end")
        strips = pilot.app.screen.query_one(StripPlots)
        await until(pilot, lambda: strips._mark == len(strips._shown[0].marks) - 1)
        highest = strips._shown[0].key(strips._mark or 0)
        assert table(pilot).answer == highest

        await pilot.press("left", "down")
        await until(pilot, lambda: (table(pilot).answer or highest)[2] == LABELS[1])
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ReplayScreen))


async def test_the_answers_of_a_cell_are_selected_one_after_another(tmp_path: Path) -> None:
    async with opened(small(tmp_path)) as pilot:
        await see(pilot, "case-1 · anthropic:a · repeat 1")
        await pilot.press("greater_than_sign")
        await see(pilot, "case-1 · anthropic:a · repeat 2")
        await pilot.press("greater_than_sign", "greater_than_sign")
        await see(pilot, "case-1 · anthropic:a · repeat 3")
        await pilot.press("less_than_sign", "down")
        await see(pilot, "case-2 · anthropic:a · repeat 2")


async def test_cases_are_sorted_filtered_and_searched(tmp_path: Path) -> None:
    async with opened(small(tmp_path, cases=10, repeats=1)) as pilot:
        await see(pilot, "10 cases · as asked")
        await pilot.press("s")
        await see(pilot, "10 cases · fewest passed first")
        await pilot.press("s")
        await see(pilot, "highest first token of anthropic:a first")
        await pilot.press("f")
        await see(pilot, "of 10 cases · failed only")
        assert 0 < table(pilot).line_count < 10
        await pilot.press("f", "f", "f", "slash", *"clocks")
        await see(pilot, "2 of 10 cases · with “clocks”")
        assert isinstance(pilot.app.focused, Input)
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.focused is table(pilot))
        assert set(cases(pilot)) == {"case-2", "case-7"}


async def test_two_answers_are_compared(tmp_path: Path) -> None:
    async with opened(small(tmp_path)) as pilot:
        await see(pilot, "45 answers")
        await pilot.press("D")
        await until(pilot, lambda: isinstance(pilot.app.screen, DifferencesScreen))
        await see(pilot, "anthropic:a here:model-of-anthropic:a", "@terse here:model-of-@terse")
        await pilot.press("escape", "space", "down", "down", "D")
        await until(pilot, lambda: isinstance(pilot.app.screen, DifferencesScreen))
        await see(pilot, "anthropic:a case-1 #1", "anthropic:a case-3 #1")


async def test_the_summary_has_all_figures_and_the_differences_in_words(tmp_path: Path) -> None:
    async with opened(small(tmp_path)) as pilot:
        await see(pilot, "of 15 passed")
        await pilot.press("S")
        await until(pilot, lambda: isinstance(pilot.app.screen, SummaryScreen))
        await see(pilot, "anthropic:a · 15 answers", "95 % interval", "quartiles")
        await pilot.press("G")
        await see(pilot, "There are no verdicts yet.")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, ExperimentScreen))


async def test_an_experiment_is_exported_in_the_format_that_was_written_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with opened(small(tmp_path)) as pilot:
        await see(pilot, "of 15 passed")
        await pilot.press("e")
        await see(pilot, "diptych-x1.html ", "one web page")
        await pilot.press("up", "up", "up")
        await see(pilot, "diptych-x1.csv ", "for spreadsheets")
        await pilot.press("enter")
        await see(pilot, "Wrote ", "diptych-x1.csv")
        await pilot.press("e")
        await see(pilot, "diptych-x1.csv ", "Press Enter to write")

    assert len((tmp_path / "diptych-x1.csv").read_text("utf-8").splitlines()) == 1 + 3 * 15


async def test_an_answer_without_its_round_says_why_it_cannot_be_opened(tmp_path: Path) -> None:
    history = small(tmp_path, cases=1, repeats=1)
    history.delete(1)
    async with opened(history) as pilot:
        await see(pilot, "3 answers")
        await pilot.press("enter")
        await see(pilot, "The history has only the row of this answer")
        await pilot.press("D")
        await see(pilot, "The history has only the row of this answer")


async def test_an_experiment_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    async with opened(small(tmp_path), "x7") as pilot:
        await see(pilot, "There is no experiment x7 in the history.")
        await pilot.press("enter", "D", "S", "v", "s", "f", "space", "tab", "right")


async def test_an_experiment_that_goes_on_is_followed(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("diptych.tui.screens.experiment_follower._SOONEST", 0.01)
    monkeypatch.setattr("diptych.tui.screens.experiment_follower._SHARE", 0.1)
    plan = plan_for()
    path = tmp_path / "history.db"
    async with opened(asked(path, plan, 2)) as pilot:
        await see(pilot, "6 of 45 answers", "5 cases")
        await pilot.press("down", "right")
        go_on(path, plan, 1, 2, None)
        await see(pilot, "x1 · 45 answers")
        assert (table(pilot).answer or ("", 0, ""))[::2] == ("case-2", "@terse")


async def test_it_fits_a_small_screen_and_follows_its_size(tmp_path: Path) -> None:
    async with opened(small(tmp_path), size=(80, 24)) as pilot:
        await see(pilot, "case-5", "◆ 0.", "╵")
        await pilot.resize_terminal(160, 45)
        await see(pilot, "Write a haiku about server-sent events.", "range")
        await pilot.resize_terminal(40, 12)
        await see(pilot, "case-1", "anthropic:a")


async def test_the_history_lists_experiments_and_opens_the_one_of_a_round(tmp_path: Path) -> None:
    history = small(tmp_path)
    app = DiptychApp(HistoryScreen(history))
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await see(pilot, "No round has been recorded yet.")
        await pilot.press("x")
        await until(pilot, lambda: isinstance(app.screen, ExperimentListScreen))
        await see(pilot, "x1", "5 cases × 3 models × 3 repeats · anthropic:a, @terse, local:q#2", "45 answers")
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(app.screen, ExperimentScreen))
        await see(pilot, "x1 · 45 answers")
        await pilot.press("escape", "escape")
        await until(pilot, lambda: isinstance(app.screen, HistoryScreen))
        await until(pilot, lambda: isinstance(app.focused, Input))
        await pilot.press(*"clocks")
        await see(pilot, "3 rounds", "+2 more models")
        await focus(pilot, RoundList, "escape")
        await pilot.press("x")
        await see(pilot, "case-2 · anthropic:a · repeat 3")


async def test_a_history_without_experiments_says_how_to_ask_one(tmp_path: Path) -> None:
    app = DiptychApp(ExperimentListScreen(History(tmp_path / "history.db")))
    async with app.run_test(size=(120, 36)) as pilot:
        await see(pilot, "There is no experiment yet.", "0 experiments")
        await pilot.press("enter", "down")
        assert isinstance(app.screen, ExperimentListScreen)


async def test_an_experiment_without_answers_yet_lists_its_cases(tmp_path: Path) -> None:
    async with opened(asked(tmp_path / "history.db", plan_for(), 0)) as pilot:
        await see(pilot, "x1 · 0 of 45 answers", "case-5", "case-1 · anthropic:a · no answer yet")
        await pilot.press("enter", "D", "v", "1", "s", "s", "f", "tab", "right", "end", "down", "pagedown")
        await see(pilot, "There is nothing to vote on")


async def test_foreign_text_is_drawn_as_text(tmp_path: Path) -> None:
    endpoint = Endpoint("here", "openai-chat", "https://models.test/v1", "KEY")
    prompt = Message.of_text("user", "[/red]two\nlines \x1b[31m時計が二つあると\u202e")
    ids = ("\x1b[2J[/x]", "時計" * 60, "x" * 200)
    labels = ("here:\x1b]0;x\x07m", "[bold]b[/]", "時計" * 30)
    settings = {label: Settings(endpoint, "m") for label in labels}
    plan = Plan(tuple(Case(id_, (prompt,)) for id_ in ids), settings, 2)
    async with opened(asked(tmp_path / "history.db", plan), size=(80, 24)) as pilot:
        await see(pilot, "[/x]", "[/red]…", "[bold]b[/]", "時計")
        assert not any(ord(character) < 32 and character != "\n" for character in shown(pilot))
        await pilot.press("down", "right", "right", "down", "D")
        await until(pilot, lambda: isinstance(pilot.app.screen, DifferencesScreen))
        await pilot.press("escape", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ReplayScreen))
        await see(pilot, "at the end")
        assert not any(ord(character) < 32 and character != "\n" for character in shown(pilot))


async def test_on_a_small_screen_the_selected_answer_is_in_view(tmp_path: Path) -> None:
    async with opened(small(tmp_path, labels=("left", "right")), size=(80, 24)) as pilot:
        await see(pilot, "30 answers")
        await pilot.press("right")
        await see(pilot, "case-1 · right · repeat 1")
        await pilot.press("enter")
        await see(pilot, "┌─ here:model-of-right", "left: here:model-of-left")
