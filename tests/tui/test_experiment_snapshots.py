"""Pictures of an experiment."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from diptych.tui.app import DiptychApp
from diptych.tui.screens.experiment import ExperimentScreen
from tests.tui.fakes import see
from tests.tui.made_experiments import asked, plan_for


@pytest.mark.parametrize(
    ("size", "light"), [((80, 24), False), ((160, 45), False), ((120, 36), True)], ids=["80x24", "160x45", "light"]
)
def test_an_experiment(snap_compare: Callable[..., bool], tmp_path: Path, size: tuple[int, int], light: bool) -> None:
    app = DiptychApp(ExperimentScreen(asked(tmp_path / "history.db", plan_for(12)), "x1"))
    if light:
        app.action_toggle_dark()

    async def before(pilot: Pilot[Any]) -> None:
        await see(pilot, "108 answers", "◆ 0.", "╵")
        await pilot.press("down", "right", "greater_than_sign")
        await see(pilot, "case-2 · @terse · repeat 2")

    assert snap_compare(app, terminal_size=size, run_before=before)
