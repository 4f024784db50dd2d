"""The columns of the table of an experiment: one for the cases, and one for each model that has room."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from diptych.core.request import Label
from diptych.core.text.sanitize import clean_line
from diptych.report.experiment.results import Results

GAP = 2
_LEAST_CASE = 16
_MOST_CASE = 60
_FIGURE = 7
_LEAST_MODEL = 12
_MOST_MODEL = 36


@dataclass(frozen=True, slots=True)
class CaseColumns:
    """Widths in cells. `first` is the place of the first model that is shown, `shown` the number of them.

    A model's column has parts: the answers that passed, the figure, the number of distinct answers, and the votes. The
    last two have the width 0 where there is nothing to say.
    """

    case: int
    model: int
    passed: int
    distinct: int
    votes: int
    first: int
    shown: int
    figure: int = _FIGURE

    def at(self, column: int) -> range:
        """Return the cells of the column of a model that is shown, counted from 0."""
        left = 1 + self.case + column * (self.model + GAP) + GAP
        return range(left, left + self.model)


def columns_for(
    width: int, results: Results, highest_repeat: int, *, most_votes: int = 0, current: int = 0, first: int = 0
) -> CaseColumns:
    """Return the columns that fit into a width. The `current` model is among those that are shown.

    `first` is the first model that was shown before: the columns move no further than they must.
    """
    labels = results.labels
    digits = len(str(max(highest_repeat, 1)))
    passed = 2 * digits + 1 if highest_repeat > 1 else 1
    distinct = digits + 1 if highest_repeat > 1 else 0
    votes = len(str(most_votes)) + 1 if most_votes else 0
    least = max(passed + 1 + _FIGURE + sum(each + 1 for each in (distinct, votes) if each), _LEAST_MODEL)
    longest = max((cell_len(clean_line(label)) for label in labels), default=least)
    room = width - 1 - _LEAST_CASE
    shown = min(len(labels), max(room // (least + GAP), 1)) if labels else 0
    wanted = min(max(longest, least), _MOST_MODEL)
    model = max(least, min(wanted, room // shown - GAP)) if shown else least
    first = min(max(first, current - shown + 1), current, max(len(labels) - shown, 0))
    case = max(min(width - 1 - shown * (model + GAP), max(_MOST_CASE, width // 3)), 4)
    return CaseColumns(case, model, passed, distinct, votes, max(first, 0), shown)


def same_beginning(labels: Iterable[Label]) -> int:
    """Return the length of the beginning that all names share up to a colon, such as `anthropic:`; 0 if none."""
    names: Sequence[str] = list(labels)
    begin = names[0].rpartition(":")[0] if names else ""
    return len(begin) + 1 if begin and len(names) > 1 and all(name.startswith(f"{begin}:") for name in names) else 0
