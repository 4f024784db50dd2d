import pytest
from textual._compositor import CompositorUpdate

from diptych.tui.textual_patches.compositor import DirectCompositor, RowsUpdate
from tests.tui.fakes import FakeEngine, an_app, begin, say, see, until


async def test_what_changes_in_a_widget_is_written_directly(monkeypatch: pytest.MonkeyPatch) -> None:
    updates: list[CompositorUpdate | None] = []
    composed = DirectCompositor.render_partial_update

    def render_partial_update(compositor: DirectCompositor) -> CompositorUpdate | None:
        updates.append(composed(compositor))
        return updates[-1]

    monkeypatch.setattr(DirectCompositor, "render_partial_update", render_partial_update)
    engine = FakeEngine()
    async with an_app(engine, prompt="Why?").run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: bool(engine.rounds))
        begin(engine.left)
        say(engine.left, "Because.")
        await see(pilot, "Because.")

        assert any(isinstance(update, RowsUpdate) for update in updates)
