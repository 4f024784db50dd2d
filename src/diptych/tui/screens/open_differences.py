"""Opens the screen of differences for the two runs that a screen's panes show."""

from collections.abc import Callable, Sequence

from textual.screen import Screen

from diptych.core.naming import side_name
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.tui.differences.compared_runs import ComparedRun
from diptych.tui.differences.part_place import PartPlace
from diptych.tui.screens.differences import DifferencesScreen
from diptych.tui.widgets.side_pane import SidePane


def compare_panes(screen: Screen[None], panes: Sequence[SidePane], now: Callable[[], float], place: PartPlace) -> None:
    """Compare what two panes show, unless one of them shows nothing, or a round that is blind until the vote."""
    shown = [(pane.round, pane.run) for pane in panes]
    rounds = [(round_, run) for round_, run in shown if round_ is not None and run is not None]
    if len(rounds) < 2:
        _warn(screen, "There are no two answers to compare: both panes must show one.")
    elif any(round_.is_hidden for round_, _ in rounds):
        _warn(screen, "This round is blind: its differences are shown after your vote.")
    else:
        left, right = (ComparedRun(run, _name(round_, run)) for round_, run in rounds)
        screen.app.push_screen(DifferencesScreen(left, right, now, place))


def _name(round_: Round, run: Run) -> str:
    takes = round_.takes(run.label)
    take = f" take {takes.index(run) + 1}" if len(takes) > 1 else ""
    return f"{side_name(run.label)}{take}"


def _warn(screen: Screen[None], sentence: str) -> None:
    screen.app.clear_notifications()
    screen.notify(sentence, severity="warning", markup=False)
