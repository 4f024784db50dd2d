import ast
import asyncio
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from textual.binding import Binding
from textual.css.query import NoMatches

from diptych.cli.signals import shutdown_signals
from tests.tui.fakes import FakeEngine, an_app, begin, finish, on_screen, say, see, until

if TYPE_CHECKING:
    from textual.worker import Worker


async def test_it_opens_with_the_prompt_focused_and_warms_the_engine_up_after_that() -> None:
    engine = FakeEngine()
    app = an_app(engine)

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await until(pilot, lambda: engine.warmed_up)

        assert app.focused is not None
        assert app.focused.id == "prompt"
        assert "conversation 1" in on_screen(app)


async def test_a_prompt_given_at_start_is_sent_at_once() -> None:
    engine = FakeEngine()

    async with an_app(engine, prompt="Why?").run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await until(pilot, lambda: bool(engine.rounds))
        await see(pilot, "Why?", "conversation 1 · round 1")

        assert engine.rounds[0].prompt == "Why?"


async def test_once_quits_when_both_sides_have_ended() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="Why?", once=True)

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await until(pilot, lambda: bool(engine.rounds))
        for run in (engine.left, engine.right):
            begin(run)
            say(run, "Because.")
        finish(engine.left)
        await see(pilot, "end_turn")
        assert app.is_running
        finish(engine.right)
        await until(pilot, lambda: not app.is_running)


@pytest.mark.parametrize(
    ("key", "shown"),
    [("ctrl+r", "ctrl+r"), ("escape", "esc"), ("f5", "F5"), ("left_square_bracket", "["), ("f", "f")],
)
def test_keys_are_named_as_the_documentation_names_them(key: str, shown: str) -> None:
    assert an_app(FakeEngine()).get_key_display(Binding(key, "nothing")) == shown


async def test_the_palette_has_every_action() -> None:
    app = an_app(FakeEngine(), prompts={"[/review]": "Review {{ code }}"})

    async with app.run_test(size=(120, 160), notifications=True, tooltips=True) as pilot:
        await pilot.press("ctrl+p")
        await see(
            pilot,
            "Attach a file",
            "Edit the prompt in your editor",
            "Prompt template: [/review]",
            "Send the shown prompt again",
            "Choose the left model or preset",
            "Stop the right side",
            "Copy the left answer",
            "Show the left answer rendered, as a tree or as source",
            "Search the right answer",
            "List the links in the right answer",
            "Export the shown round to a file",
            "Reload config",
            "Use the light theme",
            "Save a screenshot",
            "Quit",
        )


async def test_the_palette_runs_what_is_chosen() -> None:
    engine = FakeEngine()
    app = an_app(engine)

    async with app.run_test(size=(120, 60), notifications=True, tooltips=True) as pilot:
        await pilot.press("ctrl+p", *"stop", "space", *"right")
        await see(pilot, "Stop the right side")
        await pilot.press("enter")
        await until(pilot, lambda: engine.stopped == ["right"])


async def test_the_theme_switches_between_dark_and_light() -> None:
    app = an_app(FakeEngine())

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await pilot.pause()
        dark = app.theme
        app.action_toggle_dark()
        await pilot.pause()
        light = app.theme
        app.action_toggle_dark()

        assert (dark, light, app.theme) == ("diptych-dark", "diptych-light", "diptych-dark")


@pytest.mark.parametrize("theme", ["nord", "textual-light", "ansi-dark"])
async def test_other_themes_of_textual_work_too(theme: str) -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        app.theme = theme
        await until(pilot, lambda: bool(engine.rounds))
        begin(engine.left)
        say(engine.left, "Hello")
        await see(pilot, "Hello")


async def test_every_binding_has_an_id() -> None:
    app = an_app(FakeEngine())

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await pilot.pause()
        nodes = [app, app.screen, *app.screen.walk_children()]
        bindings = [
            binding
            for node in nodes
            for kind in type(node).__mro__
            if kind.__module__.startswith("diptych.")
            for binding in Binding.make_bindings(kind.__dict__.get("BINDINGS", []))
        ]

        assert len(bindings) > 20
        assert [binding for binding in bindings if not binding.id] == []


async def test_a_keymap_moves_a_binding() -> None:
    engine = FakeEngine()
    app = an_app(engine)

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        app.set_keymap({"compare.new": "f9"})
        await pilot.press("f9")

        assert engine.session_number == 2


def test_importing_the_app_loads_no_sdk_and_no_rare_screen() -> None:
    code = (
        "import sys; import diptych.tui.app, diptych.tui.screens.compare; "
        "print([name for name in sys.modules if name in ('anthropic', 'openai', 'httpx2', 'genai_prices') "
        "or name.startswith('diptych.tui.screens.')])"
    )

    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)

    parts = (
        "two_sides",
        "two_panes",
        "session_screen",
        "turn_screen",
        "asking_screen",
        "attachment_screen",
        "vote_screen",
    )
    screens = ("pane_keys", "pane_commands", "notes_screen", "side_configuration", *parts, "compare")
    assert sorted(ast.literal_eval(result.stdout)) == sorted(f"diptych.tui.screens.{name}" for name in screens)


async def test_ctrl_c_says_once_how_to_quit() -> None:
    app = an_app(FakeEngine())

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await pilot.press("d", "r", "a", "f", "t", "ctrl+c", "ctrl+c")
        await see(pilot, "Ctrl+Q quits Diptych", "❯ draft")

        assert on_screen(app).count("Ctrl+Q quits Diptych") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"])
async def test_a_signal_ends_it_in_order(name: str) -> None:
    app = an_app(FakeEngine())
    number = getattr(signal, name)

    with shutdown_signals(screen=True) as shutdown:
        shutdown.on_signal(app.leave)
        async with app.run_test(size=(120, 40)) as pilot:
            await pilot.pause()
            os.kill(os.getpid(), number)
            await until(pilot, lambda: not app.is_running)

    assert app.return_code == 128 + number


async def test_a_signal_before_it_runs_ends_it_as_soon_as_it_does() -> None:
    app = an_app(FakeEngine())
    app.leave(143)

    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: not app.is_running)

    assert app.return_code == 143
    app.leave(143)  # and later ones do nothing


async def test_widgets_that_miss_each_other_while_it_ends_are_not_a_crash() -> None:
    app = an_app(FakeEngine())

    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.is_running)
        app.leave(143)
        await until(pilot, lambda: not app.is_running)
        app.break_down(NoMatches("gone"))

    assert (app.crash, app.return_code) == (None, 143)


async def test_a_search_that_misses_its_widgets_because_the_app_is_closed_is_not_a_crash() -> None:
    app = an_app(FakeEngine())

    async def search() -> None:
        while app.is_running:  # noqa: ASYNC110 - the app ends without an event
            await asyncio.sleep(0)
        app.query_one("#a-list-that-is-gone")

    async with app.run_test(size=(120, 40)) as pilot:
        await see(pilot, "ask both")
        worker: Worker[None] = app.run_worker(search)

    assert isinstance(worker.error, NoMatches)
    assert app.crash is None


async def test_a_warning_is_shown_whether_the_app_runs_yet_or_not() -> None:
    app = an_app(FakeEngine())
    app.warn("The first [/] warning.")

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await see(pilot, "The first [/] warning.")
        await asyncio.to_thread(app.warn, "The second.")
        await see(pilot, "The second.")
