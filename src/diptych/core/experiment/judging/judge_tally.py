"""Counts the verdicts on the pairs of an experiment: who won, and how far a judge is to be believed.

docs/explanation/statistics.md explains these figures to users.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from diptych.core.experiment.judging.judge_prompt import MOST_CHARACTERS
from diptych.core.experiment.judging.judgement import Judgement, VotedPair, Winner, judged_pairs
from diptych.core.model_pairs import PairTally
from diptych.core.remarks import LabelPair
from diptych.core.statistics.cohen_kappa import Agreement, cohen_kappa
from diptych.core.statistics.share import Share

Outcome = Literal["wins", "ties", "losses", "neither"]

_OUTCOMES: Mapping[Winner, Outcome] = {"first": "wins", "second": "losses", "tie": "ties"}


@dataclass(frozen=True, slots=True)
class Spending:
    """What a judge was asked and what that cost.

    `unpriced` counts the judgements whose cost is not known; `cost_usd` is that of the others.
    """

    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: Decimal = Decimal()
    unpriced: int = 0

    def plus(self, judgement: Judgement) -> "Spending":
        """Return this and what one more judgement cost."""
        cost = judgement.cost_usd
        return Spending(
            self.requests + judgement.requests,
            self.input_tokens + (judgement.input_tokens or 0),
            self.output_tokens + (judgement.output_tokens or 0),
            self.cost_usd + (Decimal(cost) if cost else 0),
            self.unpriced + (cost is None),
        )


@dataclass(frozen=True, slots=True)
class JudgeTally:
    """What a judge said about the pairs of an experiment, and how far that is to be believed.

    `pairs` counts the verdicts by labels. `flips` are the pairs about which it said something else once the answers had
    changed places: they are ties. `first_places` are the verdicts for the answer that came first, of all single
    verdicts for one of the two. `longer` are the wins of the longer answer, of all wins between answers of different
    length. `without_verdict` counts the pairs about which it gave no verdict that could be read, and `half_asked`
    those about which it was asked in one order only so far. `cut` counts the pairs with an answer too long to be shown
    whole. `agreement` compares it with the user's votes on the same pairs, of which `blind_votes` were blind.
    """

    judge: str
    rubric: str
    pairs: Sequence[PairTally]
    flips: Share
    first_places: Share
    longer: Share
    without_verdict: int
    half_asked: int
    cut: int
    spending: Spending
    agreement: Agreement
    blind_votes: int

    @property
    def judged(self) -> int:
        """The number of pairs with a verdict."""
        return self.flips.of


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What judges and the user said about the answers of an experiment."""

    judges: Sequence[JudgeTally] = ()
    votes: Sequence[PairTally] = ()


NO_VERDICTS = Verdicts()
"""Of an experiment about which nothing was said."""


@dataclass(slots=True)
class _Counts:
    """What is counted over the judgements and pairs of one judge; see `JudgeTally`."""

    single_verdicts: int = 0
    for_first_place: int = 0
    judged: int = 0
    flips: int = 0
    of_different_length: int = 0
    for_longer: int = 0
    without_verdict: int = 0
    half_asked: int = 0
    cut: int = 0
    blind_votes: int = 0


def judge_tally(judge: str, rubric: str, judgements: Iterable[Judgement], votes: Iterable[VotedPair]) -> JudgeTally:
    """Count what one judge said. Judgements of a case and repeat have to follow each other.

    Of several votes on the same pair, which there are where it was asked in several rounds, the last one counts.
    """
    voted = _last_votes(votes)
    outcomes: dict[LabelPair, Counter[Outcome]] = defaultdict(Counter)
    of_user_and_judge: list[tuple[Winner, Winner]] = []
    counts, spending = _Counts(), Spending()
    for pair in judged_pairs(judgements):
        orders = [order for order in (pair.forward, pair.backward) if order]
        for order in orders:
            spending = spending.plus(order)
            counts.single_verdicts += order.winner in ("first", "second")
            counts.for_first_place += order.winner == "first"
        counts.cut += max(orders[0].characters) > MOST_CHARACTERS
        counts.without_verdict += pair.is_without_verdict
        winner = pair.winner
        if winner is None:
            counts.half_asked += not pair.is_without_verdict
            continue
        outcomes[pair.pair][_OUTCOMES[winner]] += 1
        counts.judged += 1
        counts.flips += pair.is_flipped
        longer = _longer(orders[0].characters)
        if winner != "tie" and longer != "tie":
            counts.of_different_length += 1
            counts.for_longer += winner == longer
        if vote := voted.get((pair.case, pair.repeat, pair.pair)):
            of_user_and_judge.append((vote.winner, winner))
            counts.blind_votes += vote.vote.blind
    return JudgeTally(
        judge=judge,
        rubric=rubric,
        pairs=_pair_tallies(outcomes),
        flips=Share(counts.flips, counts.judged),
        first_places=Share(counts.for_first_place, counts.single_verdicts),
        longer=Share(counts.for_longer, counts.of_different_length),
        without_verdict=counts.without_verdict,
        half_asked=counts.half_asked,
        cut=counts.cut,
        spending=spending,
        agreement=cohen_kappa(of_user_and_judge),
        blind_votes=counts.blind_votes,
    )


def vote_tally(votes: Iterable[VotedPair]) -> Sequence[PairTally]:
    """Count the user's votes on the pairs of an experiment by labels. The last vote on a pair counts."""
    outcomes: dict[LabelPair, Counter[Outcome]] = defaultdict(Counter)
    for vote in _last_votes(votes).values():
        is_neither = vote.vote.verdict == "neither"
        outcomes[vote.pair]["neither" if is_neither else _OUTCOMES[vote.winner]] += 1
    return _pair_tallies(outcomes)


def _last_votes(votes: Iterable[VotedPair]) -> Mapping[tuple[str, int, LabelPair], VotedPair]:
    """Return the last vote on each pair, by its case, its repeat and its labels."""
    return {(vote.case, vote.repeat, vote.pair): vote for vote in sorted(votes, key=lambda each: each.vote.date)}


def _longer(lengths: tuple[int, int]) -> Winner:
    """Return which of two answers is longer; a tie where both are as long."""
    first, second = lengths
    return "tie" if first == second else "first" if first > second else "second"


def _pair_tallies(outcomes: Mapping[LabelPair, Mapping[Outcome, int]]) -> Sequence[PairTally]:
    """Return the counts of each pair of labels, seen from the label with more wins, in alphabetical order."""
    kinds: tuple[Outcome, ...] = ("wins", "ties", "losses", "neither")
    pairs = [
        PairTally(*labels, *(counts.get(kind, 0) for kind in kinds)) for labels, counts in sorted(outcomes.items())
    ]
    return [pair if pair.wins >= pair.losses else pair.swapped() for pair in pairs]
