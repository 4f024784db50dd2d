"""Which cases the table of an experiment lists, and in which order."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from diptych.core.experiment.row_figures import RowFigure
from diptych.core.request import Label
from diptych.report.experiment.case_order import CaseFilter, CaseOrder, arrange
from diptych.report.experiment.results import Results

_ORDERS: Sequence[CaseOrder] = get_args(CaseOrder)
_FILTERS: Sequence[CaseFilter] = get_args(CaseFilter)


@dataclass(slots=True)
class CaseChoice:
    """What the user has chosen. Only cases whose ID or prompt contains all words of the `query` are listed."""

    order: CaseOrder = "plan"
    only: CaseFilter = "all"
    query: str = ""

    def next_order(self) -> None:
        """Choose the next order, and after the last one the first."""
        self.order = _ORDERS[(_ORDERS.index(self.order) + 1) % len(_ORDERS)]

    def next_filter(self) -> None:
        """Choose the next filter, and after the last one the first."""
        self.only = _FILTERS[(_FILTERS.index(self.only) + 1) % len(_FILTERS)]

    def cases(self, results: Results, figure: RowFigure, label: Label | None) -> Sequence[str]:
        """Return the chosen cases in their order, which may be that of a figure of the model with this label."""
        return arrange(results, figure, order=self.order, only=self.only, words=self.query, label=label)
