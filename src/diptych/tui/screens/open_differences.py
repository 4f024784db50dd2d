"""Opens the screen of differences for two runs that a screen shows: those of both panes, or two takes of one side."""

from typing import TYPE_CHECKING

from diptych.core.naming import HIDDEN_UNTIL_VOTE, side_name
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.text.sanitize import clean_line
from diptych.differences.compared_run import ComparedRun
from diptych.tui.differences.part_place import PartPlace
from diptych.tui.saying import warn
from diptych.tui.screens.differences import DifferencesScreen
from diptych.tui.widgets.side_pane import SidePane

if TYPE_CHECKING:
    from diptych.tui.screens.two_panes import TwoPaneScreen


def compare_panes(screen: "TwoPaneScreen", left: SidePane, right: SidePane, place: PartPlace) -> None:
    """Compare what two panes show, beginning with the part at the place.

    Both must show an answer, and no round that is blind and that the user has not voted on.
    """
    if left.round is None or left.run is None or right.round is None or right.run is None:
        warn(screen, "There are no two answers to compare.")
    elif left.round.is_hidden or right.round.is_hidden:
        warn(screen, HIDDEN_UNTIL_VOTE)
    else:
        left_name, right_name = _name(left.round, left.run), _name(right.round, right.run)
        if left.round is not right.round:
            left_name += f" round {screen.number_of(left.round)}"
            right_name += f" round {screen.number_of(right.round)}"
        compared = ComparedRun(left_name, left.run), ComparedRun(right_name, right.run)
        screen.app.push_screen(DifferencesScreen(*compared, screen.now, place))


def compare_with_take_before(screen: "TwoPaneScreen", pane: SidePane, place: PartPlace) -> None:
    """Compare the take that a pane shows with the take before it."""
    round_, run = pane.round, pane.run
    if round_ is not None and round_.is_hidden:
        warn(screen, HIDDEN_UNTIL_VOTE)
        return
    takes = round_.takes(run.label) if round_ and run else ()
    index = takes.index(run) if run in takes else 0
    if round_ is None or run is None or not index:
        warn(screen, "There is no take before this one.")
    else:
        before = takes[index - 1]
        compared = ComparedRun(_name(round_, before), before), ComparedRun(_name(round_, run), run)
        screen.app.push_screen(DifferencesScreen(*compared, screen.now, place))


def _name(round_: Round, run: Run) -> str:
    """Return what a run is called: its side, and which take it is if there are several."""
    takes = round_.takes(run.label)
    return f"{clean_line(side_name(run.label))}{f' take {takes.index(run) + 1}' if len(takes) > 1 else ''}"
