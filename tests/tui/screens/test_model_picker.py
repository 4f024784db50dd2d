from pathlib import Path
from types import MappingProxyType

import pytest

from diptych.catalog.model_catalog import ModelCatalog
from diptych.config.configuration import Configuration, CurrentConfiguration
from diptych.config.presets import Preset
from diptych.core.endpoint import Endpoint
from diptych.core.offered_models import ModelList, NoModelList, OfferedModel
from diptych.tui.app import DiptychApp
from diptych.tui.screens.model_picker import ModelScreen
from diptych.tui.widgets.choice_list import ChoiceList
from tests.support.answers import Answer, Gate
from tests.support.loopback import LoopbackServer
from tests.tui.fakes import ANTHROPIC, OPENAI, FakeCatalog, FakeEngine, an_app, on_screen, see, until
from tests.tui.histories import FakeHistory, a_round, a_run

LOCAL = Endpoint("local", "openai-chat", "http://localhost:8080/v1", "LOCAL_KEY")
TERSE = Preset("terse", "openai:gpt-5.6-terra", "Be brief.", 300, MappingProxyType({"temperature": 0.2}))


def configured(*endpoints: Endpoint, presets: tuple[Preset, ...] = (TERSE,)) -> CurrentConfiguration:
    named = {each.name: each for each in (ANTHROPIC, OPENAI, *endpoints)}
    return CurrentConfiguration(
        lambda: Configuration(Path("config.toml"), named, {preset.name: preset for preset in presets})
    )


def a_list(*ids: str, asked: float = 1.0) -> ModelList:
    return ModelList(tuple(OfferedModel(id_, context_window=131_072) for id_ in ids), asked)


def lines(app: DiptychApp) -> list[str]:
    """The lines of the list that stand on the screen."""
    view = app.screen.query_one(ChoiceList)
    region = view.region
    shown = on_screen(app).splitlines()[region.y : region.bottom]
    return [line[region.x : region.right].strip() for line in shown]


def under_cursor(app: DiptychApp) -> str:
    return next((line.lstrip("❯● ") for line in lines(app) if line.startswith("❯")), "")


async def test_typing_searches_and_enter_takes_the_best_match() -> None:
    engine = FakeEngine()
    app = an_app(engine)

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await pilot.press("f2")
        await see(pilot, "left model", "anthropic:claude-opus-5", "openai:gpt-5.6-terra")
        await pilot.press(*"op")
        await until(pilot, lambda: under_cursor(app).startswith("anthropic:claude-opus-5"))
        await pilot.press("enter")
        await until(pilot, lambda: len(app.screen_stack) == 1)

        assert engine.settings["left"].name == "anthropic:claude-opus-5"
        await see(pilot, "─ anthropic:claude-opus-5 · simulated ─")


async def test_any_name_can_be_typed() -> None:
    engine = FakeEngine()
    app = an_app(engine)

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await pilot.press("f3", *"anthropic:claude-o")
        await until(pilot, lambda: under_cursor(app) == "anthropic:claude-o  as typed")
        await pilot.press(*"ld", "enter")
        await until(pilot, lambda: len(app.screen_stack) == 1)

        assert engine.settings["right"].name == "anthropic:claude-old"


async def test_a_listed_name_that_is_typed_whole_is_that_line() -> None:
    app = an_app(FakeEngine())

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await pilot.press("f2")
        await see(pilot, "openai:gpt-5.6-terra")
        await pilot.press(*"openai:gpt-5")
        await until(pilot, lambda: under_cursor(app).startswith("openai:gpt-5 "))

        assert "as typed" not in on_screen(app)


async def test_a_wrong_name_is_refused_in_one_sentence_and_stays_in_the_box() -> None:
    engine = FakeEngine()
    app = an_app(engine)

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await pilot.press("f2", *"nope:[/x]", "enter")
        await see(pilot, "There is no endpoint 'nope'.", "The endpoints are anthropic, openai.")
        await pilot.press("backspace")
        await see(pilot, "nope:[/x ", "ENDPOINT:MODEL or @PRESET.")
        await pilot.press("escape")
        await until(pilot, lambda: len(app.screen_stack) == 1)

        assert engine.settings["left"].name == "anthropic:claude-sonnet-5-5"


async def test_the_sentence_about_a_wrong_name_stays_when_a_list_comes() -> None:
    catalog = FakeCatalog()
    app = an_app(FakeEngine(), catalog=catalog, configuration=configured(LOCAL))

    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("f2", *"nope:x", "enter")
        await see(pilot, "There is no endpoint 'nope'.")
        catalog.answer("local", a_list("nope-x"))
        await see(pilot, "local:nope-x")
        await app.workers.wait_for_complete()

        assert "There is no endpoint 'nope'." in on_screen(app)


async def test_the_cursor_stays_in_its_group_when_a_list_comes() -> None:
    catalog = FakeCatalog()
    history = FakeHistory(a_round(1, "hi", a_run(model="claude-opus-5")))
    app = an_app(FakeEngine(), catalog=catalog, configuration=configured(LOCAL), history=history)

    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("f2")
        await see(pilot, "openai:gpt-5 ", "recently used")
        await pilot.press("down", "down", "down")
        before = next(index for index, line in enumerate(lines(app)) if line.startswith("❯"))
        assert lines(app)[before].startswith("❯  anthropic:claude-opus-5")
        assert lines(app)[before - 1] == "anthropic  named by the SDK"
        catalog.answer("local", a_list("a", "b", "c"))
        await see(pilot, "local:c")
        now = next(index for index, line in enumerate(lines(app)) if line.startswith("❯"))

        assert lines(app)[now - 1] == "anthropic  named by the SDK"


async def test_the_present_model_is_under_the_cursor_at_first_and_arrows_move_from_it() -> None:
    engine = FakeEngine()
    app = an_app(engine)

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await pilot.press("f3")
        await see(pilot, "openai:gpt-5 ")
        await until(pilot, lambda: under_cursor(app).startswith("openai:gpt-5.6-terra"))
        await pilot.press("down")  # from the last one to the first
        await until(pilot, lambda: under_cursor(app).startswith("anthropic:claude-opus-5"))
        await pilot.press("up", "up")
        await until(pilot, lambda: under_cursor(app).startswith("openai:gpt-5 "))
        await pilot.press("enter")
        await until(pilot, lambda: len(app.screen_stack) == 1)

        assert engine.settings["right"].name == "openai:gpt-5"


async def test_a_click_chooses() -> None:
    engine = FakeEngine()
    app = an_app(engine)

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await pilot.press("f2")
        await see(pilot, "openai:gpt-5 ")
        for line in ("openai  named by the SDK", ""):  # a heading and what is below the list choose nothing
            await pilot.click(ChoiceList, offset=(4, lines(app).index(line)))
        assert len(app.screen_stack) == 2
        row = next(index for index, line in enumerate(lines(app)) if line.startswith("openai:gpt-5 "))
        await pilot.click(ChoiceList, offset=(4, row))
        await until(pilot, lambda: engine.settings["left"].name == "openai:gpt-5")


async def test_an_empty_box_lists_everything() -> None:
    app = an_app(FakeEngine())

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await pilot.press("f2", "z", "z")
        await until(pilot, lambda: not any(lines(app)))
        await pilot.press("down", "pagedown")  # in an empty list
        await pilot.press("backspace", "backspace")
        await see(pilot, "openai:gpt-5 ")

        assert under_cursor(app).startswith("anthropic:claude-sonnet-5-5")


async def test_presets_come_first_with_what_they_set() -> None:
    engine = FakeEngine()
    app = an_app(engine, configuration=configured())

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await pilot.press("f2")
        await see(pilot, "@terse  openai:gpt-5.6-terra · system · max tokens 300 · temperature 0.2", "openai:gpt-5 ")
        shown = [line for line in lines(app) if line]
        assert shown[1:3] == ["presets", shown[2]]  # after the present model, which is not in the list
        assert shown[2].startswith("@terse")
        await pilot.press(*"@terse", "enter")
        await until(pilot, lambda: len(app.screen_stack) == 1)

    assert engine.settings["left"].name == "openai:gpt-5.6-terra"
    assert engine.settings["left"].preset == "terse"
    assert engine.settings["left"].system == "Be brief."


async def test_models_that_were_used_lately_come_before_lists() -> None:
    history = FakeHistory(a_round(1, "hi", a_run(model="claude-older"), a_run("right", model="gpt-older")))
    app = an_app(FakeEngine(), history=history)

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await pilot.press("f2")
        await see(pilot, "openai:gpt-5 ", "recently used")

        assert lines(app)[1:4] == ["recently used", "anthropic:claude-older", "openai:gpt-older"]


async def test_a_history_that_cannot_be_read_is_no_obstacle() -> None:
    history = FakeHistory(a_round(1))
    history.failure = "The history is damaged."
    app = an_app(FakeEngine(), history=history)

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await pilot.press("f2")
        await see(pilot, "openai:gpt-5 ", "Enter takes the marked line.")

        assert "recently used" not in on_screen(app)


async def test_a_servers_own_list_comes_when_it_answers() -> None:
    engine, catalog = FakeEngine(), FakeCatalog()
    app = an_app(engine, catalog=catalog, configuration=configured(LOCAL))

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await pilot.press("f2")
        await see(pilot, "openai:gpt-5 ", "Loading the lists…")
        await pilot.press("down")
        before = under_cursor(app)
        catalog.answer("local", a_list("qwen3:8b", "[red]evil\x1b[2J"))
        await see(pilot, "2 models · asked", "local:qwen3:8b", "131K", "local:[red]evil␛[2J", "Enter takes the marked")

        assert catalog.asked == ["local"]  # the others have no key
        assert under_cursor(app) == before
        await pilot.press(*"8b", "enter")
        await until(pilot, lambda: engine.settings["left"].name == "local:qwen3:8b")


async def test_what_a_server_listed_before_is_shown_until_it_answers() -> None:
    catalog = FakeCatalog()
    catalog.kept["local"] = a_list("old-model")
    app = an_app(FakeEngine(), catalog=catalog, configuration=configured(LOCAL))

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await pilot.press("f2")
        await see(pilot, "local:old-model", "days ago")
        catalog.answer("local", NoModelList("unreachable", "localhost:8080 [b]refused the connection."))
        await see(pilot, "localhost:8080 [b]refused the connection.", "local:old-model")


async def test_a_new_list_is_asked_for_again_only_if_the_user_wants_that(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: 1_000.0)
    catalog = FakeCatalog()
    catalog.kept["local"] = a_list("kept-model", asked=900.0)
    app = an_app(FakeEngine(), catalog=catalog, configuration=configured(LOCAL))

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await pilot.press("f2")
        await see(pilot, "local:kept-model", "1 model · asked 1 minute ago", "Enter takes the marked line.")
        assert catalog.asked == []
        catalog.answer("local", a_list("new-model", asked=1_000.0))
        await pilot.press("f5")
        await see(pilot, "local:new-model", "asked just now", "Enter takes the marked line.")

        assert catalog.asked == ["local"]
        assert "kept-model" not in on_screen(app)


async def test_a_list_that_cannot_be_loaded_leaves_the_others() -> None:
    class Broken(FakeCatalog):
        def sdk_models(self, endpoint: Endpoint) -> tuple[str, ...]:
            raise OSError("secret details")

    engine, catalog = FakeEngine(), Broken()
    catalog.answer("local", a_list("qwen3:8b"))

    async with an_app(engine, catalog=catalog, configuration=configured(LOCAL)).run_test(size=(120, 40)) as pilot:
        await pilot.press("f2")
        await see(pilot, "A list could not be loaded.", "local:qwen3:8b")
        await pilot.press(*"openai:gpt-9", "enter")
        await until(pilot, lambda: engine.settings["left"].model == "gpt-9")


async def test_with_simulated_models_only_no_server_is_asked() -> None:
    catalog = FakeCatalog(offline=True)
    app = an_app(FakeEngine(), catalog=catalog, configuration=configured(LOCAL))

    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("f2")
        await see(pilot, "openai:gpt-5 ", "Enter takes the marked line.")

    assert catalog.asked == []


@pytest.mark.parametrize("end", ["escape", "ctrl+q"])
async def test_closing_it_or_the_app_ends_a_request(end: str, server: LoopbackServer, tmp_path: Path) -> None:
    server.plan(Answer([Gate("never")]))
    catalog = ModelCatalog(folder=tmp_path)
    endpoint = Endpoint("local", "openai-chat", f"{server.url}/v1", "KEY")
    app = an_app(FakeEngine(), catalog=catalog, configuration=configured(endpoint))

    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("f2")
        await server.aarrived(1)
        await pilot.press(end)
        await until(pilot, lambda: not isinstance(app.screen, ModelScreen) or not app.is_running)
        await server.agone()
    catalog.close()


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (30, 10), (200, 60)])
async def test_it_works_at_any_size_with_hostile_names(size: tuple[int, int]) -> None:
    engine, catalog = FakeEngine(), FakeCatalog()
    names = ("x" * 10_000, "evil\n\x1b]0;title\x07", "[red]", "\u202e\u2066reversed", "مرحبا", "模型" * 500, "target")
    catalog.answer("local", a_list(*names))
    catalog.answer("free", NoModelList("unreachable", "It [b]is[/b] \x1b[2J not there. " * 30))
    free = Endpoint("free", "openai-chat", "http://localhost/v1", "KEY")
    app = an_app(engine, catalog=catalog, configuration=configured(LOCAL, free))

    async with app.run_test(size=size) as pilot:
        await pilot.press("f2")
        await until(pilot, lambda: bool(under_cursor(app)))
        for key in ("pagedown", "down", "pageup", "up", "pagedown", "pagedown"):
            await pilot.press(key)
        assert under_cursor(app)
        assert "\x1b" not in on_screen(app)
        await pilot.press(*"target")
        await until(pilot, lambda: under_cursor(app).startswith("local:target"))
        await pilot.resize_terminal(size[0] + 5, size[1] + 3)
        await until(pilot, lambda: under_cursor(app).startswith("local:target"))
        await pilot.press("enter")
        await until(pilot, lambda: engine.settings["left"].name == "local:target")


async def test_the_cursor_stays_in_view_whatever_comes_above_it() -> None:
    catalog = FakeCatalog()
    app = an_app(FakeEngine(), catalog=catalog, configuration=configured(LOCAL))

    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f3")
        await see(pilot, "openai:gpt-5 ")
        await until(pilot, lambda: under_cursor(app).startswith("openai:gpt-5.6-terra"))
        await pilot.press("up")
        await until(pilot, lambda: under_cursor(app).startswith("openai:gpt-5 "))
        catalog.answer("local", a_list(*(f"model-{number}" for number in range(2_000))))
        await see(pilot, "local:model-1999")

        assert under_cursor(app).startswith("openai:gpt-5 ")
