from tests.tui.fakes import FakeEngine, an_app, see, until


async def test_it_lists_the_keys_by_where_they_work() -> None:
    app = an_app(FakeEngine())

    async with app.run_test(size=(120, 170), notifications=True, tooltips=True) as pilot:
        await pilot.press("f1")
        await see(
            pilot,
            "Everywhere",
            "ctrl+r                Send the shown prompt again",
            "?, F1                 All keys that work here",
            "In the prompt box",
            "ctrl+j, shift+enter   Start a new line in the prompt",
            "In an answer",
            "In an event list",
            "In the event inspector",
            "[                     Previous event",
            "stall                 silence",
        )
        await pilot.press("escape")
        await until(pilot, lambda: len(app.screen_stack) == 1)
        await pilot.press("f1", "f1")
        await until(pilot, lambda: len(app.screen_stack) == 1)


async def test_long_explanations_wrap_beside_their_keys() -> None:
    app = an_app(FakeEngine())

    async with app.run_test(size=(80, 24), notifications=True, tooltips=True) as pilot:
        await pilot.press("f1")
        await see(
            pilot,
            "│   esc                   Stop the focused side, or both from the      │",
        )


async def test_a_moved_key_is_listed_where_it_is_now() -> None:
    app = an_app(FakeEngine())

    async with app.run_test(size=(120, 170), notifications=True, tooltips=True) as pilot:
        app.set_keymap({"compare.again": "f9"})
        await pilot.press("f1")
        await see(pilot, "F9                    Send the shown prompt again")
