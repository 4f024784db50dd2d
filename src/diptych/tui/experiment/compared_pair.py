"""Which two answers of an experiment are compared."""

from diptych.core.experiment.answer_row import AnswerKey, AnswerRow
from diptych.report.experiment.results import Results


def compared_pair(
    results: Results, selected: AnswerKey, marked: AnswerKey | None
) -> tuple[AnswerRow, AnswerRow] | None:
    """Return the selected and the marked answer, in the order of the models; None if there are no two answers.

    Without another marked answer, it is that of the next model to the same case and repeat.
    """
    case, repeat, label = selected
    labels = results.labels
    following = labels[(labels.index(label) + 1) % len(labels)]
    other = marked if marked and marked != selected else (case, repeat, following)
    rows = [row for key in (selected, other) if (row := results.answer(key))]
    if len(rows) < 2 or other == selected:
        return None
    first, second = sorted(rows, key=lambda row: labels.index(row.label))
    return first, second
