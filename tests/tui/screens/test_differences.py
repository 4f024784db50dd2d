"""The differences between two answers, as far as they have come."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from textual.widgets import ContentSwitcher

from diptych.core.blind import draw_order
from diptych.core.content import Thinking
from diptych.core.run import Run
from diptych.tui.app import DiptychApp
from diptych.tui.screens.compare import CompareScreen
from diptych.tui.screens.differences import DifferencesScreen
from diptych.tui.widgets.answer_differences import AnswerDifferencesView
from diptych.tui.widgets.answer_view import AnswerView
from diptych.tui.widgets.difference_rows import DifferenceRows
from tests.tui.fakes import FakeEngine, add, an_app, begin, finish, focus, on_screen, say, see, until

if TYPE_CHECKING:
    from textual.pilot import Pilot


LEFT = "# Clocks\n\nTwo clocks disagree.\n\n" + "".join(f"Equal {n}.\n\n" for n in range(9)) + "The end is near.\n"
RIGHT = "# Clocks\n\nTwo clocks agree.\n\n" + "".join(f"Equal {n}.\n\n" for n in range(9)) + "The end is far.\n"


def shown(pilot: "Pilot[Any]") -> str:
    assert isinstance(pilot.app, DiptychApp)
    return on_screen(pilot.app)


@asynccontextmanager
async def compared(
    left: str = LEFT, right: str = RIGHT, *, ends: bool = True, size: tuple[int, int] = (120, 40)
) -> AsyncIterator[tuple["Pilot[Any]", FakeEngine]]:
    """The app with two answers, and the focus in the left one."""
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")
    async with app.run_test(size=size, notifications=True) as pilot:
        await until(pilot, lambda: bool(engine.rounds))
        for run, text in ((engine.left, left), (engine.right, right)):
            begin(run)
            if text:
                say(run, text)
            if ends:
                finish(run)
        screen = app.screen
        assert isinstance(screen, CompareScreen)
        screen.sample()
        await focus(pilot, AnswerView, "tab")
        yield pilot, engine


async def test_the_figures_are_shown_first() -> None:
    async with compared() as (pilot, _):
        await pilot.press("D")
        await see(pilot, "Δ", "ratio", "first token", "left  anthropic:claude-sonnet-5-5 · simulated")
        assert isinstance(pilot.app.screen, DifferencesScreen)


async def test_each_part_has_a_key_and_tab_walks_them() -> None:
    async with compared() as (pilot, _):
        await pilot.press("D")
        await see(pilot, "ratio")
        await pilot.press("2")
        await see(pilot, "until first token", "total, from t0")
        await pilot.press("3")
        await see(pilot, "model and settings · 4 differences", "left  claude-sonnet-5-5", "right gpt-5.6-terra")
        await pilot.press("4")
        await see(pilot, "answer · ", "- Two clocks disagree.", "+ Two clocks agree.")
        await pilot.press("tab")
        await see(pilot, "ratio")
        await pilot.press("shift+tab")
        await see(pilot, "answer · ")


async def test_the_part_that_was_shown_last_is_shown_again() -> None:
    async with compared() as (pilot, _):
        await pilot.press("D", "4")
        await see(pilot, "answer · ")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, CompareScreen))
        await pilot.press("D")
        await see(pilot, "answer · ")


async def test_a_click_on_the_name_of_a_part_shows_it() -> None:
    async with compared() as (pilot, _):
        await pilot.press("D")
        await see(pilot, "ratio")
        await pilot.click("PartTabs", offset=(13, 0))
        await see(pilot, "until first token")


@pytest.mark.parametrize("key", ["D", "escape", "q"])
async def test_keys_that_close_it(key: str) -> None:
    async with compared() as (pilot, _):
        await pilot.press("D")
        await see(pilot, "ratio")
        await pilot.press(key)
        await until(pilot, lambda: isinstance(pilot.app.screen, CompareScreen))


async def test_equal_blocks_are_folded_until_they_are_unfolded() -> None:
    async with compared() as (pilot, _):
        await pilot.press("D", "4")
        await see(pilot, "▸ 7 equal blocks …", "Equal 0.", "Equal 8.")
        assert "Equal 4." not in shown(pilot)
        await pilot.press("enter")
        await see(pilot, "▾ 7 equal blocks", "Equal 4.")
        await pilot.press("enter")
        await see(pilot, "▸ 7 equal blocks …")
        await pilot.press("z")
        await see(pilot, "Equal 4.")
        await pilot.press("z")
        await see(pilot, "▸ 7 equal blocks …")
        view = pilot.app.screen.query_one(AnswerDifferencesView)
        row = next(row for row in range(view.line_count) if "▸" in "".join(text for text, _ in view.spans(row)))
        await pilot.click(AnswerDifferencesView, offset=(5, row))
        await see(pilot, "▾ 7 equal blocks", "Equal 4.")


async def test_changes_are_walked_through() -> None:
    async with compared(size=(120, 16)) as (pilot, _):
        await pilot.press("D", "4")
        await see(pilot, "2 changes")
        await pilot.press("z")
        await see(pilot, "▾ 7 equal blocks")
        await pilot.press("n")
        await see(pilot, "change 1 of 2", "▌- Two clocks disagree.")
        await pilot.press("n")
        await see(pilot, "change 2 of 2", "▌- The end is near.")
        await pilot.press("n")
        await see(pilot, "change 2 of 2")
        await pilot.press("N")
        await see(pilot, "change 1 of 2", "▌- Two clocks disagree.")


async def test_there_is_no_change_to_go_to_in_equal_answers() -> None:
    async with compared(LEFT, LEFT) as (pilot, _):
        await pilot.press("D", "4", "n")
        await see(pilot, "no change", "100 % alike")


async def test_answers_stand_beside_each_other_from_100_columns() -> None:
    async with compared(size=(100, 30)) as (pilot, _):
        await pilot.press("D", "4")
        await see(pilot, "- Two clocks disagree.")
        assert any(
            "- Two clocks disagree." in line and "+ Two clocks agree." in line for line in shown(pilot).splitlines()
        )


async def test_answers_stand_below_each_other_on_a_narrow_screen() -> None:
    async with compared(size=(99, 24)) as (pilot, _):
        await pilot.press("D", "4")
        await see(pilot, "- Two clocks disagree.")
        lines = shown(pilot).splitlines()
        left = next(number for number, line in enumerate(lines) if "- Two clocks disagree." in line)
        assert "+ Two clocks agree." in lines[left + 1]


async def test_a_new_width_keeps_the_place() -> None:
    async with compared("\n\n".join(map(str, range(200))), "\n\n".join(map(str, range(200, 400)))) as (pilot, _):
        await pilot.press("D", "4")
        await see(pilot, "answer · ")
        view = pilot.app.screen.query_one(AnswerDifferencesView)
        view.scroll_to_line(200)
        await pilot.resize_terminal(90, 30)
        await until(pilot, lambda: view.text_width < 90)
        assert view.scroll_y > 0


async def test_it_follows_runs_that_stream() -> None:
    async with compared("First ", "", ends=False) as (pilot, engine):
        await pilot.press("D")
        await see(pilot, "streaming", "so far")
        say(engine.left, "word.")
        finish(engine.left)
        add(engine.right, Thinking("hm"))
        say(engine.right, "second.")
        finish(engine.right)
        await see(pilot, "complete (end_turn)")
        await until(pilot, lambda: "so far" not in shown(pilot))
        await pilot.press("4")
        await see(pilot, "First word.", "second.", "thinking · ")


async def test_more_text_does_not_move_what_is_in_view() -> None:
    text = "\n\n".join(f"Left {n}." for n in range(60))
    async with compared(text, "", ends=False) as (pilot, engine):
        await pilot.press("D", "4")
        await see(pilot, "- Left 9.")
        view = pilot.app.screen.query_one(AnswerDifferencesView)
        view.scroll_to_line(40)
        top = view.spans(40)
        say(engine.left, "\n\nMore.")
        await until(pilot, lambda: "More." in "".join(text for text, _ in view.spans(view.line_count - 1)))
        assert view.scroll_y == 40
        assert view.spans(40) == top
        finish(engine.left)
        finish(engine.right)
        await until(pilot, lambda: "so far" not in shown(pilot))


async def test_it_compares_nothing_while_another_screen_covers_it() -> None:
    async with compared(ends=False) as (pilot, engine):
        await pilot.press("D")
        await see(pilot, "streaming")
        await pilot.press("f1")
        await see(pilot, "Everywhere")
        finish(engine.left)
        finish(engine.right)
        await pilot.press("escape")
        await see(pilot, "complete (end_turn)")


async def test_an_answer_that_is_missing_cannot_be_compared() -> None:
    engine = FakeEngine()
    async with an_app(engine).run_test(size=(120, 40), notifications=True) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, CompareScreen)
        screen.action_show_differences()
        await see(pilot, "There are no two answers to compare")


async def test_a_blind_round_is_not_compared_before_the_vote() -> None:
    async with compared() as (pilot, engine):
        engine.rounds[-1].blind = draw_order(("left", "right"), 1)
        await pilot.press("D")
        await see(pilot, "This round is blind")
        assert isinstance(pilot.app.screen, CompareScreen)


async def test_a_take_is_compared_with_the_take_before() -> None:
    async with compared() as (pilot, engine):
        screen = pilot.app.screen
        assert isinstance(screen, CompareScreen)
        titles = [command.title for command in screen.commands()]
        assert not any("take before" in title for title in titles)

        again = Run("right", engine.right.request, engine.now, take=2)
        begin(again)
        say(again, "Another answer.")
        finish(again)
        engine.rounds[-1].add_take(again)
        screen.show(engine.rounds[-1])
        compare = next(each for each in screen.commands() if "right answer and its take before" in each.title)
        compare.run()
        await see(pilot, "right take 1", "right take 2")
        await pilot.press("4")
        await see(pilot, "- Two clocks agree.", "+ Another answer.")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, CompareScreen))

        engine.rounds[-1].choose_take(engine.rounds[-1].takes("right")[0])
        screen.show(engine.rounds[-1])
        compare.run()
        await see(pilot, "There is no take before this one.")
        engine.rounds[-1].choose_take(again)
        engine.rounds[-1].blind = draw_order(("left", "right"), 1)
        screen.show(engine.rounds[-1])
        compare.run()
        await see(pilot, "This round is blind")


async def test_two_rounds_beside_each_other_are_named() -> None:
    async with compared() as (pilot, engine):
        screen = pilot.app.screen
        assert isinstance(screen, CompareScreen)
        engine.send(engine.draft("And now?"))
        for run in (engine.left, engine.right):
            begin(run)
            finish(run)
        screen.show_in(("right",), engine.rounds[-1])
        await pilot.press("D")
        await see(pilot, "left round 1", "right round 2")
        await pilot.press("3")
        await see(pilot, "message 1", "user: And now?")


async def test_foreign_text_is_cleaned() -> None:
    async with compared("\x1b[31mred\x07 [bold]x[/]", "blue [red]y[/]") as (pilot, engine):
        engine.left.reported_model = "\x1b]0;title\x07"
        for key in "1234":
            await pilot.press("D" if key == "1" else key)
            await see(pilot, "left")
        await see(pilot, "[bold]x[/]")
        assert "\x1b" not in shown(pilot)


async def test_the_rows_keep_their_place_when_they_are_shown_again() -> None:
    async with compared(ends=False, size=(120, 16)) as (pilot, engine):
        await pilot.press("D")
        await see(pilot, "streaming")
        rows = pilot.app.screen.query_one("#figures", DifferenceRows)
        await pilot.press("j", "j")
        await until(pilot, lambda: rows.scroll_y == 2)
        finish(engine.left)
        finish(engine.right)
        await see(pilot, "Δ")
        await until(pilot, lambda: "so far" not in shown(pilot))
        assert rows.scroll_y == 2
        assert pilot.app.screen.query_one(ContentSwitcher).current == "figures"
