"""What people and judges say about a round: a note, a star, and votes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from diptych.core.request import Label

Verdict = Literal["better", "tie", "neither"]


@dataclass(frozen=True, slots=True)
class RoundNote:
    """What the user wrote about a round, and whether it is starred."""

    text: str = ""
    starred: bool = False


MOST_IN_NOTE = 10_000
"""Characters that a note may have: it is a remark, which lists and searches read whole."""

NO_NOTE = RoundNote()
"""What is said about a round that has no note and no star."""


def why_too_long(text: str) -> str:
    """Return why a text cannot be a note; "" if it can."""
    count = len(text)
    return f"A note may have {MOST_IN_NOTE:,} characters, and this has {count:,}." if count > MOST_IN_NOTE else ""


LabelPair = tuple[Label, Label]
"""Two labels in alphabetical order."""


def label_pair(one: Label, other: Label) -> LabelPair:
    """Return two labels in the order in which they name a pair.

    >>> label_pair("right", "left")
    ('left', 'right')
    """
    return (one, other) if one < other else (other, one)


@dataclass(frozen=True, slots=True)
class Vote:
    """Which answer of a round is better: that of `label`, neither of them, or both are as good.

    `voter` is "" for the user; a recording may hold votes of others. What a judge of an experiment says is a
    `Judgement`, not a vote. `date` is in seconds since 1970 (UTC). `blind` says that the voter did not know which model
    had written which answer. `takes` has the take of each label that counted at that time: the vote is about these,
    whichever count later. `pair` are the two labels that the vote is about, as `label_pair` returns them, in a round
    with more answers than two. A vote without a pair is about all answers.
    """

    verdict: Verdict
    date: float
    label: Label | None = None
    voter: str = ""
    blind: bool = False
    takes: Mapping[Label, int] = field(default_factory=lambda: MappingProxyType({}))
    pair: LabelPair | None = None


def vote_of_user(votes: Iterable[Vote]) -> Vote | None:
    """Return the user's vote on all answers of a round, None without one. A vote on a pair of several is not it."""
    return next((vote for vote in votes if not vote.voter and vote.pair is None), None)
