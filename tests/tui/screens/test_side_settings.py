from textual.widgets import Input, TextArea

from tests.tui.fakes import FakeEngine, an_app, see, until


async def test_names_of_settings_are_whole_on_a_narrow_screen() -> None:
    app = an_app(FakeEngine())

    async with app.run_test(size=(80, 24), notifications=True, tooltips=True) as pilot:
        await pilot.press("f4")
        await see(
            pilot, "│ extra request fields, one          extra request fields, one         │", "KEY=JSON per line"
        )


async def test_settings_are_saved_for_each_side() -> None:
    engine = FakeEngine()
    app = an_app(engine)

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await pilot.press("f4")
        await see(pilot, "system prompt", "8192", "KEY=JSON")
        await pilot.press(*"Be brief", "tab")
        app.screen.query_one("#left-max-tokens", Input).value = "100"
        app.screen.query_one("#right-fields", TextArea).text = "temperature=0.5"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: len(app.screen_stack) == 1)

        left, right = engine.settings["left"], engine.settings["right"]
        assert (left.system, left.max_tokens, dict(left.params)) == ("Be brief", 100, {})
        assert (right.system, right.max_tokens, dict(right.params)) == ("", 8192, {"temperature": 0.5})


async def test_what_is_wrong_is_said_and_nothing_is_lost() -> None:
    engine = FakeEngine()
    app = an_app(engine)

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await pilot.press("f4", *"Hello")
        app.screen.query_one("#left-max-tokens", Input).value = "many"
        app.screen.query_one("#right-fields", TextArea).text = "[/nope]=x"
        await pilot.press("ctrl+s")
        await see(pilot, "Max tokens is not a whole number above 0.", "The value of [/nope] is", "Hello")
        assert engine.settings["left"].system == ""
        await pilot.press("escape")
        await until(pilot, lambda: len(app.screen_stack) == 1)


async def test_the_mouse_saves_and_cancels() -> None:
    engine = FakeEngine()
    app = an_app(engine)

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await pilot.press("f4", "x")
        await pilot.click("#cancel")
        await until(pilot, lambda: len(app.screen_stack) == 1)
        assert engine.settings["left"].system == ""
        await pilot.press("f4", "x")
        await pilot.click("#save")
        await until(pilot, lambda: engine.settings["left"].system == "x")
