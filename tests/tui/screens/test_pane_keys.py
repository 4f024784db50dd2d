"""The keys of the panes: letters act in panes, Ctrl acts everywhere."""

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from diptych.tui.app import DiptychApp
from diptych.tui.widgets.answer_view import AnswerView
from diptych.tui.widgets.event_list import EventList
from tests.tui.fakes import FakeEngine, an_app, begin, finish, on_screen, say, see, until


def focused(app: DiptychApp) -> str | None:
    return app.focused.id if app.focused else None


async def asked(pilot: Pilot[Any], engine: FakeEngine, *, ends: bool = True) -> None:
    await until(pilot, lambda: bool(engine.rounds))
    for run in (engine.left, engine.right):
        begin(run)
        say(run, *(f"line {number}\n\n" for number in range(60)))
        if ends:
            finish(run)
    await see(pilot, "line 59")


def files_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def test_letters_and_numbers_walk_between_panes() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40)) as pilot:
        await asked(pilot, engine)
        visited = []
        for key in ("tab", "l", "4", "h", "l", "1", "2", "3", "h", "i"):
            await pilot.press(key)
            visited.append(focused(app))

    answers, events = ("left-answer", "right-answer"), ("left-events", "right-events")
    assert visited == [*answers, events[1], *events, *answers, events[0], events[0], "prompt"]


async def test_hidden_events_cannot_be_gone_to() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40)) as pilot:
        await asked(pilot, engine)
        await pilot.press("tab", "e", "e")
        await until(pilot, lambda: "events" not in on_screen(app).splitlines()[20])
        await pilot.press("3")

        assert focused(app) == "left-answer"


async def test_answers_and_event_lists_move_as_in_less() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40)) as pilot:
        await asked(pilot, engine)
        answer, events = (
            app.screen.query_one("#left-answer", AnswerView),
            app.screen.query_one("#left-events", EventList),
        )
        await pilot.press("tab", "g")
        await until(pilot, lambda: answer.scroll_y == 0)
        await pilot.press("ctrl+d")
        await until(pilot, lambda: answer.scroll_y == answer.size.height // 2)
        await pilot.press("ctrl+u")
        await until(pilot, lambda: answer.scroll_y == 0)
        await pilot.press("j")
        await until(pilot, lambda: answer.scroll_y == 1)
        await pilot.press("k")
        await until(pilot, lambda: answer.scroll_y == 0)
        await pilot.press("G")
        await until(pilot, lambda: answer.following)

        cursors = []
        for key in ("3", "g", "j", "j", "k", "ctrl+d", "ctrl+u", "G"):
            await pilot.press(key)
            cursors.append(events.cursor)
        last, half = events.line_count - 1, events.size.height // 2
        assert cursors == [last, 0, 1, 2, 1, 1 + half, 1, last]


async def test_ctrl_d_and_ctrl_u_edit_in_the_prompt_box() -> None:
    app = an_app(FakeEngine())

    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press(*"abc", "home", "ctrl+d")
        await see(pilot, "❯ bc ")
        await pilot.press("end", "ctrl+u")
        await see(pilot, "❯ ask both")


async def test_escape_twice_goes_to_the_prompt_box_and_stops_once() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40)) as pilot:
        await asked(pilot, engine, ends=False)
        await pilot.press("tab", "escape", "j", "escape")
        assert (focused(app), engine.stopped) == ("left-answer", ["left", "left"])
        await pilot.press("escape")
        assert (focused(app), engine.stopped) == ("prompt", ["left", "left"])


async def test_a_click_beside_the_prompt_goes_to_it() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40)) as pilot:
        await asked(pilot, engine)
        await pilot.press("tab")
        await pilot.click("#prompt-mark")
        assert focused(app) == "prompt"


@pytest.mark.parametrize(
    ("keys", "side"), [(["ctrl+o"], "left"), (["tab", "l", "ctrl+o"], "right"), (["tab", "3", "ctrl+o"], "left")]
)
async def test_ctrl_o_chooses_the_model_of_the_focused_side(keys: list[str], side: str) -> None:
    async with an_app(FakeEngine()).run_test(size=(120, 40)) as pilot:
        await pilot.press(*keys)
        await see(pilot, f"{side} model")


async def test_a_click_on_a_title_chooses_its_model() -> None:
    async with an_app(FakeEngine()).run_test(size=(120, 40)) as pilot:
        await see(pilot, "openai:gpt-5.6-terra")
        await pilot.click(offset=(70, 1))
        await see(pilot, "right model")


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("ctrl+s", "system prompt"),
        ("ctrl+t", "There is no history"),
        ("ctrl+e", "Choose a format"),
        ("f1", "Everywhere"),
    ],
)
@pytest.mark.parametrize("place", [(), ("tab",), ("tab", "4")], ids=["prompt", "answer", "events"])
async def test_ctrl_acts_everywhere(key: str, shown: str, place: tuple[str, ...]) -> None:
    engine = FakeEngine()

    async with an_app(engine, prompt="hi").run_test(size=(120, 40), notifications=True) as pilot:
        await asked(pilot, engine)
        await pilot.press(*place, key)
        await see(pilot, shown)


async def test_y_copies_the_event_under_the_cursor() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await asked(pilot, engine)
        await pilot.press("tab", "3", "y")
        await see(pilot, "Copied the event, ")
        assert app.clipboard == "{}"


@pytest.mark.parametrize("letter", list("fxwz^$~"))
async def test_keys_that_do_nothing_yet_are_text(letter: str) -> None:
    engine = FakeEngine()

    async with an_app(engine, prompt="hi").run_test(size=(120, 40)) as pilot:
        await asked(pilot, engine)
        await pilot.press("tab", letter)
        await see(pilot, f"❯ {letter}")
        assert len(engine.rounds) == 1


async def test_the_help_is_searched_like_an_answer() -> None:
    app = an_app(FakeEngine())

    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.press("f1")
        await see(pilot, "Everywhere")
        await pilot.press("slash")
        await see(pilot, "search the help")
        await pilot.press(*"silence")
        await see(pilot, "stall                 silence", "1 of 1")
        await pilot.press("enter")
        await pilot.press("n", "N")
        await see(pilot, "1 of 1", "n next")
        await pilot.press("escape")
        await until(pilot, lambda: "1 of 1" not in on_screen(app))
        await pilot.press("g")
        await see(pilot, "Everywhere")
        await pilot.press("escape")
        await until(pilot, lambda: len(app.screen_stack) == 1)


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize(("keys", "help_key"), [((), "F1"), (("tab",), "?"), (("tab", "4"), "?")])
async def test_history_help_and_quit_stand_in_the_footer(width: int, keys: tuple[str, ...], help_key: str) -> None:
    engine = FakeEngine()

    async with an_app(engine, prompt="hi").run_test(size=(width, 24)) as pilot:
        await asked(pilot, engine)
        await pilot.press(*keys)
        await see(pilot, "t hist", f"{help_key} help", "q quit")


async def test_quitting_asks_while_something_streams() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40)) as pilot:
        await asked(pilot, engine, ends=False)
        await pilot.press("ctrl+q")
        await see(pilot, "Stop them, and quit?")
        await pilot.press("escape", "f1", "ctrl+q")
        await see(pilot, "Stop them, and quit?")
        await pilot.press("ctrl+q")
        await until(pilot, lambda: not app.is_running)


async def test_a_signal_never_asks() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40)) as pilot:
        await asked(pilot, engine, ends=False)
        app.leave(143)
        await until(pilot, lambda: not app.is_running)


async def test_a_screenshot_is_written_and_its_path_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(200, 40), notifications=True) as pilot:
        await asked(pilot, engine)
        await pilot.press("ctrl+p", *"screenshot")
        await see(pilot, "Save a screenshot")
        await pilot.press("enter")
        await see(pilot, "Wrote ")
        (file,) = files_in(tmp_path)
        assert file.name in on_screen(app)
        assert "59" in file.read_text()
        assert "Search for commands" not in file.read_text().replace("&#160;", " ")
        app.action_screenshot(file.name)
        await see(pilot, "cannot be written: File exists")


async def test_the_focused_half_is_framed_heavily() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    def frame() -> str:
        """The corners of both panes, and the ends of the lines between their halves."""
        lines = on_screen(app).splitlines()
        rule = next(line for line in lines if "events · " in line)
        bottom = lines[-3]
        return "".join(line[at] for line in (lines[1], rule, bottom) for at in (0, 59, 60, 119))

    async with app.run_test(size=(120, 40)) as pilot:
        await asked(pilot, engine)
        assert frame() == "┌┐┌┐├┤├┤└┘└┘"
        for key, expected in (
            ("tab", "┏┓┌┐┡┩├┤└┘└┘"),
            ("2", "┌┐┏┓├┤┡┩└┘└┘"),
            ("4", "┌┐┌┐├┤┢┪└┘┗┛"),
            ("i", "┌┐┌┐├┤├┤└┘└┘"),
        ):
            await pilot.press(key)
            await until(pilot, lambda: frame() == expected)  # noqa: B023
