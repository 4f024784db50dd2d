from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot

from diptych.core.content import Text, Thinking, UsageReport
from diptych.core.event import AttemptFailed
from diptych.core.failure import Failure
from diptych.core.metrics.usage import Usage
from diptych.core.secrets.values import Secret
from diptych.tui.app import DiptychApp
from diptych.tui.widgets.event_list import EventList
from tests.tui.fakes import FakeEngine, add, an_app, begin, finish, on_screen, say, see, type_at_once, until

SIZES = [(160, 45), (120, 40), (80, 24), (200, 60), (99, 30)]


async def ask(pilot: Pilot[Any], engine: FakeEngine, prompt: str = "hi") -> None:
    count = len(engine.rounds)
    await pilot.press(*("space" if character == " " else character for character in prompt), "enter")
    await until(pilot, lambda: len(engine.rounds) == count + 1)


def focused(app: DiptychApp) -> str | None:
    return app.focused.id if app.focused else None


@pytest.mark.parametrize("size", SIZES)
async def test_both_sides_fill_at_the_same_time(size: tuple[int, int]) -> None:
    engine = FakeEngine()

    async with an_app(engine).run_test(size=size, notifications=True, tooltips=True) as pilot:
        await ask(pilot, engine)
        for run in (engine.left, engine.right):
            begin(run)
        say(engine.left, "Left says this.")
        say(engine.right, "Right says that.")
        if size[1] <= 24:
            await pilot.press("f5")  # event lists are hidden at first
        await see(pilot, "Left says this.", "● streaming", "events · 1")
        if size[0] < 100 and size[1] < 30:
            await pilot.press("f8")
        await see(pilot, "Right says that.", "● streaming")
        finish(engine.left)
        await see(pilot, "✔ end_turn", "● streaming")


async def test_an_empty_pane_says_what_to_do() -> None:
    async with an_app(FakeEngine()).run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await see(
            pilot,
            "anthropic:claude-sonnet-5-5 · simulated",
            "openai:gpt-5.6-terra ─",
            "Type a prompt below and press Enter",
            "Simulated: set ANTHROPIC_API_KEY to ask the real model.",
            "code        a code block",
        )


async def test_figures_follow_the_run() -> None:
    engine = FakeEngine()

    async with an_app(engine).run_test(size=(160, 45), notifications=True, tooltips=True) as pilot:
        await ask(pilot, engine)
        begin(engine.left)
        await see(pilot, "◌ waiting", "in – · out – · cost –")
        add(engine.left, Thinking("Hm."), at=100.5)
        add(engine.left, Text("Yes."), at=101.0)
        engine.now = 102.0
        await see(pilot, "token 0.50s  answer 1.00s     2 ev/s  2.00s · silent 1 s", "▸ thinking (1 word)")
        add(engine.left, UsageReport(Usage(8, output_tokens=298, reasoning_tokens=64), {}))
        finish(engine.left)
        await see(pilot, "in 8 · out 298 (64 reasoning) · cost –")


async def test_a_retry_says_what_it_waits_for_and_the_times_start_anew() -> None:
    engine = FakeEngine()

    async with an_app(engine).run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await ask(pilot, engine)
        begin(engine.right)
        engine.right.note(AttemptFailed(100.5, 1, 429, 2.0, "busy"))
        engine.now = 101.0
        await see(pilot, "429 · attempt 2 in  1.5s", "0.500")
        engine.right.begin_attempt(102.5)
        await see(pilot, "-2.000")


async def test_escape_stops_both_sides_from_the_prompt_box_and_one_from_its_pane() -> None:
    engine = FakeEngine()

    async with an_app(engine).run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await ask(pilot, engine)
        await pilot.press("escape", "tab", "escape", "tab", "tab", "escape")

        assert engine.stopped == [None, "left", "right"]


async def test_tab_moves_through_the_parts_in_order() -> None:
    engine = FakeEngine()
    app = an_app(engine)

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await ask(pilot, engine)
        order = [focused(app)]
        for _ in range(5):
            await pilot.press("tab")
            order.append(focused(app))

        assert order == ["prompt", "left-answer", "left-events", "right-answer", "right-events", "prompt"]


async def test_the_footer_shows_the_keys_of_the_focused_part() -> None:
    engine = FakeEngine()

    async with an_app(engine).run_test(size=(200, 40), notifications=True, tooltips=True) as pilot:
        await see(pilot, "enter send   ctrl+j new line   ctrl+r again", "esc stop   ctrl+t history   ctrl+s settings")
        await ask(pilot, engine)
        await pilot.press("tab", "tab")
        await see(pilot, "enter open  y copy event  z fold  x error  w gap")
        await pilot.press("shift+tab")
        await see(pilot, "t thinking  c copy  m source  / search  o links", "? help  ctrl+q quit")


async def test_keys_right_after_tab_go_to_the_part_it_moves_to() -> None:
    engine = FakeEngine()
    app = an_app(engine)

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await ask(pilot, engine)
        begin(engine.left)
        await see(pilot, "req_01")
        type_at_once(app, "d", "r", "a", "f", "t", "tab", "tab", "home", "enter")
        await see(pilot, "The request as it was sent, but without its secrets.")
        await pilot.press("escape")
        await see(pilot, "❯ draft")

        assert len(engine.rounds) == 1


async def test_a_narrow_screen_still_shows_tokens_and_cost() -> None:
    engine = FakeEngine()

    async with an_app(engine).run_test(size=(60, 20), notifications=True, tooltips=True) as pilot:
        await ask(pilot, engine)
        begin(engine.left)
        add(engine.left, UsageReport(Usage(8, output_tokens=298, reasoning_tokens=64, cache_read_tokens=0), {}))
        finish(engine.left)
        await see(pilot, "│ in 8 · out 298 (64 reasoning) · cached 0 · cost – ")


async def test_panes_beside_each_other_show_figures_that_fit() -> None:
    engine = FakeEngine()

    async with an_app(engine).run_test(size=(100, 30), notifications=True, tooltips=True) as pilot:
        await ask(pilot, engine)
        begin(engine.left)
        add(engine.left, UsageReport(Usage(145, output_tokens=110, reasoning_tokens=58, cache_read_tokens=0), {}))
        finish(engine.left)
        await see(pilot, "│ in 145 · out 110 (58 reasoning) · cost –       │")


async def test_a_tiny_screen_shows_an_answer_and_no_events_unless_asked() -> None:
    engine = FakeEngine()
    app = an_app(engine)

    async with app.run_test(size=(50, 14), notifications=True, tooltips=True) as pilot:
        await ask(pilot, engine)
        for run in (engine.left, engine.right):
            begin(run)
        say(engine.left, "Left says this.")
        say(engine.right, "Right says that.")
        await see(pilot, "Left says this.", "└───", "right: opena")
        assert "events ·" not in on_screen(app)
        await pilot.press("f5")
        await see(pilot, '"Left says')
        await pilot.press("f8")
        await see(pilot, "Right says that.")


async def test_a_title_shows_that_a_side_is_simulated_however_long_its_name() -> None:
    engine = FakeEngine(left="a" * 100 + "-final")

    async with an_app(engine).run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await see(pilot, "aaa-final · simulated ─┐")
        await pilot.resize_terminal(200, 40)
        await see(pilot, "a" * 40 + "-final · simulated ─┐")


async def test_a_title_names_the_model_that_answered_and_the_next_one() -> None:
    engine = FakeEngine()

    async with an_app(engine).run_test(size=(160, 45), notifications=True, tooltips=True) as pilot:
        await ask(pilot, engine)
        say(engine.right, "Hello")
        await pilot.press("f3", *"openai:gpt-5", "enter")
        await see(pilot, "openai:gpt-5.6-terra · next gpt-5 ─")
        await pilot.press("f2", *"openai:gpt-5", "enter")
        await see(pilot, "claude-sonnet-5-5 · simulated · next openai:gpt-5 ─")
        for run in engine.rounds[-1].runs.values():
            finish(run)
        await ask(pilot, engine)
        await see(pilot, "┌─ openai:gpt-5 · simulated ─", "round 2")


async def test_settings_stand_under_the_title_and_what_differs_is_marked() -> None:
    engine = FakeEngine()
    left = replace(engine.settings["left"], preset="terse", system="Be brief.", params={"temperature": 0.2})
    engine.configure("left", left)

    async with an_app(engine).run_test(size=(160, 45), notifications=True, tooltips=True) as pilot:
        await see(pilot, '│ @terse · ≠ system "Be brief." · ≠ temperature 0.2 ', "│ ≠ no system · ≠ no temperature ")
        await ask(pilot, engine)
        await see(pilot, '│ @terse · ≠ system "Be brief." · ≠ temperature 0.2 ', "│ ◌ waiting")


async def test_without_settings_no_row_is_lost() -> None:
    async with an_app(FakeEngine()).run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await see(pilot, "Type a prompt below")
        assert "Type a prompt below" in on_screen(pilot.app).splitlines()[2]  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [(80, 16), (90, 30), (120, 16)])
async def test_where_rows_are_few_settings_stand_in_the_title(size: tuple[int, int]) -> None:
    engine = FakeEngine()
    engine.configure("right", replace(engine.settings["right"], max_tokens=300))

    async with an_app(engine).run_test(size=size, notifications=True, tooltips=True) as pilot:
        await see(pilot, "· simulated · ≠ max 8,192 ─")
        await pilot.press("f8")
        await see(pilot, "┌─ openai:gpt-5.6-terra · ≠ max 300 ─")
        await pilot.resize_terminal(120, 40)
        await see(pilot, "┌─ openai:gpt-5.6-terra ─", "│ ≠ max 300 ")
        await pilot.resize_terminal(*size)
        await see(pilot, "┌─ openai:gpt-5.6-terra · ≠ max 300 ─")


async def test_an_earlier_round_shows_its_own_settings_and_what_the_next_prompt_changes() -> None:
    engine = FakeEngine()

    async with an_app(engine).run_test(size=(160, 45), notifications=True, tooltips=True) as pilot:
        for temperature in (0.2, 0.7):
            engine.configure("left", replace(engine.settings["left"], params={"temperature": temperature}))
            await ask(pilot, engine)
            for run in engine.rounds[-1].runs.values():
                finish(run)
        await see(pilot, "round 2", "│ ≠ temperature 0.7  ", "│ ≠ no temperature  ")
        await pilot.press("ctrl+up")
        await see(pilot, "round 1 of 2", "│ ≠ temperature 0.2 · next: temperature 0.7  ")
        await pilot.press("ctrl+down")
        await see(pilot, "round 2", "│ ≠ temperature 0.7  ")

        await pilot.press("f4")
        await until(pilot, lambda: focused(pilot.app) == "left-system")  # type: ignore[arg-type]
        await pilot.press(*"Hm.", "ctrl+s")
        await see(pilot, '│ ≠ temperature 0.7 · next: system "Hm."  ')


async def test_an_empty_prompt_is_refused_in_one_sentence() -> None:
    engine = FakeEngine()

    async with an_app(engine).run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await pilot.press("space", "enter")
        await see(pilot, "The prompt is empty: type a question and press Enter.")

        assert engine.rounds == []


async def test_asking_while_busy_says_that_escape_stops() -> None:
    engine = FakeEngine()
    app = an_app(engine)

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await ask(pilot, engine)
        await pilot.press("m", "o", "enter")
        await see(pilot, "The models are still answering")

        assert len(engine.rounds) == 1
        assert "❯ mo" in on_screen(app)


async def test_sending_again_asks_the_last_prompt_anew() -> None:
    engine = FakeEngine()

    async with an_app(engine).run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await pilot.press("ctrl+r")
        await see(pilot, "Nothing has been asked yet")
        await ask(pilot, engine)
        await pilot.press("ctrl+r")
        assert engine.again == 0
        for run in engine.rounds[-1].runs.values():
            finish(run)
        await pilot.press("ctrl+r")
        await see(pilot, "round 2")

        assert engine.again == 1


async def test_a_new_session_empties_the_screen() -> None:
    engine = FakeEngine()

    async with an_app(engine).run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await ask(pilot, engine)
        say(engine.left, "Something said")
        await see(pilot, "Something said")
        await pilot.press("ctrl+n")
        await see(pilot, "Stop them, and begin a new")
        await pilot.press("n")
        await until(pilot, lambda: len(pilot.app.screen_stack) == 1)
        assert engine.session_number == 1
        await pilot.press("ctrl+n", "ctrl+n")
        await see(pilot, "conversation 2", "Type a prompt below")

        assert "Something said" not in on_screen(pilot.app)  # type: ignore[arg-type]


async def test_earlier_rounds_show_again() -> None:
    engine = FakeEngine()

    async with an_app(engine).run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        for prompt, answer in (("one", "First answer"), ("two", "Second answer")):
            await ask(pilot, engine, prompt)
            for run in engine.rounds[-1].runs.values():
                say(run, answer)
                finish(run)
            await see(pilot, answer, "✔ end_turn")
        await pilot.press("ctrl+up")
        await see(pilot, "First answer", "round 1 of 2")
        await pilot.press("ctrl+up", "alt+down")
        await see(pilot, "Second answer", "round 2")


async def test_event_lists_are_normal_then_large_then_hidden() -> None:
    engine = FakeEngine()
    app = an_app(engine)

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await ask(pilot, engine)
        await pilot.pause()
        events = app.screen.query_one("#left-events", EventList)
        heights = [events.size.height]
        for _ in range(3):
            await pilot.press("f5")
            await pilot.pause()
            heights.append(events.size.height if events.is_on_screen else 0)

        assert heights[0] == heights[3]
        assert heights[1] > heights[0]
        assert heights[2] == 0


async def test_hidden_event_lists_come_back_with_what_arrived_meanwhile() -> None:
    engine = FakeEngine()

    async with an_app(engine).run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await ask(pilot, engine)
        await pilot.press("f5", "f5")
        begin(engine.left)
        say(engine.left, *"abcdefghijklmnopqrstuvwxyz")
        await see(pilot, "abcdefghijklmnopqrstuvwxyz")
        await pilot.press("f5")
        await see(pilot, '"z"', "events · 26")


async def test_copying_gives_the_text_with_its_controls_visible() -> None:
    engine = FakeEngine()
    app = an_app(engine)

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await ask(pilot, engine)
        await pilot.press("tab", "c")
        await see(pilot, "There is no text to copy yet.")
        say(engine.left, "a\x1b[31m\t[b]", "\r\n**c**")
        await pilot.press("c")
        await see(pilot, "Copied the left answer, 17 characters.")

        assert app.clipboard == "a␛[31m\t[b]\n**c**"
        say(engine.left, "x" * 100_000)
        await pilot.press("c")
        await see(pilot, "Copied the left answer, 100,017 characters.", "Ctrl+E writes a file")


async def test_a_turn_that_is_left_out_is_marked() -> None:
    engine = FakeEngine()

    async with an_app(engine).run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await ask(pilot, engine)
        engine.excluded = {"right"}
        engine.right.fail(Failure("connection", "The server cannot be reached."), 101.0)
        await see(pilot, "✖ failed", "✖ The server cannot be reached.", "Not part of the conversation: it failed.")


async def test_hostile_text_is_shown_as_text_everywhere() -> None:
    hostile = "[/nope][@click=app.quit]x[/]\x1b[2J\x9b\u202e"
    engine = FakeEngine(left=hostile, right="[/]" * 40)
    app = an_app(engine)

    async with app.run_test(size=(160, 45), notifications=True, tooltips=True) as pilot:
        await ask(pilot, engine, "[/nope]")
        begin(engine.left)
        add(engine.left, Text(hostile), name=hostile)
        add(engine.left, Thinking(hostile))
        engine.left.fail(Failure("http", hostile, 500, hostile), 101.0)
        finish(engine.right, "[/nope]\x1b")
        await see(pilot, "anthropic:[/nope]", "✔ [/nope]␛", "✖ [/nope]")
        at_first = pilot.app.screen
        await pilot.press("f2")
        await see(pilot, "left model")
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is at_first)
        await pilot.press("f4")
        await see(pilot, "system prompt")
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is at_first)
        await pilot.press("tab", "tab", "home", "down", "down", "enter")
        await see(pilot, "A piece of the answer")
        await pilot.press("r", "escape")
        await until(pilot, lambda: pilot.app.screen is at_first)
        await pilot.press("ctrl+p")
        await see(pilot, "Search for commands")

        assert app.is_running
        assert "\x1b" not in on_screen(app)


async def test_resizing_while_streaming_keeps_everything() -> None:
    engine = FakeEngine()

    async with an_app(engine).run_test(size=(160, 45), notifications=True, tooltips=True) as pilot:
        await ask(pilot, engine)
        begin(engine.left)
        for width, height in [(80, 24), (200, 60), (99, 20), (100, 40), (40, 12), (120, 40)]:
            say(engine.left, "word " * 30)
            await pilot.resize_terminal(width, height)
            await pilot.pause()
        say(engine.left, "the end.")
        await see(pilot, "the end.")


async def test_figures_fit_another_width_when_everything_has_ended() -> None:
    engine = FakeEngine()

    async with an_app(engine).run_test(size=(100, 30), notifications=True, tooltips=True) as pilot:
        await ask(pilot, engine)
        begin(engine.left)
        add(engine.left, Thinking("Hm."), at=100.5)
        add(engine.left, Text("Yes."), at=101.0)
        for run in engine.rounds[-1].runs.values():
            finish(run)
        await see(pilot, "✔ end_turn  token 0.50s")
        await pilot.resize_terminal(160, 45)
        await see(pilot, "✔ end_turn  first token 0.50s  first answer 1.00s")


async def test_nothing_is_sampled_when_nothing_runs() -> None:
    engine = FakeEngine()
    looks = 0
    clock = engine.clock

    def counting() -> float:
        nonlocal looks
        looks += 1
        return clock()

    engine.clock = counting  # type: ignore[method-assign]
    async with an_app(engine).run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await ask(pilot, engine)
        for run in engine.rounds[-1].runs.values():
            finish(run)
        await see(pilot, "✔ end_turn")
        for _ in range(20):  # a busy machine draws the end late
            before = looks
            await pilot.pause(0.3)
            if looks == before:
                return

    pytest.fail("The clock is still looked at.")


async def test_a_click_on_an_answer_focuses_it_and_one_on_a_key_presses_it() -> None:
    engine = FakeEngine()
    app = an_app(engine)

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await ask(pilot, engine)
        await pilot.click("#right-answer")
        assert focused(app) == "right-answer"
        line = on_screen(app).splitlines()[-1]
        await pilot.click("KeyBar", offset=(line.index("? help"), 0))
        await see(pilot, "Everywhere", "Ask this side again: a new take")


async def test_what_is_not_recorded_is_told_and_shows_it_for_as_long() -> None:
    engine = FakeEngine()
    problem = ""
    app = an_app(engine, unrecorded=lambda: problem)

    async with app.run_test(size=(160, 40), notifications=True, tooltips=True) as pilot:
        await ask(pilot, engine)
        begin(engine.left)
        for problem in ("The disk [/x] is full. 1 round is not recorded.", "The disk [/x] is full. 2 rounds are not."):
            await until(pilot, lambda: [note.message for note in app._notifications] == [problem])  # noqa: B023
            await see(pilot, "not recorded · conversation 1")
        problem = ""
        await until(pilot, lambda: "not recorded · session" not in on_screen(app))


async def test_the_header_names_the_id_of_a_round_once_it_is_in_the_history() -> None:
    engine = FakeEngine()

    async with an_app(engine).run_test(size=(120, 40)) as pilot:
        await ask(pilot, engine)
        begin(engine.left)
        await see(pilot, "conversation 1 · round 1 ")
        engine.rounds[-1].number = 42
        await see(pilot, "conversation 1 · round 1 · #42")


async def test_what_is_recorded_after_the_round_has_ended_is_no_longer_shown_as_missing() -> None:
    engine = FakeEngine()
    problem = "The history is locked. 1 round is not recorded."
    app = an_app(engine, unrecorded=lambda: problem)

    async with app.run_test(size=(160, 40), notifications=True, tooltips=True) as pilot:
        await ask(pilot, engine)
        for run in (engine.left, engine.right):
            say(run, "Hello")
            finish(run)
        await see(pilot, "not recorded · conversation 1")
        problem = ""
        await until(pilot, lambda: "not recorded · session" not in on_screen(app))


async def test_quitting_asks_first_while_a_round_is_not_recorded() -> None:
    engine = FakeEngine()
    app = an_app(engine, unrecorded=lambda: "The disk is full. 1 round is not recorded.")

    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await pilot.press("ctrl+q")
        await see(pilot, "1 round is not recorded. Quit anyway?", "the shown round to a file.")
        await pilot.press("n")
        await until(pilot, lambda: "shown round to a file" not in on_screen(app))
        assert app.is_running
        await pilot.press("ctrl+q")
        await see(pilot, "shown round to a file")
        await pilot.pause()
        app.simulate_key("y")  # Pilot's own press would wait for a screen that goes away
        await until(pilot, lambda: not app.is_running)


async def test_quitting_twice_quits_without_an_answer() -> None:
    app = an_app(FakeEngine(), unrecorded=lambda: "The disk is full. 1 round is not recorded.")

    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await pilot.press("ctrl+q")
        await see(pilot, "Ctrl+E", "shown round to a file")
        await pilot.press("ctrl+q")
        await until(pilot, lambda: not app.is_running)


GITHUB = "ghp_0123456789abcdefghijABCDEFGHIJ012345"
SEEMS = "The prompt seems to hold a GitHub token"


async def test_what_looks_like_a_key_is_sent_only_when_enter_is_pressed_again() -> None:
    engine = FakeEngine()

    async with an_app(engine).run_test(size=(200, 40), notifications=True, tooltips=True) as pilot:
        await pilot.press(*GITHUB, "enter")
        await see(pilot, SEEMS, "(ghp_…345)", "Enter again", f"❯ {GITHUB}")
        assert engine.rounds == []
        await pilot.press("!", "enter")
        await see(pilot, SEEMS, f"❯ {GITHUB}!")
        assert engine.rounds == []
        await pilot.press("enter")
        await until(pilot, lambda: [round_.prompt for round_ in engine.rounds] == [f"{GITHUB}!"])
        for run in engine.rounds[-1].runs.values():
            finish(run)
        await pilot.press("ctrl+r")
        await see(pilot, SEEMS, ": ask")
        await pilot.press("ctrl+r")
        await until(pilot, lambda: engine.again == 1)


async def test_a_prompt_of_the_command_line_that_looks_like_a_key_waits_in_the_box() -> None:
    engine = FakeEngine()

    async with an_app(engine, prompt=GITHUB).run_test(size=(200, 40), notifications=True, tooltips=True) as pilot:
        await see(pilot, SEEMS, f"❯ {GITHUB}")
        assert engine.rounds == []


async def test_the_users_own_key_is_never_sent_however_often_enter_is_pressed() -> None:
    engine = FakeEngine()
    endpoint = replace(engine.settings["right"].endpoint, key=Secret("my-very-own-key"))
    engine.configure("right", replace(engine.settings["right"], endpoint=endpoint))

    async with an_app(engine).run_test(size=(200, 40), notifications=True, tooltips=True) as pilot:
        await pilot.press(*"my-very-own-key", "enter", "enter")
        await see(pilot, "The prompt holds the secret in", "OPENAI_API_KEY", "❯ my-very-own-key")
        assert engine.rounds == []


@pytest.mark.parametrize("size", [(80, 24), (100, 24), (120, 40)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_toasts_cover_neither_the_prompt_box_nor_the_newest_event(size: tuple[int, int]) -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
        await until(pilot, lambda: bool(engine.rounds))
        for run in (engine.left, engine.right):
            begin(run)
            say(run, *(f"word{number} " for number in range(30)))
        await see(pilot, "word29")
        if size[1] <= 24:
            await pilot.press("f5")  # event lists are hidden at first
        await pilot.press(*"draft")
        for number in range(5):
            app.notify(f"{number}: a sentence that is longer than most. " * 4, markup=False)
        await see(pilot, "4: a sentence", '"word29 "')
        rows = on_screen(app).splitlines()

        assert "".join(rows).count('"word29 "') == (1 if size == (80, 24) else 2)
        assert any(row.startswith(" ❯ draft") for row in rows)
        assert max(index for index, row in enumerate(rows) if "sentence" in row) < 7
