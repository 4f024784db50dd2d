"""Which two answers of an experiment the user votes on next, and which come back."""

import random
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from diptych.core.experiment.answer_row import AnswerRow
from diptych.core.experiment.judging.judgement import VotedPair
from diptych.core.remarks import LabelPair, Vote, label_pair
from diptych.core.request import Label
from diptych.report.experiment.results import Results

_ROUND = tuple[str, int]
"""The case and the repeat of a round."""


class VotePair(NamedTuple):
    """Two answers of one round of the history. `first` is shown as A, `second` as B."""

    case: str
    repeat: int
    round: int
    first: Label
    second: Label

    @property
    def key(self) -> tuple[str, int, LabelPair]:
        """What names the pair, in whichever order it is shown."""
        return self.case, self.repeat, label_pair(self.first, self.second)


def vote_pairs(results: Results, seed: int) -> list[VotePair]:
    """Return the pairs of answers that can be voted on in a random order, which the seed decides.

    Both answers are complete, were asked in the same round, and differ in more than white space. Every round comes once
    before any comes with another pair of models, and each pair of models comes as often as any other, as far as their
    answers can be voted on.
    """
    chance = random.Random(seed)  # noqa: S311 - hides no secret; it has to be repeatable
    rounds = sorted(_rounds(results).items())
    models = list(combinations(sorted(results.labels), 2))
    chance.shuffle(rounds)
    chance.shuffle(models)
    found: list[VotePair] = []
    for turn in range(len(models)):
        of_turn = [
            pair
            for place, (_, rows) in enumerate(rounds)
            if (pair := _pair(rows, models[(place + turn) % len(models)], chance))
        ]
        chance.shuffle(of_turn)
        found += of_turn
    return found


def _rounds(results: Results) -> dict[_ROUND, dict[Label, AnswerRow]]:
    rounds: dict[_ROUND, dict[Label, AnswerRow]] = {}
    for row in results.rows():
        if row.state == "complete" and row.answer is not None and row.round is not None:
            rounds.setdefault((row.case, row.repeat), {})[row.label] = row
    return rounds


def _pair(rows: dict[Label, AnswerRow], models: LabelPair, chance: random.Random) -> VotePair | None:
    """Return the answers of two models to the same round in a random order; None if they cannot be voted on."""
    one, other = chance.sample(models, 2)
    first, second = rows.get(one), rows.get(other)
    if first is None or second is None or first.answer == second.answer:
        return None
    if first.round is None or first.round != second.round:
        return None
    return VotePair(first.case, first.repeat, first.round, one, other)


class VoteQueue:
    """Pairs in their order, with a place in it. Those without a vote come one after another, skipped ones again."""

    def __init__(self, pairs: Sequence[VotePair], voted: Iterable[VotedPair]) -> None:
        self._pairs = pairs
        votes = {(each.case, each.repeat, each.pair): each.vote for each in voted}
        self._votes = {pair.key: votes[pair.key] for pair in pairs if pair.key in votes}
        self._place = next(self._open(0), None)
        self._seen: list[int] = []

    def __len__(self) -> int:
        return len(self._pairs)

    @property
    def voted(self) -> int:
        """The number of pairs that have a vote."""
        return len(self._votes)

    @property
    def current(self) -> VotePair | None:
        """The pair to vote on; None when all have votes."""
        return None if self._place is None else self._pairs[self._place]

    @property
    def vote(self) -> Vote | None:
        """The vote that the current pair has already, after going back to it."""
        return self._votes.get(self.current.key) if self.current else None

    def put(self, pair: VotePair, vote: Vote) -> None:
        """Keep a vote on a pair."""
        self._votes[pair.key] = vote

    def withdraw(self, pair: VotePair, before: Vote | None) -> None:
        """Give a pair the vote back that it had before, as the new one could not be kept."""
        if before is None:
            self._votes.pop(pair.key, None)
        else:
            self._votes[pair.key] = before

    def go_on(self) -> None:
        """Go to the next pair without a vote; after the last one, to the first that was skipped."""
        if self._place is None:
            return
        self._seen.append(self._place)
        self._place = next(self._open(self._place + 1), None)

    def go_back(self) -> bool:
        """Go back to the pair that was shown before; returns whether there is one."""
        if not self._seen:
            return False
        self._place = self._seen.pop()
        return True

    def _open(self, first: int) -> Iterator[int]:
        """Yield the places of pairs without a vote, from a place on and round to it."""
        for place in (*range(first, len(self._pairs)), *range(first)):
            if self._pairs[place].key not in self._votes:
                yield place
