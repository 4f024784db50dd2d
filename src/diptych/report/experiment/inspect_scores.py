"""What an answer of an experiment scored, as Inspect counts scores: from 0 to 1, with a mean over cases.

Inspect repeats a sample in epochs and reduces these to their mean before it computes a metric. So do these metrics:
https://inspect.aisi.org.uk/scorers.html.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import fmean, stdev

from diptych.core.experiment.answer_row import AnswerRow
from diptych.core.experiment.judging.judgement import JudgedPair, VotedPair
from diptych.core.request import Label
from diptych.core.wording.counted import counted
from diptych.report.experiment.exported import USER

PASSED = "passed"
"""The score of an answer that is complete and passed all of its checks."""

_VOTE = "vote"
_VALUES = {True: 1.0, False: 0.0}

Place = tuple[str, int]
"""A case and a repeat."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A score: from 0 to 1, or whether a check was passed, and what there is to say about it."""

    value: float | bool
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class ScoreMetrics:
    """The mean of a score and its standard error, None for a single case, with how many answers have the score."""

    answers: int
    mean: float
    standard_error: float | None


@dataclass(slots=True)
class _Duels:
    """The pairs that an answer was in, and its points: one for a pair that it won, a half for a tie."""

    points: float = 0.0
    pairs: int = 0


class VerdictScores:
    """Scores of one model's answers by votes and judges: the share of pairs that were won, a tie counting half."""

    def __init__(self, label: Label) -> None:
        self._label = label
        self._duels: dict[Place, dict[str, _Duels]] = {}

    def add(self, voter: str, pairs: Iterable[JudgedPair | VotedPair]) -> None:
        """Count the verdicts of a judge, or of the user (`USER`)."""
        for said in pairs:
            if self._label not in said.pair or said.winner is None:
                continue
            duels = self._duels.setdefault((said.case, said.repeat), {}).setdefault(voter, _Duels())
            won = said.winner != "tie" and said.pair[0 if said.winner == "first" else 1] == self._label
            duels.points += 0.5 if said.winner == "tie" else float(won)
            duels.pairs += 1

    def of(self, row: AnswerRow) -> Mapping[str, Scored]:
        """Return the scores of an answer."""
        found = self._duels.get((row.case, row.repeat), {})
        return {
            _VOTE if voter == USER else f"judge {voter}": Scored(
                duels.points / duels.pairs,
                f"{duels.points:g} of {counted(duels.pairs, 'pair')} won; a tie counts half.",
            )
            for voter, duels in found.items()
        }


def scores_of(row: AnswerRow, verdicts: VerdictScores) -> dict[str, Scored]:
    """Return the scores of an answer by name: whether it passed, each check, and what votes and judges said."""
    scores = {PASSED: Scored(row.has_passed)}
    for result in row.checks:
        scores[result.check] = Scored(result.passed, result.detail)
    return scores | dict(verdicts.of(row))


class ScoreTally:
    """Computes the metrics of every score from answers that are added one by one."""

    def __init__(self) -> None:
        self._values: dict[str, dict[str, list[float]]] = {}  # by score and case

    def add(self, case: str, scores: Mapping[str, Scored]) -> None:
        """Count the scores of an answer to a case."""
        for name, scored in scores.items():
            value = _VALUES[scored.value] if isinstance(scored.value, bool) else scored.value
            self._values.setdefault(name, {}).setdefault(case, []).append(value)

    def metrics(self) -> Mapping[str, ScoreMetrics]:
        """Return the metrics of each score."""
        found = {}
        for name, by_case in self._values.items():
            means = [fmean(values) for values in by_case.values()]
            error = stdev(means) / math.sqrt(len(means)) if len(means) > 1 else None
            found[name] = ScoreMetrics(sum(map(len, by_case.values())), fmean(means), error)
        return found
