"""The answers of an experiment by case and model."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from diptych.core.experiment.answer_row import AnswerKey, AnswerRow
from diptych.core.experiment.row_figures import RowFigure, counts_for_figures
from diptych.core.request import Label


class Results:
    """What an experiment has answered so far. `prompts` has the prompt of each case by its id, in the plan's order.

    Cases and labels that only occur in rows come after those that are given.
    """

    def __init__(self, prompts: Mapping[str, str], labels: Iterable[Label], rows: Iterable[AnswerRow]) -> None:
        self.prompts = dict(prompts)
        self._by_label: dict[Label, dict[str, list[AnswerRow]]] = {label: {} for label in labels}
        self._failed_cases: set[str] = set()
        self.count = 0
        self.incomplete = 0
        """Answers that failed, were cut or stopped."""
        self.not_passed = 0
        """Complete answers that could not be read whole or did not pass their checks."""
        self.highest_repeat = 0
        for row in rows:
            self._add(row)
        if self.highest_repeat > 1:
            for cells in self._by_label.values():
                for answers in cells.values():
                    answers.sort(key=lambda row: row.repeat)
        self.cases: tuple[str, ...] = tuple(self.prompts)

    def _add(self, row: AnswerRow) -> None:
        case = row.case
        self.count += 1
        if case not in self.prompts:
            self.prompts[case] = ""
        cells = self._by_label.get(row.label)
        if cells is None:
            cells = self._by_label[row.label] = {}
        answers = cells.get(case)
        if answers is None:
            cells[case] = [row]
        else:
            answers.append(row)
        if row.repeat > self.highest_repeat:
            self.highest_repeat = row.repeat
        if not row.has_passed:
            self.incomplete += row.state != "complete"
            self.not_passed += row.state == "complete"
            self._failed_cases.add(case)

    @property
    def labels(self) -> tuple[Label, ...]:
        """The models that were asked."""
        return tuple(self._by_label)

    def answers(self, case: str, label: Label) -> Sequence[AnswerRow]:
        """Return the answers of a model to a case by their repeats; those that are missing are left out."""
        return self._by_label.get(label, {}).get(case, ())

    def answer(self, key: AnswerKey) -> AnswerRow | None:
        """Return one answer; None if it is missing."""
        case, repeat, label = key
        return next((row for row in self.answers(case, label) if row.repeat == repeat), None)

    def of_label(self, label: Label) -> Iterable[AnswerRow]:
        """Yield all answers of a model."""
        for answers in self._by_label.get(label, {}).values():
            yield from answers

    def rows(self) -> Iterable[AnswerRow]:
        """Yield all answers, model by model."""
        for label in self._by_label:
            yield from self.of_label(label)

    def has_failed(self, case: str) -> bool:
        """Whether an answer to a case is not complete, could not be read, or did not pass its checks."""
        return case in self._failed_cases

    def differs(self, case: str) -> bool:
        """Whether the models do not agree: one passed its checks more often than another.

        If the case has no checks, whether two of its answers differ in more than white space.
        """
        cells = [answers for label in self.labels if (answers := self.answers(case, label))]
        if any(row.checks for answers in cells for row in answers):
            return len({sum(row.has_passed for row in answers) / len(answers) for answers in cells}) > 1
        return len({row.answer for answers in cells for row in answers}) > 1


@dataclass(frozen=True, slots=True)
class CellFigures:
    """What a cell of the table says: how many answers there are and passed, the median of a figure, distinct answers.

    The median and the distinct answers are those of complete answers; the median is None if the figure is not known.
    """

    count: int
    passed: int
    median: float | None
    distinct: int


def cell_figures(answers: Sequence[AnswerRow], figure: RowFigure) -> CellFigures:
    """Return what the cell of these answers says."""
    complete = [row for row in answers if counts_for_figures(row)]
    return CellFigures(
        len(answers),
        sum(row.has_passed for row in answers),
        middle(answers, figure),
        len({row.answer for row in complete}),
    )


def middle(answers: Sequence[AnswerRow], figure: RowFigure) -> float | None:
    """Return the median of a figure among complete answers; None if it is not known of any."""
    values = [value for row in answers if counts_for_figures(row) and (value := figure.value(row)) is not None]
    if len(values) < 2:
        return values[0] if values else None
    return median(values)
