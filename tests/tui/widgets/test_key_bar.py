"""The row of keys: what stands in it at which width, and where the focus is."""

import re

import pytest

from tests.tui.fakes import FakeEngine, an_app, on_screen, see, until
from tests.tui.screens.test_compare import ask

WIDTHS = (200, 160, 140, 120, 100, 80, 60)
SHORT = {"history": "hist", "settings": "set", "thinking": "think"}


def words(bar: str) -> list[str]:
    """Return the words behind the keys of a bar, as they are without shortening."""
    whole = {short: word for word, short in SHORT.items()}
    return [whole.get(word, word) for word in bar.split()]


@pytest.mark.parametrize("width", WIDTHS)
async def test_what_everybody_needs_stands_in_it_at_every_width(width: int) -> None:
    engine = FakeEngine()
    app = an_app(engine)
    async with app.run_test(size=(width, 40), notifications=True) as pilot:
        await ask(pilot, engine)
        for part, own in (("prompt", "send"), ("left-answer", "thinking"), ("left-events", "open")):
            app.screen.set_focus(app.screen.query_one(f"#{part}"))
            await see(pilot, {"thinking": "think"}.get(own, own))
            bar = on_screen(app).splitlines()[-1]
            shown = words(bar)
            for word in ("stop", "history", "settings", "help", "quit"):
                assert word in shown, bar
            assert shown[-1] == "quit"
            assert bar.startswith(" enter ") or part == "left-answer"


async def test_names_of_keys_become_shorter_before_keys_are_left_out() -> None:
    bars = {}
    for width in (200, 160, 100, 60):
        app = an_app(FakeEngine())
        async with app.run_test(size=(width, 40)) as pilot:
            await see(pilot, "enter send")
            bars[width] = on_screen(app).splitlines()[-1].strip()

    assert "ctrl+r again   ctrl+n new" in bars[200]
    assert "^r again  ^n new  ^o model" in bars[160]
    assert "^j line  ^r again" in bars[100]
    assert re.split("  +", bars[60]) == ["enter send", "esc stop", "^t hist", "^s set", "F1 help", "^q quit"]


async def test_a_click_on_a_short_key_presses_it() -> None:
    app = an_app(FakeEngine())
    async with app.run_test(size=(60, 40)) as pilot:
        await until(pilot, lambda: "^s set" in on_screen(app))
        await pilot.click("KeyBar", offset=(on_screen(app).splitlines()[-1].index("set"), 0))
        await until(pilot, lambda: len(app.screen_stack) == 2)
