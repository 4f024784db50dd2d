"""Opens what is behind the answers of an experiment: the round of one, or the differences of two."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import App

from diptych.core.request import Label
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.text.sanitize import clean_line
from diptych.differences.compared_run import ComparedRun
from diptych.tui.differences.part_place import PartPlace
from diptych.tui.pane_labels import PaneLabels
from diptych.tui.wrapping import shorten

if TYPE_CHECKING:
    from diptych.replay.player import Player
    from diptych.store.history import History

_MOST_IN_NAME = 24
"""Cells of the name of a model or of a case in a comparison."""


def open_round(app: App[None], history: "History", player: "Player", label: Label, labels: Sequence[Label]) -> None:
    """Show a round with the answer of a model beside that of the next one. `labels` are those of the experiment."""
    from diptych.tui.screens.replay import ReplayScreen

    asked = [each for each in labels if each in player.whole.runs]
    after = asked[(asked.index(label) + 1) % len(asked)] if label in asked else label
    pair = sorted({label, after} & set(asked), key=asked.index)
    app.push_screen(ReplayScreen(player, history=history, labels=PaneLabels(*pair), label=label))


def open_comparison(app: App[None], one: tuple[Round, Run], other: tuple[Round, Run], place: PartPlace) -> None:
    """Show the differences of two answers. They are called by their models, and by their cases where these differ."""
    from diptych.tui.screens.differences import DifferencesScreen

    is_one_case = one[0].experiment_case == other[0].experiment_case
    left, right = (
        ComparedRun(_short(run.label) if is_one_case else f"{_short(run.label)} {_case_name(round_)}", run)
        for round_, run in (one, other)
    )
    app.push_screen(DifferencesScreen(left, right, lambda: 0.0, place))


def _case_name(round_: Round) -> str:
    case = round_.experiment_case
    return f"{_short(case.case)} #{case.repeat}" if case else ""


def _short(name: str) -> str:
    return shorten(clean_line(name), _MOST_IN_NAME)
