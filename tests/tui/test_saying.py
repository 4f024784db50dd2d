"""Sentences in notices: which stay, and that nothing in them acts as markup."""

from textual.app import App
from textual.pilot import Pilot
from textual.widget import Widget

from diptych.tui.saying import fail, tell, warn
from tests.tui.fakes import until


async def _show(pilot: Pilot[None], *notices: tuple[str, str]) -> None:
    """Wait until these notices are shown, each with its severity."""
    shown = pilot.app._notifications
    await until(pilot, lambda: [(each.message, each.severity) for each in shown] == list(notices))
    assert not any(each.markup for each in shown)


async def test_a_sentence_takes_the_place_of_others_or_stands_beside_them() -> None:
    app = App[None]()
    async with app.run_test(notifications=True) as pilot:
        widget = Widget()
        await app.mount(widget)

        tell(app, "Copied [b]2[/] lines.")
        await _show(pilot, ("Copied [b]2[/] lines.", "information"))
        warn(app.screen, "The format was not kept.", beside=True)
        await _show(pilot, ("Copied [b]2[/] lines.", "information"), ("The format was not kept.", "warning"))
        fail(widget, "The disk is full.")
        await _show(pilot, ("The disk is full.", "error"))
