"""Judgements: what a judge, which is a model, said of two answers of an experiment."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Literal

import msgspec

from diptych.core.remarks import LabelPair, Vote, label_pair

Winner = Literal["first", "second", "tie"]
"""Which of two answers is better: the first or the second of a pair, or both are as good."""

_OTHER: dict[Winner, Winner] = {"first": "second", "second": "first", "tie": "tie"}


class Judgement(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a judge said of two answers to the same case and repeat, shown to it in one order.

    `first` and `second` are their labels in that order, and `characters` their lengths. `judge` is `ENDPOINT:MODEL`.
    `rubric` is a digest of the rubric's text, "" for the built-in one. `winner` is None if the judge gave no verdict
    that could be read; then `reason` says why, otherwise it holds the judge's own words. `requests` says how often it
    was asked. The tokens and the cost are the sums over these requests, None if one of them is not known.
    """

    case: str
    repeat: int
    first: str
    second: str
    judge: str
    rubric: str = ""
    winner: Winner | None = None
    reason: str = ""
    characters: tuple[int, int] = (0, 0)
    requests: int = 1
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost_usd: str | None = None
    response_ids: tuple[str, ...] = ()
    date: float | None = None


@dataclass(frozen=True, slots=True)
class JudgedPair:
    """Two answers to the same case and repeat with what one judge said of them in both orders.

    `pair` are their labels. `forward` showed the first of them first, and `backward` the second; None where the judge
    was not asked yet.
    """

    case: str
    repeat: int
    pair: LabelPair
    forward: Judgement | None = None
    backward: Judgement | None = None

    @property
    def winners(self) -> tuple[Winner, Winner] | None:
        """The verdicts of both orders, each as a place in `pair`; None unless both are there."""
        forward = self.forward.winner if self.forward else None
        backward = self.backward.winner if self.backward else None
        return (forward, _OTHER[backward]) if forward and backward else None

    @property
    def is_flipped(self) -> bool:
        """Whether the judge said something else once the answers had changed places."""
        return self.winners is not None and self.winners[0] != self.winners[1]

    @property
    def winner(self) -> Winner | None:
        """The verdict: that of both orders, or a tie where they disagree; None without both."""
        if self.winners is None:
            return None
        return "tie" if self.is_flipped else self.winners[0]

    @property
    def is_without_verdict(self) -> bool:
        """Whether the judge was asked and one of its answers could not be read as a verdict."""
        return any(order is not None and order.winner is None for order in (self.forward, self.backward))


@dataclass(frozen=True, slots=True)
class VotedPair:
    """A vote of the user on two answers to the same case and repeat of an experiment."""

    case: str
    repeat: int
    pair: LabelPair
    vote: Vote

    @property
    def winner(self) -> Winner:
        """Which answer is better; a vote for neither of them is a tie."""
        if self.vote.label is None:
            return "tie"
        return "first" if self.vote.label == self.pair[0] else "second"


def judged_pairs(judgements: Iterable[Judgement]) -> Iterator[JudgedPair]:
    """Yield the pairs that one judge was asked about. Judgements of a case and repeat have to follow each other."""
    for (case, repeat), group in groupby(judgements, key=attrgetter("case", "repeat")):
        orders = {(each.first, each.second): each for each in group}
        for first, second in sorted({label_pair(*order) for order in orders}):
            yield JudgedPair(case, repeat, (first, second), orders.get((first, second)), orders.get((second, first)))
