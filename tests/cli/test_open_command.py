"""The command that opens experiments and rounds on the screen."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from diptych.tui.screens.experiment import ExperimentScreen
from diptych.tui.screens.replay import ReplayScreen
from tests.cli.test_commands import diptych, sentence
from tests.tui.made_experiments import asked, plan_for

if TYPE_CHECKING:
    from diptych.tui.app import DiptychApp


@pytest.fixture
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A history with one experiment of one round."""
    path = tmp_path / "history.db"
    monkeypatch.setenv("DIPTYCH_HISTORY", str(path))
    asked(path, plan_for(1, repeats=1))
    return path


@pytest.mark.parametrize(
    ("reference", "screen"), [("x1", ExperimentScreen), ("xlast", ExperimentScreen), ("1", ReplayScreen)]
)
@pytest.mark.usefixtures("history")
def test_it_opens_an_experiment_or_a_round(reference: str, screen: type[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[DiptychApp] = []
    monkeypatch.setattr("diptych.cli.open_command.is_interactive", lambda: True)
    monkeypatch.setattr("diptych.cli.open_command.run_app", lambda app, shutdown: opened.append(app))

    assert diptych("open", reference).exit_code == 0
    assert isinstance(opened[0].get_default_screen(), screen)


@pytest.mark.usefixtures("history")
def test_what_cannot_be_opened_says_why() -> None:
    assert sentence("open", "x7") == "There is no experiment x7 in the history."
    assert sentence("open", "7") == "There is no round 7 in the history."
    needs = "The screen needs a terminal. Without one, use `diptych show` or `diptych export`."
    assert sentence("open") == sentence("open", "1") == needs
