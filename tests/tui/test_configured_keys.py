"""The keys of the config file, in an app that runs."""

from tests.tui.fakes import FakeEngine, an_app, see, until


async def test_the_keys_of_the_config_file_are_used_and_shown_everywhere() -> None:
    engine = FakeEngine()
    app = an_app(engine, keys={"compare.new": "F9", "app.help": "F12", "app.quit": "ctrl+b", "compare.agian": "x"})

    async with app.run_test(size=(160, 45), notifications=True, tooltips=True) as pilot:
        await see(pilot, "keys.compare.agian: there is no such binding.", "F9 new", "F12 help", "b quit")
        await pilot.press("f9")
        await until(pilot, lambda: engine.session_number == 2)
        await pilot.press("ctrl+n")
        await pilot.press("ctrl+c")
        await see(pilot, "Ctrl+B quits Diptych")
        assert engine.session_number == 2
        await pilot.press("f12")
        await see(pilot, "F9                    New conversation")
        await pilot.press("f12", "ctrl+p")
        await see(pilot, "Search for commands")
        await pilot.press(*"newconv")
        await see(pilot, "F9")


async def test_keys_that_are_configured_again_are_used_at_once() -> None:
    engine = FakeEngine()
    app = an_app(engine, keys={"compare.new": "F9"})

    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await see(pilot, "F9 new")
        app.configure({}, "")
        await see(pilot, "^n new")
        await pilot.press("ctrl+n")
        await until(pilot, lambda: engine.session_number == 2)
