"""Counts votes by pairs of models: how often each of the two was preferred to the other."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from diptych.core.remarks import Verdict
from diptych.core.request import Label
from diptych.core.statistics.wilson import wilson_interval


@dataclass(frozen=True, slots=True)
class Ballot:
    """One vote with the name of the model behind each label. `label` is whose answer is better, None for no winner.

    `judge` names the model that gave it, with its rubric, and is "" for a vote of the user.
    """

    models: Mapping[Label, str]
    verdict: Verdict
    label: Label | None
    blind: bool
    judge: str = ""


@dataclass(frozen=True, slots=True)
class PairTally:
    """How the votes on two models came out, seen from the `first`: a win is a vote for its answer."""

    first: str
    second: str
    wins: int = 0
    ties: int = 0
    losses: int = 0
    neither: int = 0

    @property
    def votes(self) -> int:
        """The number of votes."""
        return self.wins + self.ties + self.losses + self.neither

    @property
    def decided(self) -> int:
        """The number of votes that preferred one of the two."""
        return self.wins + self.losses

    @property
    def share(self) -> float | None:
        """The share of wins among the decided votes, from 0 to 1; None without a decided vote."""
        return self.wins / self.decided if self.decided else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval of `share`; see `wilson_interval`."""
        return wilson_interval(self.wins, self.decided)

    def swapped(self) -> "PairTally":
        """Return the same votes seen from the second model."""
        return replace(self, first=self.second, second=self.first, wins=self.losses, losses=self.wins)


@dataclass(frozen=True, slots=True)
class Tally:
    """The pairs that votes were given on, those with the most votes first.

    The `first` of a pair is the model with more wins. `same_model` counts votes that say nothing about models, since
    one model had written both answers.
    """

    pairs: Sequence[PairTally] = ()
    same_model: int = 0

    @property
    def models(self) -> Sequence[str]:
        """The models in alphabetical order."""
        return sorted({name for pair in self.pairs for name in (pair.first, pair.second)})

    def versus(self, first: str, second: str) -> PairTally | None:
        """Return how the votes on two models came out, seen from the first; None if there are none."""
        for pair in self.pairs:
            if (pair.first, pair.second) == (first, second):
                return pair
            if (pair.second, pair.first) == (first, second):
                return pair.swapped()
        return None


def tally(ballots: Iterable[Ballot]) -> Tally:
    """Count votes by pairs of models.

    In a round of more than two answers, the best one wins against each of the others, and a vote without a winner
    counts for every pair.
    """
    counts: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    same_model = 0
    for ballot in ballots:
        has_pair = False
        for one, other in combinations(sorted(ballot.models), 2):
            outcome = _outcome(ballot, one, other)
            first, second = ballot.models[one], ballot.models[other]
            if first == second or not outcome:
                continue
            has_pair = True
            if first > second:
                first, second = second, first
                outcome = {"wins": "losses", "losses": "wins"}.get(outcome, outcome)
            counts[first, second][outcome] += 1
        same_model += not has_pair
    pairs = (PairTally(first, second, **counted) for (first, second), counted in counts.items())
    leading = (pair if pair.wins >= pair.losses else pair.swapped() for pair in pairs)
    return Tally(sorted(leading, key=lambda pair: (-pair.votes, pair.first, pair.second)), same_model)


def _outcome(ballot: Ballot, one: Label, other: Label) -> str:
    """Return what a ballot says about two labels, seen from the first; "" if it says nothing about them."""
    if ballot.verdict != "better":
        return "ties" if ballot.verdict == "tie" else "neither"
    if ballot.label == one:
        return "wins"
    return "losses" if ballot.label == other else ""
