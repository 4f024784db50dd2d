from collections.abc import Iterable, Sequence

from diptych.core.endpoint import Endpoint
from tests.tui.fakes import FakeEngine, an_app, on_screen, see, until


async def test_typing_filters_and_enter_takes_the_first_match() -> None:
    engine = FakeEngine()
    app = an_app(engine)

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await pilot.press("f2")
        await see(pilot, "left model", "anthropic:claude-opus-5", "openai:gpt-5.6-terra")
        await pilot.press(*"opus")
        await until(pilot, lambda: "openai:gpt-5 " not in on_screen(app))
        await pilot.press("enter")
        await until(pilot, lambda: len(app.screen_stack) == 1)

        assert engine.settings["left"].name == "anthropic:claude-opus-5"
        await see(pilot, "─ anthropic:claude-opus-5 · simulated ─")


async def test_any_name_can_be_typed() -> None:
    engine = FakeEngine()
    app = an_app(engine)

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await pilot.press("f3", *"anthropic:claude-old", "enter")
        await until(pilot, lambda: len(app.screen_stack) == 1)

        assert engine.settings["right"].name == "anthropic:claude-old"


async def test_a_wrong_name_is_refused_in_one_sentence_and_stays_in_the_box() -> None:
    engine = FakeEngine()
    app = an_app(engine)

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await pilot.press("f2", *"nope:[/x]", "enter")
        await see(pilot, "There is no endpoint 'nope'. The endpoints are anthropic, openai.")
        await pilot.press("backspace")
        await see(pilot, "nope:[/x ", "Type any ENDPOINT:MODEL")
        await pilot.press("escape")
        await until(pilot, lambda: len(app.screen_stack) == 1)

        assert engine.settings["left"].name == "anthropic:claude-sonnet-5-5"


async def test_arrows_choose_from_the_list() -> None:
    engine = FakeEngine()
    app = an_app(engine)

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await pilot.press("f2")
        await see(pilot, "openai:gpt-5")
        await pilot.press("down", "down", "down", "up", "enter")
        await until(pilot, lambda: len(app.screen_stack) == 1)

        assert engine.settings["left"].name == "openai:gpt-5"


async def test_a_click_chooses_from_the_list() -> None:
    engine = FakeEngine()
    app = an_app(engine)

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await pilot.press("f2")
        await see(pilot, "openai:gpt-5")
        await pilot.click("OptionList", offset=(3, 2))
        await until(pilot, lambda: engine.settings["left"].name == "openai:gpt-5.6-terra")


async def test_an_empty_name_is_refused() -> None:
    engine = FakeEngine()
    app = an_app(engine)

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await pilot.press("f2")
        await see(pilot, "openai:gpt-5")
        await pilot.press("backspace", "enter")
        await pilot.pause()

        assert len(app.screen_stack) == 2


async def test_without_a_list_a_name_can_still_be_typed() -> None:
    class Broken(FakeEngine):
        def known_models(self, endpoints: Iterable[Endpoint]) -> Sequence[str]:
            raise OSError("secret details")

    engine = Broken()

    async with an_app(engine).run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await pilot.press("f2")
        await see(pilot, "The list of models could not be loaded")
        await pilot.press(*"openai:gpt-9", "enter")
        await until(pilot, lambda: engine.settings["left"].model == "gpt-9")
