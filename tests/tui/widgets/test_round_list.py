from time import process_time

import pytest
from textual.app import App, ComposeResult

from diptych.core.history_summary import ListedRound
from diptych.tui.widgets.round_list import RoundList
from tests.tui.fakes import until
from tests.tui.histories import NOON, a_round, a_run


class ListApp(App[None]):
    CSS = "RoundList { overflow-y: scroll; scrollbar-size-vertical: 1; }"

    def __init__(self, *rounds: ListedRound) -> None:
        super().__init__()
        self.listed = rounds
        self.list = RoundList()
        self.opened: list[int] = []

    def compose(self) -> ComposeResult:
        yield self.list

    def on_mount(self) -> None:
        self.list.show(self.listed)

    def on_round_list_opened(self, message: RoundList.Opened) -> None:
        self.opened.append(message.id)

    def row(self, index: int) -> str:
        return "".join(text for text, _ in self.list.spans(index))


async def test_a_round_is_a_row_for_each_side(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("diptych.tui.widgets.round_list.now", lambda: NOON)
    failed = a_run("right", state="failed", stop_reason=None, first_token=None, total=None, cost_usd=None)
    app = ListApp(a_round(7, "one\ntwo [/b] \x1b[31m", a_run("left", simulated=True, cost_usd=None), failed))

    async with app.run_test(size=(120, 20)) as pilot:
        await pilot.pause()

        assert app.row(0).split() == [
            *("7", "11-25", "12:00", "one␊two", "[/b]", "␛[31m", "claude-sonnet-5-5"),
            *("✔", "end_turn", "0.42s", "3.10s", "simulated"),
        ]
        assert app.row(1).split() == ["gpt-5.6-terra", "✖", "failed", "–", "–", "–"]
        assert app.row(0).index("claude") == app.row(1).index("gpt")
        assert len(app.row(0)) == len(app.row(1)) == app.list.columns.width


async def test_a_long_prompt_is_cut_with_a_sign_and_one_side_is_enough() -> None:
    app = ListApp(a_round(1, "word " * 500, a_run("left")))

    async with app.run_test(size=(120, 20)) as pilot:
        await pilot.pause()

        assert app.row(1).rstrip().endswith("word…")


async def test_the_cursor_walks_by_rounds_and_stays_in_view() -> None:
    app = ListApp(*(a_round(number) for number in range(50, 0, -1)))

    async with app.run_test(size=(100, 11)) as pilot:
        app.list.focus()
        await pilot.pause()
        await pilot.press("down", "down", "up", "down", "down", "down", "down")
        await pilot.pause()
        assert app.list.cursor == 5
        assert round(app.list.scroll_y) == 1  # both rows of the sixth
        await pilot.press("end")
        assert app.list.cursor == 49
        assert round(app.list.scroll_y) == 100 - 11
        await pilot.press("pageup")
        assert app.list.cursor == 45
        await pilot.press("home", "pagedown")
        assert app.list.cursor == 4
        await pilot.resize_terminal(100, 5)
        await until(pilot, lambda: round(app.list.scroll_y) == 5)  # rows 8 and 9 of five


async def test_a_click_selects_and_a_second_one_opens() -> None:
    app = ListApp(a_round(2), a_round(1))

    async with app.run_test(size=(100, 11)) as pilot:
        await pilot.pause()
        await pilot.click(RoundList, offset=(5, 3))
        assert app.list.current is app.listed[1]
        assert app.opened == []
        await pilot.click(RoundList, offset=(5, 2), times=2)
        await pilot.pause()
        assert app.opened == [1]
        await pilot.click(RoundList, offset=(5, 8), times=2)
        await pilot.pause()
        assert app.opened == [1]


async def test_other_rounds_may_keep_the_place() -> None:
    rounds = [a_round(number) for number in range(50, 0, -1)]
    app = ListApp(*rounds)

    async with app.run_test(size=(100, 11)) as pilot:
        app.list.focus()
        await until(pilot, lambda: app.list.has_focus)
        await pilot.press("end")
        await until(pilot, lambda: app.list.current is rounds[49])
        app.list.show(rounds[:-1], keep_place=True)
        assert app.list.current is rounds[48]
        app.list.show(rounds[:3])
        assert app.list.current is rounds[0]
        app.list.show(())
        await pilot.press("down", "end", "pagedown")
        assert app.list.current is None


async def test_ten_thousand_rounds_are_shown_and_scrolled_at_once() -> None:
    rounds = [a_round(number, f"prompt {number} " * 20) for number in range(10_000, 0, -1)]
    app = ListApp(*rounds)

    async with app.run_test(size=(160, 45)) as pilot:
        app.list.focus()
        await pilot.pause()
        began = process_time()
        app.list.show(rounds)
        for index in range(0, 10_000, 100):
            app.list.move_to_item(index)
            app.row(index * 2)
        assert process_time() - began < 1
