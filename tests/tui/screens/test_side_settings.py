from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from diptych.config.configuration import CurrentConfiguration, load_configuration
from diptych.core.secrets.values import Secret, Secrets
from diptych.core.settings import ToolDefinition
from diptych.store.state_file import StateFile
from diptych.tui.app import DiptychApp
from diptych.tui.blind.pace_choice import PaceChoice
from diptych.tui.screens.side_settings import SettingsScreen
from tests.tui.fakes import FakeEngine, an_app, begin, on_screen, see, type_at_once, until

Opened = tuple[Pilot[Any], FakeEngine]


@asynccontextmanager
async def settings_of(
    engine: FakeEngine | None = None, size: tuple[int, int] = (120, 40), **options: Any
) -> AsyncIterator[Opened]:
    engine = engine or FakeEngine()
    app = an_app(engine, **options)
    async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
        await open_settings(pilot)
        yield pilot, engine


async def open_settings(pilot: Pilot[Any], key: str = "ctrl+s") -> None:
    await pilot.press(key)
    await until(pilot, lambda: isinstance(pilot.app.screen, SettingsScreen) and pilot.app.focused is not None)


async def use(pilot: Pilot[Any]) -> None:
    await pilot.press("ctrl+s")
    await until(pilot, closed(pilot))


def closed(pilot: Pilot[Any]) -> Callable[[], bool]:
    return lambda: len(pilot.app.screen_stack) == 1


async def go_to(pilot: Pilot[Any], name: str) -> None:
    pilot.app.screen.query_one(f"#{name}").focus()
    await until(pilot, lambda: pilot.app.focused is not None and pilot.app.focused.id == name)


async def know_the_fields(pilot: Pilot[Any]) -> None:
    """Wait until the names that the SDKs know are loaded."""
    screen = pilot.app.screen
    assert isinstance(screen, SettingsScreen)
    await until(pilot, lambda: all(column.known.fields for column in screen._columns.values()))


def app_of(pilot: Pilot[Any]) -> DiptychApp:
    assert isinstance(pilot.app, DiptychApp)
    return pilot.app


def value(pilot: Pilot[Any], name: str) -> str:
    box = pilot.app.screen.query_one(f"#{name}")
    return box.value if isinstance(box, Input) else box.text if isinstance(box, TextArea) else ""


@pytest.mark.parametrize(
    ("key", "size", "shown_key"),
    [("ctrl+s", (80, 24), "ctrl+s"), ("f4", (60, 20), "^s"), ("ctrl+s", (160, 45), "ctrl+s")],
)
async def test_names_of_settings_are_whole_on_every_screen(key: str, size: tuple[int, int], shown_key: str) -> None:
    app = an_app(FakeEngine())

    async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
        await open_settings(pilot, key)
        await see(pilot, "system prompt", "max tokens", "temperature", "effort", "thinking", "extra request fields")
        await see(pilot, "same on both sides", "Use", "Save as preset", "Cancel", f"{shown_key} use", "esc cancel")


async def test_settings_are_used_for_each_side_by_the_keyboard_alone() -> None:
    async with settings_of() as (pilot, engine):
        await pilot.press(*"Be brief", "tab", *"819", "tab", *"0.3", "tab", "down", "tab", "down", "tab")
        await pilot.press(*"metadata={}", "tab", "tab", "tab", *"1", "tab", *"minimal", "tab", *"seed=5")
        await use(pilot)

        left, right = engine.settings["left"], engine.settings["right"]
        assert (left.system, left.max_tokens) == ("Be brief", 819)
        assert left.params["temperature"] == 0.3
        assert set(left.params) == {"metadata", "temperature", "output_config", "thinking"}
        assert (right.system, right.max_tokens) == ("", 8192)
        assert right.params == {"seed": 5, "temperature": 1, "reasoning_effort": "minimal"}


async def test_keys_that_arrive_at_once_go_where_they_were_meant_to_go() -> None:
    async with settings_of() as (pilot, engine):
        await know_the_fields(pilot)
        keys = (*"Brief", "tab", "tab", *"0.3", "tab", "down", "down", "tab", "tab", *"top_k=5", "tab", *"Long")
        type_at_once(app_of(pilot), *keys)
        await until(pilot, lambda: value(pilot, "right-system") == "Long")
        await use(pilot)

        assert (engine.settings["left"].system, engine.settings["right"].system) == ("Brief", "Long")
        assert engine.settings["left"].params == {
            "temperature": 0.3,
            "output_config": {"effort": "medium"},
            "top_k": 5,
        }


async def test_what_is_set_is_shown_in_its_field_and_what_else_an_object_holds_stays() -> None:
    engine = FakeEngine()
    params = {"output_config": {"effort": "high", "other": 1}, "temperature": 0.5}
    tools = (ToolDefinition("look"),)
    engine.configure(
        "left", replace(engine.settings["left"], params=params, tools=tools, response_schema={"type": "object"})
    )
    async with settings_of(engine) as (pilot, _):
        assert (value(pilot, "left-temperature"), value(pilot, "left-effort")) == ("0.5", "high")
        assert value(pilot, "left-fields") == 'output_config={"other": 1}'
        await go_to(pilot, "left-effort")
        await pilot.press(*"low")
        await use(pilot)

        left = engine.settings["left"]
        assert left.params == {"output_config": {"effort": "low", "other": 1}, "temperature": 0.5}
        assert (left.tools, left.response_schema) == (tools, {"type": "object"})


async def test_settings_that_are_not_changed_stay_the_same() -> None:
    engine = FakeEngine()
    odd = replace(engine.settings["left"], system="a\r\nb\nc", params={"temperature": "hot", "n": 1.0}, preset="odd")
    engine.configure("left", odd)
    async with settings_of(engine) as (pilot, _):
        await see(pilot, "anthropic:claude-sonnet-5-5 · @odd")
        await use(pilot)
        assert engine.settings["left"] is odd


async def test_what_is_changed_no_longer_comes_from_the_preset() -> None:
    engine = FakeEngine()
    engine.configure("left", replace(engine.settings["left"], preset="terse"))
    async with settings_of(engine) as (pilot, _):
        await pilot.press("x")
        await see(pilot, "@terse, changed")
        await use(pilot)
        assert engine.settings["left"].preset == ""


async def test_what_is_wrong_is_said_and_nothing_is_lost() -> None:
    async with settings_of() as (pilot, engine):
        await pilot.press(*"Hello")
        pilot.app.screen.query_one("#left-max-tokens", Input).value = "many"
        pilot.app.screen.query_one("#left-temperature", Input).value = "hot"
        pilot.app.screen.query_one("#right-fields", TextArea).text = "[/nope]=x"
        await pilot.press("ctrl+s")
        await see(pilot, "Max tokens is not a whole number above 0.", "The value of [/nope] is", "Hello")
        await see(pilot, "The temperature is not a number.")
        await until(pilot, lambda: pilot.app.focused is not None and pilot.app.focused.id == "right-fields")
        assert engine.settings["left"].system == ""


async def test_lines_are_checked_while_they_are_typed() -> None:
    async with settings_of() as (pilot, _):
        await know_the_fields(pilot)
        await go_to(pilot, "right-fields")
        await pilot.press(*"sed=1")
        await see(pilot, "Line 1: sed is not known. Did you mean seed?")
        box = pilot.app.screen.query_one("#right-fields", TextArea)
        box.text = 'user=\nn="x"'
        await see(pilot, "Line 1: The value of user is not JSON.")
        box.move_cursor((0, len("user=")))
        await pilot.press(*'"me"')
        await see(pilot, "Line 2: n is usually a whole number.")
        await pilot.press("enter", *"n=1")
        await see(pilot, "Line 3 sets n again.")


async def test_tab_completes_names_and_values_and_otherwise_goes_on() -> None:
    async with settings_of() as (pilot, _):
        await know_the_fields(pilot)
        await go_to(pilot, "right-fields")
        await pilot.press(*"service")
        await see(pilot, "Tab: service_tier")
        assert "does not have the form" not in on_screen(app_of(pilot))
        await go_to(pilot, "right-system")
        await see(pilot, "does not have the form")
        await go_to(pilot, "right-fields")
        await pilot.press("tab")
        await until(pilot, lambda: value(pilot, "right-fields") == "service_tier=")
        await see(pilot, 'Tab: service_tier="auto"')
        await pilot.press(*'"f', "tab")
        await until(pilot, lambda: value(pilot, "right-fields") == 'service_tier="flex"')
        await pilot.press("tab")
        await until(pilot, lambda: pilot.app.focused is not None and pilot.app.focused.id == "same")


async def test_a_sentence_says_what_a_model_refuses_and_which_values_there_are() -> None:
    async with settings_of(FakeEngine(left="claude-haiku-4-5")) as (pilot, _):
        await know_the_fields(pilot)
        await go_to(pilot, "left-effort")
        await see(pilot, "Claude models before Opus 4.5 and Sonnet 4.6 refuse")
        await go_to(pilot, "left-temperature")
        await see(pilot, "↑ ↓: 0 to 1")
        await pilot.press("1", ".", "5")
        await see(pilot, "The temperature is usually between 0 and 1.")
        await go_to(pilot, "right-temperature")
        await see(pilot, "OpenAI's reasoning models usually refuse any")
        await go_to(pilot, "right-effort")
        await see(pilot, "↑ ↓: none, minimal, low, medium, high, xhigh, max")
        await pilot.press("up")
        await until(pilot, lambda: value(pilot, "right-effort") == "max")
        await pilot.press("ctrl+u")
        await until(pilot, lambda: value(pilot, "right-effort") == "")
        await pilot.press(*"huge")
        await see(pilot, "The API knows none, minimal, low, medium, high,")


async def test_the_switch_edits_both_sides_in_the_words_of_each_api() -> None:
    async with settings_of() as (pilot, engine):
        await know_the_fields(pilot)
        await pilot.press("x")
        await see(pilot, "system prompt ≠")
        await pilot.press("ctrl+l", "y")
        await until(pilot, lambda: value(pilot, "right-system") == "xy")
        assert "≠" not in on_screen(app_of(pilot))
        await go_to(pilot, "left-effort")
        await pilot.press(*"low", "tab", *"disabled", "tab", *'metadata={"user_id": "me"}', "enter", *"top_k=1")
        await go_to(pilot, "right-fields")
        box = pilot.app.screen.query_one("#right-fields", TextArea)
        box.move_cursor(box.document.end)
        await pilot.press("enter", *"top_p=0.5")
        await use(pilot)

        left, right = engine.settings["left"], engine.settings["right"]
        assert (left.system, right.system) == ("xy", "xy")
        shared = {"metadata": {"user_id": "me"}, "top_p": 0.5}
        assert left.params == {
            **shared,
            "top_k": 1,
            "output_config": {"effort": "low"},
            "thinking": {"type": "disabled"},
        }
        assert right.params == {**shared, "reasoning_effort": "low"}

        await open_settings(pilot)  # where the user was
        await until(pilot, lambda: pilot.app.focused is not None and pilot.app.focused.id == "right-fields")
        await see(pilot, "▐X▌ same on both sides")


async def test_leaving_with_changes_asks() -> None:
    async with settings_of() as (pilot, engine):
        await pilot.press("x", "escape")
        await see(pilot, "Discard your changes?")
        await pilot.press("n")
        await until(pilot, lambda: isinstance(pilot.app.screen, SettingsScreen))
        assert value(pilot, "left-system") == "x"
        await pilot.press("escape")
        await see(pilot, "Discard your changes?")
        await pilot.press("y")
        await until(pilot, closed(pilot))
        assert engine.settings["left"].system == ""

        await open_settings(pilot)
        await pilot.press("x", "backspace", "escape")
        await until(pilot, closed(pilot))


async def test_a_resize_loses_nothing() -> None:
    async with settings_of(size=(160, 45)) as (pilot, engine):
        await pilot.press(*"Hello")
        for size in ((60, 20), (80, 24), (30, 10), (120, 40)):
            await pilot.resize_terminal(*size)
        await pilot.press("!")
        await use(pilot)
        assert engine.settings["left"].system == "Hello!"


async def test_the_mouse_uses_and_cancels() -> None:
    async with settings_of() as (pilot, engine):
        await pilot.click("#cancel")
        await until(pilot, closed(pilot))
        assert engine.settings["left"].system == ""
        await open_settings(pilot)
        await pilot.press("x")
        await pilot.click("#save")
        await until(pilot, lambda: engine.settings["left"].system == "x")


async def test_settings_changed_while_a_round_streams_count_from_the_next_prompt_on() -> None:
    engine = FakeEngine()
    app = an_app(engine)
    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await pilot.press(*"hi", "enter")
        await until(pilot, lambda: bool(engine.rounds))
        begin(engine.rounds[0].runs["left"])
        await open_settings(pilot)
        await pilot.press("x")
        await use(pilot)

        assert engine.rounds[0].runs["left"].request.settings.system == ""
        assert engine.settings["left"].system == "x"


def configured(path: Path) -> CurrentConfiguration:
    return CurrentConfiguration(lambda: load_configuration({}, path))


async def save_as(pilot: Pilot[Any], name: str) -> None:
    await pilot.press("ctrl+n")
    await see(pilot, "settings as a preset")
    await pilot.press(*name, "enter")


async def test_settings_are_saved_as_a_preset_that_can_be_chosen_at_once(tmp_path: Path) -> None:
    configuration = configured(tmp_path / "config.toml")
    async with settings_of(configuration=configuration) as (pilot, engine):
        await go_to(pilot, "right-temperature")
        await pilot.press("1")
        await save_as(pilot, "hot")
        await see(pilot, "Saved @hot in")
        pilot.app.clear_notifications()  # they cover the models
        await see(pilot, "openai:gpt-5.6-terra · @hot")
        await use(pilot)

        assert engine.settings["right"].preset == "hot"
        saved = configuration.now.settings_for("@hot")
        assert (saved.name, dict(saved.params)) == ("openai:gpt-5.6-terra", {"temperature": 1})


async def test_a_preset_is_replaced_only_if_the_user_asks_twice(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[presets.a]\nmodel = "openai:gpt-5"  # mine\n')
    configuration = configured(path)
    async with settings_of(configuration=configuration) as (pilot, _):
        await save_as(pilot, "a b")
        await see(pilot, "Write letters, digits")
        await pilot.press("ctrl+u")
        await see(pilot, "NAME")
        await pilot.press("a", "enter")
        await see(pilot, "There is a preset @a already. Press Enter again to replace it.")
        assert configuration.now.settings_for("@a").model == "gpt-5"
        await pilot.press("enter")
        await see(pilot, "Saved @a in")

        assert configuration.now.settings_for("@a").model == "claude-sonnet-5-5"
        assert "# mine" in path.read_text()


async def test_a_secret_is_not_saved(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    engine = FakeEngine()
    endpoint = replace(engine.settings["left"].endpoint, environment=Secrets([("MY_KEY", Secret("my-very-own-key"))]))
    engine.configure("left", replace(engine.settings["left"], endpoint=endpoint))
    async with settings_of(engine, configuration=configured(path)) as (pilot, _):
        await pilot.press(*"my-very-own-key")
        await save_as(pilot, "a")
        await see(pilot, "The system prompt holds the secret in MY_KEY, which is never")
        await pilot.press("escape", "escape")
        await see(pilot, "Discard your changes?")

        assert not path.exists()


async def test_what_a_preset_cannot_hold_is_said_before_it_is_saved(tmp_path: Path) -> None:
    engine = FakeEngine()
    engine.configure("left", replace(engine.settings["left"], tools=(ToolDefinition("look"),)))
    async with settings_of(engine, configuration=configured(tmp_path / "config.toml")) as (pilot, _):
        await pilot.press("ctrl+n")
        await see(pilot, "Its tools and its schema")
        await pilot.press("a", "enter")
        await see(pilot, "Saved @a in")
        await use(pilot)

        assert (engine.settings["left"].preset, len(engine.settings["left"].tools)) == ("", 1)


async def test_a_value_is_typed_over_the_one_before() -> None:
    engine = FakeEngine()
    engine.configure("left", replace(engine.settings["left"], params={"temperature": 0.25}))
    async with settings_of(engine) as (pilot, _):
        await pilot.press("tab", *"99", "tab", "down")
        await until(pilot, lambda: value(pilot, "left-temperature") == "0.3")
        await use(pilot)

        left = engine.settings["left"]
        assert (left.max_tokens, left.params) == (99, {"temperature": 0.3})


async def test_the_pace_of_blind_rounds_is_chosen_here_and_kept(tmp_path: Path) -> None:
    file = StateFile(tmp_path / "state.json")
    pace = PaceChoice("", file)

    async with settings_of(blind_pace=pace) as (pilot, _):
        await see(pilot, "blind answers only when both have ended")
        await go_to(pilot, "blind-pace")
        await pilot.press("space")
        await pilot.press("escape")
        await see(pilot, "Discard your changes?")
        await pilot.press("escape")
        assert pace.now == "slower"

        await use(pilot)

        assert (pace.now, PaceChoice("", file).now) == ("end", "end")


async def test_a_pace_that_cannot_be_kept_is_told(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("")

    async with settings_of(blind_pace=PaceChoice("", StateFile(tmp_path / "folder" / "state.json"))) as (pilot, _):
        await go_to(pilot, "blind-pace")
        await pilot.press("space")
        await use(pilot)
        await see(pilot, "The pace of blind rounds cannot be kept for the next start")
