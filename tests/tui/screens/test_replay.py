"""A replay on a clock that the tests move."""

import dataclasses
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from textual.widgets import Input

from diptych.core.blind import Blind
from diptych.core.recording import Recording
from diptych.replay.player import Player
from diptych.tui.app import DiptychApp
from diptych.tui.screens.export_dialog import ExportScreen
from diptych.tui.screens.inspect import InspectScreen
from diptych.tui.screens.replay import ReplayScreen
from diptych.tui.widgets.answer_view import AnswerView
from diptych.tui.widgets.event_list import EventList
from diptych.tui.widgets.scrubber import Scrubber
from tests.replay.recordings import begun, chat, chunk, round_of, side, two_answers
from tests.tui.fakes import FakeEngine, an_app, on_screen, see, until

if TYPE_CHECKING:
    from textual.pilot import Pilot


class Stage:
    """A replay that is open, its clock, and what is on the screen."""

    def __init__(self, player: Player) -> None:
        self.player = player
        self.seconds = 0.0
        self.screen = ReplayScreen(player, clock=lambda: self.seconds)
        self.pilot: Pilot[Any]

    def text(self) -> str:
        return "\n".join(strip.text for strip in self.screen._compositor.render_strips())

    @property
    def answers(self) -> list[str]:
        """What both sides have said."""
        return ["".join(run.text) for run in self.player.round.runs.values()]

    async def wait(self, seconds: float) -> None:
        """Let time pass and the replay see it."""
        self.seconds += seconds
        await until(self.pilot, lambda: self.player.position == self.screen._playback.position(self.seconds))

    async def stands_at(self, figure: str) -> None:
        await see(self.pilot, f"{figure} / {self.player.length:.2f} s")


@asynccontextmanager
async def replay(
    recording: Recording | None = None, *, at: float = 0.0, size: tuple[int, int] = (120, 40)
) -> AsyncIterator[Stage]:
    player = Player(recording or two_answers())
    player.advance_to(at)
    stage = Stage(player)
    async with DiptychApp(stage.screen).run_test(size=size, notifications=True) as stage.pilot:
        await see(stage.pilot, "at the end" if at >= player.length else "paused" if at else "playing")
        yield stage


async def test_it_plays_both_sides_on_one_clock_as_soon_as_it_is_open() -> None:
    async with replay() as stage:
        await stage.wait(0.8)
        await see(stage.pilot, "one0 one1", "0.80 / 5.00 s", "▶ playing")
        assert "uno" not in stage.text()

        await stage.wait(0.3)
        await see(stage.pilot, "one0 one1 one2", "uno dos", "1.10 / 5.00 s")


async def test_each_side_shows_the_settings_with_which_it_was_asked() -> None:
    recording = two_answers()
    left, *others = recording.runs
    settings = dataclasses.replace(left.settings, preset="terse", max_tokens=300)
    runs = [dataclasses.replace(left, settings=settings), *others]
    async with replay(dataclasses.replace(recording, runs=runs)) as stage:
        await see(stage.pilot, "│ @terse · ≠ max 300 ", "│ ≠ max 8,192 ")


async def test_a_blind_round_stands_in_its_places_on_the_timeline_too() -> None:
    blind = Blind(1, ("right", "left"), revealed=True)
    recording = dataclasses.replace(two_answers(), blind=blind)
    async with replay(recording, at=5.0) as stage:
        await see(stage.pilot, "┌─ A = right", "┌─ B = left")
        rows = [track.run.label for track in stage.screen.tracks().values()]
        assert rows == [pane.run.label for pane in stage.screen._panes.values() if pane.run] == ["right", "left"]
        rows = [row.strip("│┃ ").split()[0] for row in stage.text().splitlines() if "◆" in row]
        assert rows[:2] == ["right", "left"]


async def test_a_turn_of_a_blind_round_that_asked_one_side_is_shown_in_its_place() -> None:
    recording = two_answers()
    blind = Blind(1, ("right", "left"), revealed=True)
    async with replay(dataclasses.replace(recording, runs=recording.runs[:1], blind=blind), at=5.0) as stage:
        await see(stage.pilot, "B = left", "one0 one1")


async def test_the_header_says_that_it_is_a_replay() -> None:
    async with replay() as stage:
        assert stage.text().splitlines()[0].rstrip().endswith("replay")

    async with replay(dataclasses.replace(two_answers(), date=1_800_000_000.0)) as stage:
        assert "replay · 2027-01-1" in stage.text().splitlines()[0]


async def test_space_pauses_and_goes_on() -> None:
    async with replay() as stage:
        await stage.wait(0.8)
        await stage.pilot.press("space")
        await see(stage.pilot, "‖ paused")
        await stage.wait(2)
        await stage.stands_at("0.80")

        await stage.pilot.press("space")
        await stage.wait(0.3)
        await stage.stands_at("1.10")


async def test_it_stands_still_at_the_end_and_space_starts_again() -> None:
    async with replay() as stage:
        await stage.wait(60)
        await see(stage.pilot, "at the end", "✂ cut", "✔ stop")
        await stage.wait(1)
        await stage.stands_at("5.00")

        await stage.pilot.press("space")
        await see(stage.pilot, "▶ playing", "0.00 / 5.00 s")
        await stage.wait(0.6)
        await see(stage.pilot, "0.60 / 5.00 s")
        assert stage.answers == ["one0 ", ""]


async def test_a_full_stop_steps_by_one_event_of_either_side() -> None:
    async with replay() as stage:
        await stage.wait(0.8)
        await stage.pilot.press("full_stop")  # the clock of the replay stands at 0.8
        await see(stage.pilot, "‖ paused", "1.00 / 5.00 s")
        assert stage.answers == ["one0 one1 one2 ", ""]
        await stage.pilot.press("full_stop", "full_stop")
        await until(stage.pilot, lambda: stage.answers[1] == "uno dos ")

        await stage.pilot.press("space")
        await stage.wait(0.25)
        await until(stage.pilot, lambda: stage.answers[0] == "one0 one1 one2 one3 ")


async def test_arrows_jump_a_second_wherever_the_focus_is() -> None:
    async with replay() as stage:
        await stage.wait(2.5)
        await stage.pilot.press("space", "left")
        await stage.stands_at("1.50")
        assert stage.answers == ["one0 one1 one2 one3 ", "uno dos "]
        await see(stage.pilot, "one0 one1 one2 one3", "uno dos")
        assert "tres" not in stage.text()

        await stage.pilot.press("tab", "right")
        await stage.stands_at("2.50")
        await see(stage.pilot, "tres")
        await stage.pilot.press("left", "left", "left", "left")
        await stage.stands_at("0.00")
        assert stage.answers == ["", ""]


async def test_jumping_while_it_plays_goes_on_playing() -> None:
    async with replay() as stage:
        await stage.wait(2.5)
        await stage.pilot.press("left")
        await stage.wait(0.25)
        await stage.stands_at("1.75")


async def test_arrows_move_the_cursor_of_a_search_that_is_typed() -> None:
    async with replay(at=2.5) as stage:
        await stage.pilot.press("tab", "slash", "o", "n", "left", "space", "0")
        await until(stage.pilot, lambda: stage.screen.query(Input).first().value == "o 0n")

        await stage.stands_at("2.50")


async def test_home_and_end_are_the_scrubbers_there_and_the_lists_in_a_list() -> None:
    async with replay(at=2.5) as stage:
        await stage.pilot.press("end")
        await stage.stands_at("5.00")
        await stage.pilot.press("home")
        await stage.stands_at("0.00")
        await stage.pilot.press("right", "right", "tab", "tab")
        await stage.stands_at("2.00")

        events = stage.screen.query_one("#left-events", EventList)
        assert events.cursor == 5
        await stage.pilot.press("home")
        await until(stage.pilot, lambda: events.cursor == 0)
        await stage.stands_at("2.00")


async def test_speeds_have_two_ends_and_0_shows_everything_at_once() -> None:
    async with replay() as stage:
        await stage.pilot.press("plus")
        await see(stage.pilot, "2×")
        await stage.wait(1)
        await stage.stands_at("2.00")
        await stage.pilot.press(*["minus"] * 5)
        await see(stage.pilot, "0.25×")
        await stage.wait(1)
        await stage.stands_at("2.25")
        await stage.pilot.press(*["greater_than_sign"] * 9)
        await see(stage.pilot, "16×")

        await stage.pilot.press("0")
        await see(stage.pilot, "5.00 / 5.00 s", "late3", "at the end", "16×")


async def test_a_player_that_stands_elsewhere_is_shown_there_and_stands_still() -> None:
    async with replay(at=5.0) as stage:
        await see(stage.pilot, "late3", "5.00 / 5.00 s")
        await stage.wait(1)
        await stage.pilot.press("left")
        await stage.stands_at("4.00")


async def test_a_click_and_a_drag_on_the_scrubber_seek() -> None:
    async with replay() as stage:
        scrubber = stage.screen.query_one(Scrubber)
        width = scrubber.size.width
        await stage.pilot.press("space")
        await stage.pilot.mouse_down(scrubber, offset=(8 + (width - 9) // 2, 0))
        await until(stage.pilot, lambda: math.isclose(stage.player.position, 2.5, abs_tol=0.05))
        await stage.pilot.hover(scrubber, offset=(8, 1))
        await stage.stands_at("0.00")
        await stage.pilot.mouse_up(scrubber, offset=(8, 1))
        await stage.pilot.hover(scrubber, offset=(60, 1))

        assert stage.player.position == 0


async def test_figures_are_those_of_the_moment() -> None:
    async with replay() as stage:
        await stage.wait(0.8)
        await stage.pilot.press("space")
        await see(stage.pilot, "first token 0.49s", "streaming", "0.79s")
        await stage.pilot.press("end")
        await see(stage.pilot, "4.99s", "✔ stop")


async def test_an_event_opens_and_the_replay_waits_for_it() -> None:
    async with replay() as stage:
        await stage.wait(0.8)
        await stage.stands_at("0.80")
        await stage.pilot.press("tab", "tab", "up", "enter")
        await until(stage.pilot, lambda: stage.pilot.app.screen is not stage.screen)
        await stage.wait(2)
        await stage.pilot.press("escape")
        await until(stage.pilot, lambda: stage.pilot.app.screen is stage.screen)

        await see(stage.pilot, "‖ paused", "0.80 / 5.00 s")


async def test_the_scrubber_marks_first_tokens_silences_and_ends() -> None:
    async with replay(at=2.5) as stage:
        await see(stage.pilot, "✔ complete")  # everything has been read by then
        rows = {line[2:7].strip(): line[3:-2] for line in stage.text().splitlines() if line[2:7] in ("left ", "right")}

        assert rows["left"].count("◆") == rows["right"].count("◆") == 1
        assert rows["left"].rstrip().endswith("✔")
        assert "╌╌╌╌" in rows["left"]
        assert "╌" not in rows["right"]
        assert rows["right"].count("✂") == 1
        assert rows["left"].index("│") == rows["right"].index("│")


async def test_a_side_that_was_not_asked_has_no_pane() -> None:
    async with replay(round_of(chat(chunk(1.0, "alone")))) as stage:
        await stage.wait(2)
        await see(stage.pilot, "alone")

        assert not stage.screen.query_one("#right").display


async def test_a_round_of_no_length_is_there_at_once() -> None:
    async with replay(round_of(side("openai-chat", [], ended=False)), at=0.0) as stage:
        await see(stage.pilot, "0.00 / 0.00 s")


async def test_a_round_that_is_still_recorded_has_no_end() -> None:
    lines = [*begun(), chunk(1.0, "so far")]
    async with replay(round_of(side("openai-chat", lines, ended=False, is_live=True)), at=1.0) as stage:
        await see(stage.pilot, "so far", "● streaming", "at the end")

        assert "✔" not in stage.text()


async def test_a_low_screen_shows_the_position_in_words() -> None:
    async with replay(at=2.5, size=(60, 12)) as stage:
        lines = stage.text().splitlines()

        assert "2.50 / 5.00 s" in lines[1]
        assert not any(line.startswith(" left ") for line in lines)


@pytest.mark.parametrize("key", ["escape", "q"])
async def test_closing_it_quits_the_app_that_was_opened_with_it(key: str) -> None:
    app = DiptychApp(ReplayScreen(Player(two_answers())))
    async with app.run_test() as pilot:
        await see(pilot, "playing")
        await pilot.press(key)
        await pilot.pause()

        assert not app.is_running


async def test_closing_it_goes_back_to_the_screen_that_opened_it() -> None:
    app = an_app(FakeEngine())
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.pause()
        below = app.screen
        app.push_screen(ReplayScreen(Player(two_answers())))
        await see(pilot, "playing")
        await pilot.press("0")
        await see(pilot, "at the end")
        await pilot.press("tab", "tab", "enter")
        await until(pilot, lambda: isinstance(app.screen, InspectScreen))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, ReplayScreen))
        await pilot.press("q")
        await until(pilot, lambda: app.screen is below)


async def test_the_palette_and_the_help_know_the_keys() -> None:
    async with replay(size=(120, 44)) as stage:
        app = stage.pilot.app
        assert isinstance(app, DiptychApp)
        commands = [command.title for command in app.commands(stage.screen)]
        assert {"Back one second", "Jump to the end", "Copy the left answer"} <= set(commands)
        assert len(set(commands)) == len(commands)

        await stage.pilot.press("f1")
        await see(stage.pilot, "Next event of either side", "Back to the start")


async def test_another_theme_colours_the_scrubber_too() -> None:
    async with replay(at=2.5) as stage:
        scrubber = stage.screen.query_one(Scrubber)
        before = [segment.style for segment in scrubber.render_line(0)]
        stage.pilot.app.action_toggle_dark()
        await stage.pilot.pause()

        assert [segment.style for segment in scrubber.render_line(0)] != before


async def test_a_long_silence_lets_the_clock_run() -> None:
    async with replay() as stage:
        await stage.wait(3.2)
        await stage.stands_at("3.20")
        await stage.wait(0.1)
        await stage.stands_at("3.30")
        assert stage.screen.query_one("#left-answer", AnswerView).line_count == 1


async def test_an_export_is_of_the_whole_round_wherever_the_replay_stands(tmp_path: Path) -> None:
    path = tmp_path / "round.md"
    async with replay() as stage:
        await stage.pilot.press("f7")
        await until(stage.pilot, lambda: isinstance(stage.pilot.app.screen, ExportScreen))
        stage.pilot.app.screen.query_one(Input).value = str(path)
        await stage.pilot.press("down", "enter")
        await until(stage.pilot, path.exists)

        text = path.read_text("utf-8")
        assert all("".join(run.text) in text for run in stage.player.whole.runs.values())
        assert stage.player.whole.ended
        assert not stage.player.round.ended


async def test_the_help_of_a_replay_knows_no_prompt_box() -> None:
    async with replay() as stage:
        await stage.pilot.press("f1")
        await see(stage.pilot, "Jump to the end")

        assert "In the prompt box" not in on_screen(stage.pilot.app)  # type: ignore[arg-type]


async def test_a_round_of_three_models_shows_any_two_of_them() -> None:
    left, right = two_answers().runs
    labels = ("openai:a", "@terse", "local:q#2")
    runs = [dataclasses.replace(run, label=label) for run, label in zip((left, right, left), labels, strict=True)]
    async with replay(dataclasses.replace(two_answers(), runs=runs), at=5.0) as stage:
        await see(stage.pilot, "┌─ openai:a · ", "┌─ @terse · ", "] other model")
        await stage.pilot.press("right_square_bracket")
        await see(stage.pilot, "┌─ openai:a · ", "┌─ local:q#2 · ")
        await stage.pilot.press("h", "left_square_bracket")
        await see(stage.pilot, "┏━ @terse · ", "┌─ local:q#2 · ")
        rows = [track.run.label for track in stage.screen.tracks().values()]
        assert rows == ["@terse", "local:q#2"]
        await stage.pilot.press("D")
        await see(stage.pilot, "@terse openai:some-model", "local:q#2 openai:some-model")
        await stage.pilot.press("escape")

        app = stage.pilot.app
        assert isinstance(app, DiptychApp)
        command = next(each for each in app.commands(stage.screen) if "openai:a answer in the right" in each.title)
        command.run()
        await see(stage.pilot, "@terse · ", "openai:a · ")


async def test_two_answers_have_no_key_to_choose_others() -> None:
    async with replay(at=5.0) as stage:
        await stage.pilot.press("right_square_bracket")
        assert "other model" not in stage.text()
