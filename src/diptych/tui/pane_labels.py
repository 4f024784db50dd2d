"""Which answer of a round stands in which pane."""

from diptych.config.sides import SIDES, SideName
from diptych.core.request import Label
from diptych.core.round import Round


class PaneLabels:
    """The labels that both panes show.

    `left` and `right` stand in their panes, but in a blind round A stands left, before and after the vote. Of a round
    with other labels, the panes show the first two, unless others are chosen.
    """

    def __init__(self, left: Label | None = None, right: Label | None = None) -> None:
        self._chosen: dict[SideName, Label] = {
            side: label for side, label in zip(SIDES, (left, right), strict=True) if label is not None
        }

    def label_in(self, round_: Round | None, side: SideName) -> Label:
        """Return the label that a side's pane shows of a round, which may not have asked it."""
        if round_ is None:
            return side
        order = round_.blind.order if round_.blind else tuple(round_.runs)
        if set(order) <= set(SIDES):
            return order[SIDES.index(side)] if round_.blind and len(order) == len(SIDES) else side
        chosen = {pane: label for pane, label in self._chosen.items() if label in order}
        others = iter([label for label in order if label not in chosen.values()])
        return {pane: chosen.get(pane) or next(others, pane) for pane in SIDES}[side]

    def choose_next(self, round_: Round, side: SideName, by: int) -> Label | None:
        """Show the next or previous answer of a round in a side's pane, but not the one that the other pane shows.

        Returns its label; None if there is no other answer.
        """
        shown = {pane: self.label_in(round_, pane) for pane in SIDES}
        others = [label for pane, label in shown.items() if pane != side]
        labels = [label for label in round_.runs if label not in others]
        if len(labels) < 2 or shown[side] not in labels:
            return None
        self.choose(round_, side, labels[(labels.index(shown[side]) + by) % len(labels)])
        return self._chosen[side]

    def choose(self, round_: Round, side: SideName, label: Label) -> None:
        """Show an answer of a round in a side's pane. The other pane keeps what it shows."""
        self._chosen = {pane: self.label_in(round_, pane) for pane in SIDES} | {side: label}
