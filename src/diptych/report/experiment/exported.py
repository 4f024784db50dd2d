"""An experiment as it is exported: what was asked, its rows, their summary, and the verdicts on the answers."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from statistics import median
from typing import Literal, Protocol

from diptych.core.experiment.answer_row import AnswerRow
from diptych.core.experiment.judging.judge_tally import JudgeTally
from diptych.core.experiment.judging.judgement import JudgedPair, Judgement, VotedPair
from diptych.core.experiment.plan import Plan
from diptych.core.experiment.row_figures import FIGURES, RowFigure, counts_for_figures
from diptych.core.experiment.summary import Summary
from diptych.core.model_pairs import PairTally
from diptych.core.request import Label
from diptych.core.round import Round
from diptych.report.experiment.figure_scale import figure_scale
from diptych.report.figures import UNKNOWN

MOST_CASES = 1_000
"""The cases that a page or a Markdown document lists. All of them are in the other forms."""

ExperimentForm = Literal["html", "md", "json", "jsonl", "csv", "parquet", "har"]

CASE_FIGURES: tuple[RowFigure, ...] = tuple(figure for figure in FIGURES if figure.name in ("first_token", "end"))
"""The figures whose medians stand in the table of cases."""


CaseVerdicts = Mapping[str, Mapping[str, int]]
"""By voter: how often each label won in a case, and under `TIE` and `NEITHER` how often none did."""


class Rows(Protocol):
    """The rows of an experiment, which are read anew each time."""

    def __iter__(self) -> Iterator[AnswerRow]:
        """Yield the rows in the order in which they were asked."""

    def by_case(self) -> Iterator[AnswerRow]:
        """Yield the rows case by case."""


def _no_round(_: int) -> Round | None:
    return None


@dataclass(frozen=True, slots=True)
class ExportedExperiment:
    """An experiment of the history. `date` is in seconds since 1970 (UTC), None if it is not known.

    `verdicts` has for each case who gave which verdicts: by voter (`USER` or the judge), how often each label won, and
    under `TIE` and `NEITHER` how often none did. `rounds` returns a round by its ID, or None if it is not there any
    more. `judgements` has what judges said about the answers to a case and repeat.
    """

    number: int
    date: float | None
    plan: Plan
    digest: str
    rows: Rows
    summary: Summary
    judges: Sequence[JudgeTally] = ()
    votes: Sequence[PairTally] = ()
    verdicts: Mapping[str, CaseVerdicts] = field(default_factory=dict)
    rounds: Callable[[int], Round | None] = _no_round
    judgements: Mapping[tuple[str, int], Sequence[Judgement]] = field(default_factory=dict)

    @property
    def voters(self) -> Sequence[str]:
        """Who gave verdicts: the user first, then judges in alphabetical order."""
        voters = {voter for said in self.verdicts.values() for voter in said}
        return sorted(voters, key=lambda voter: (voter != USER, voter))


TIE = "tie"

NEITHER = "neither"
"""A vote that neither answer is good. Where votes are compared with those of a judge, it counts as a tie."""

USER = "you"
"""The voter who is not a judge."""


@dataclass(frozen=True, slots=True)
class CaseCell:
    """The answers of one model to one case. `checked` is the number of those with checks.

    `leads_to` is the repeat of the first answer that did not pass, or else of the first one.
    """

    n: int
    complete: int
    checked: int
    passed: int
    medians: tuple[float | None, ...]
    leads_to: int = 1


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case with the answers of each model that has any."""

    case: str
    cells: Mapping[Label, CaseCell]


def case_lines(rows: Iterable[AnswerRow]) -> Iterator[CaseLine]:
    """Yield a summary of each case. The rows of a case must follow each other."""
    for case, group in groupby(rows, key=attrgetter("case")):
        by_label: dict[Label, list[AnswerRow]] = {}
        for row in group:
            by_label.setdefault(row.label, []).append(row)
        yield CaseLine(case, {label: _cell(of_label) for label, of_label in by_label.items()})


def cell_words(cell: CaseCell | None) -> str:
    """Return the answers of a model to a case in words: how they ended, checks passed, medians of the `CASE_FIGURES`.

    >>> cell_words(CaseCell(3, 2, 3, 1, (0.42, 1.5)))
    '2 of 3 complete · 1 of 3 passed · 0.420 s · 1.50 s'
    """
    if cell is None:
        return UNKNOWN
    parts = [f"{cell.complete:,} of {cell.n:,} complete"] if cell.complete < cell.n else []
    if cell.checked:
        parts.append(f"{cell.passed:,} of {cell.checked:,} passed")
    for figure, value in zip(CASE_FIGURES, cell.medians, strict=True):
        if value is not None:
            parts.append(figure_scale(figure, value).amount(value))
    return " · ".join(parts)


def verdict_words(verdicts: Mapping[str, int]) -> str:
    """Return verdicts on a case in words, those for the better labels first: `left 2 · right 1 · tie 3`."""
    ordered = sorted(verdicts.items(), key=lambda item: (item[0] in (TIE, NEITHER), -item[1], item[0]))
    return " · ".join(f"{label} {count:,}" for label, count in ordered)


def case_verdicts(
    judged: Mapping[str, Iterable[JudgedPair]], voted: Iterable[VotedPair]
) -> dict[str, dict[str, Counter[str]]]:
    """Count the verdicts on each case, by voter and winner. `judged` has the verdicts of each judge."""
    verdicts: dict[str, dict[str, Counter[str]]] = {}
    for vote in voted:
        _count(verdicts, vote.case, USER, vote)
    for judge, pairs in judged.items():
        for pair in pairs:
            _count(verdicts, pair.case, judge, pair)
    return verdicts


def judgements_by_round(judgements: Iterable[Judgement]) -> dict[tuple[str, int], list[Judgement]]:
    """Return judgements by the case and the repeat that they are about."""
    found: dict[tuple[str, int], list[Judgement]] = {}
    for judgement in judgements:
        found.setdefault((judgement.case, judgement.repeat), []).append(judgement)
    return found


def _count(verdicts: dict[str, dict[str, Counter[str]]], case: str, voter: str, said: JudgedPair | VotedPair) -> None:
    if said.winner is None:
        return
    winner = {"first": said.pair[0], "second": said.pair[1], "tie": TIE}[said.winner]
    if isinstance(said, VotedPair) and said.vote.verdict == "neither":
        winner = NEITHER
    verdicts.setdefault(case, {}).setdefault(voter, Counter())[winner] += 1


def _cell(rows: Sequence[AnswerRow]) -> CaseCell:
    complete = [row for row in rows if counts_for_figures(row)]
    medians = []
    for figure in CASE_FIGURES:
        values = [value for row in complete if (value := figure.value(row)) is not None]
        medians.append(median(values) if values else None)
    return CaseCell(
        len(rows),
        len(complete),
        sum(bool(row.checks) for row in rows),
        sum(bool(row.checks) and row.has_passed for row in rows),
        tuple(medians),
        next((row.repeat for row in rows if not row.has_passed), rows[0].repeat),
    )
