"""What the rows of an experiment say: the figures of every model, and the differences between every two of them."""

import sys
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import combinations, groupby
from math import isnan, nan
from operator import sub

from diptych.core.experiment.answer_row import AnswerRow
from diptych.core.experiment.row_figures import FIGURES, FigureName, RowFigure, counts_for_figures
from diptych.core.naming import tallied_model
from diptych.core.request import Label
from diptych.core.run import State
from diptych.core.statistics.drift import median_crossings_test
from diptych.core.statistics.holm import holm
from diptych.core.statistics.paired_difference import PairedDifference, paired_difference
from diptych.core.statistics.quantiles import quantile
from diptych.core.statistics.share import Share
from diptych.core.statistics.spread import Spread, spread

SIGNIFICANCE = 0.05
"""The adjusted p-value up to which a difference is significant."""

_DRIFTING_TIMES: tuple[FigureName, ...] = ("first_token", "end")
_DRIFT_SIGNIFICANCE = 0.01
"""The p-value up to which a time is said to drift: smaller, since no correction is made for the number of models."""

_MOST_FREQUENT = 5
"""How many counts of equal answers are kept."""


@dataclass(frozen=True, slots=True)
class DistinctAnswers:
    """How many of `n` complete answers differ in more than white space from all others to the same case.

    `cases` counts the cases that have a complete answer. `most_frequent` holds how often the most frequent answers
    came, at most five of them, in descending order.
    """

    n: int
    distinct: int
    most_frequent: tuple[int, ...]
    cases: int = 1


@dataclass(frozen=True, slots=True)
class ModelSummary:
    """All answers with one label. `n` counts them all, the figures and distinct answers only complete ones.

    `checks` is the share that passed of the answers to cases with checks. An answer that failed or was cut has not
    passed; one that the user stopped is not among them.

    `clocks` counts by which clock the arrivals of the complete answers were stamped. A figure is None if it is known of
    no complete answer. `late` counts the complete answers of which Diptych itself read an event late, and `latest` is
    the most seconds by which one of their times may be too long. `drifting` are the times in which successive answers
    resemble each other, so that the interval of their median is too narrow; it is only found out in experiments with a
    single case. `name` is the model that was asked, and whether it was simulated; "" without answers.
    """

    n: int
    states: Mapping[State, int]
    checks: Share
    answers: DistinctAnswers
    clocks: Mapping[str, int]
    figures: Mapping[FigureName, Spread | None]
    drifting: tuple[FigureName, ...] = ()
    late: int = 0
    latest: float = 0.0
    name: str = ""

    @property
    def complete(self) -> int:
        """The number of answers whose figures count."""
        return self.states.get("complete", 0)


@dataclass(frozen=True, slots=True)
class FigureDifference:
    """How a figure of the label `second` differs from that of `first`, where both answered the same case and repeat.

    `difference` is second − first; None if there is no round in which both are complete and have the figure.
    `adjusted_p` is the p-value of the sign test after Holm's correction for all comparisons of the experiment.
    `by_case` compares cases instead of rounds, each by the median of its differences; None if no case was asked twice.
    However often few cases are repeated, only this tells whether other prompts would show the same.
    """

    first: Label
    second: Label
    figure: RowFigure
    difference: PairedDifference | None
    adjusted_p: float = 1.0
    by_case: PairedDifference | None = None

    @property
    def wins(self) -> int:
        """The number of pairs in which the figure of `first` is better."""
        if self.difference is None:
            return 0
        return self.difference.higher if self.figure.better == "lower" else self.difference.lower

    @property
    def losses(self) -> int:
        """The number of pairs in which the figure of `second` is better."""
        return 0 if self.difference is None else self.difference.lower + self.difference.higher - self.wins

    @property
    def is_significant(self) -> bool:
        """Whether the rows show a difference. The risk of any false alarm in the whole summary is at most 5 %."""
        return self.adjusted_p <= SIGNIFICANCE


@dataclass(frozen=True, slots=True)
class Summary:
    """The models in the order of the experiment, and the differences of every two of them for every figure.

    `rounds` counts the cases and repeats that were asked, and `cases` the cases among them. `comparisons` is the number
    of tests that Holm's correction takes into account: those with at least one pair that is not a tie.
    """

    models: Mapping[Label, ModelSummary]
    differences: Sequence[FigureDifference]
    cases: int
    rounds: int
    comparisons: int


def summarize(rows: Iterable[AnswerRow], labels: Iterable[Label] = ()) -> Summary:
    """Summarize the rows of an experiment, which may come in any order.

    `labels` are the models in the order in which they are wanted, whether they have rows or not; others follow as they
    come. Rows are read once and not kept: a million of them take about 250 MB. Raises `ValueError` if an answer has two
    rows, since it would count twice.
    """
    columns = {label: _Columns() for label in labels}
    rounds: dict[tuple[str, int], int] = {}
    checked = set[str]()
    for row in rows:
        if row.checks:
            checked.add(row.case)
        place = rounds.setdefault((sys.intern(row.case), row.repeat), len(rounds))
        column = columns.get(row.label)
        if column is None:
            column = columns[row.label] = _Columns()
        column.put(place, row)
    cases = len({case for case, _ in rounds})
    in_time = [place for _, place in sorted(rounds.items())] if cases == 1 else []
    repeated = _places_of_cases(rounds) if 1 < cases < len(rounds) else []
    for column in columns.values():
        column.fill(len(rounds))
    differences = _differences(columns, repeated)
    return Summary(
        models={label: column.summary(checked, in_time) for label, column in columns.items()},
        differences=differences,
        cases=cases,
        rounds=len(rounds),
        comparisons=sum(found.wins + found.losses > 0 for found in differences),
    )


def _places_of_cases(rounds: Mapping[tuple[str, int], int]) -> Sequence[Sequence[int]]:
    """Return the places of the rounds of each case."""
    places = defaultdict[str, "array[int]"](lambda: array("L"))
    for (case, _), place in rounds.items():
        places[case].append(place)
    return list(places.values())


class _Columns:
    """The rows of one label as columns of numbers, in which every round has its place. What is not known is NaN."""

    def __init__(self) -> None:
        self._name = ""
        self._states = Counter[State]()
        self._clocks = Counter[str]()
        self._late = 0
        self._latest = 0.0
        self._passed = 0
        self._checked = 0
        self._unchecked = Counter[str]()  # for each case, the answers that ended too early for its checks
        self._answers = array("q")  # a hash of each complete answer with its case
        self._answered_cases: set[str] = set()
        self._has_row = bytearray()
        self._values = {figure.name: array("d") for figure in FIGURES}

    def put(self, place: int, row: AnswerRow) -> None:
        """Add a row, whose round has this place."""
        self.fill(place + 1)
        if self._has_row[place]:
            raise ValueError(f"There are two rows of {row.label}, case {row.case}, repeat {row.repeat}.")
        self._has_row[place] = True
        self._name = self._name or tallied_model(row.endpoint, row.model, simulated=row.simulated)
        self._states[row.state] += 1
        if row.checks:
            self._checked += 1
            self._passed += row.has_passed
        elif row.state in ("failed", "cut"):
            self._unchecked[row.case] += 1
        if not counts_for_figures(row):
            return
        if row.clock:
            self._clocks[row.clock] += 1
        if row.late:
            self._late += 1
            self._latest = max(self._latest, row.late)
        self._answers.append(hash((row.case, row.answer)))
        self._answered_cases.add(row.case)
        for figure in FIGURES:
            value = figure.value(row)
            if value is not None:
                self._values[figure.name][place] = value

    def fill(self, rounds: int) -> None:
        """Make room for this number of rounds."""
        missing = rounds - len(self._has_row)
        if missing > 0:
            self._has_row.extend(bytes(missing))
            for column in self._values.values():
                column.extend(array("d", [nan]) * missing)

    def summary(self, checked_cases: Set[str], in_time: Sequence[int]) -> ModelSummary:
        """Return the summary. `in_time` are the places of the rounds in the order of time, if there is one."""
        checked = self._checked + sum(n for case, n in self._unchecked.items() if case in checked_cases)
        counts = sorted((len(list(equal)) for _, equal in groupby(sorted(self._answers))), reverse=True)
        return ModelSummary(
            n=self._states.total(),
            states=dict(self._states),
            checks=Share(self._passed, checked),
            answers=DistinctAnswers(
                len(self._answers), len(counts), tuple(counts[:_MOST_FREQUENT]), len(self._answered_cases)
            ),
            clocks=dict(self._clocks),
            figures={name: spread(_known(column)) for name, column in self._values.items()},
            drifting=tuple(name for name in _DRIFTING_TIMES if self._drifts(name, in_time)),
            late=self._late,
            latest=self._latest,
            name=self._name,
        )

    def _drifts(self, name: FigureName, in_time: Sequence[int]) -> bool:
        """Whether successive values of a figure resemble each other more than chance explains."""
        column = self._values[name]
        return median_crossings_test(_known(column[place] for place in in_time)) <= _DRIFT_SIGNIFICANCE

    def differences(self, other: "_Columns", figure: RowFigure) -> "array[float]":
        """Return other − this of a figure for every round, NaN where one of them does not have it."""
        return array("d", map(sub, other._values[figure.name], self._values[figure.name]))


def _differences(columns: Mapping[Label, _Columns], cases: Sequence[Sequence[int]]) -> Sequence[FigureDifference]:
    """Return the differences of every two labels for every figure. `cases` are the places of each case's rounds."""
    found = []
    for first, second in combinations(columns, 2):
        for figure in FIGURES:
            differences = columns[first].differences(columns[second], figure)
            of_pairs = paired_difference(_known(differences))
            of_cases = paired_difference(_medians(differences, cases)) if cases else None
            found.append(FigureDifference(first, second, figure, of_pairs, by_case=of_cases))
    tests = [index for index, each in enumerate(found) if each.wins + each.losses]
    p_values = [each.difference.p for each in found if each.difference and each.wins + each.losses]
    for index, adjusted in zip(tests, holm(p_values), strict=True):
        found[index] = replace(found[index], adjusted_p=adjusted)
    return found


def _medians(column: Sequence[float], cases: Iterable[Sequence[int]]) -> "array[float]":
    """Return the median of the known values of every case that has any."""
    known = (_known(column[place] for place in places) for places in cases)
    return array("d", (quantile(sorted(values), 0.5) for values in known if values))


def _known(values: Iterable[float]) -> "array[float]":
    return array("d", (value for value in values if not isnan(value)))
