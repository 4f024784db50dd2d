"""Blind rounds: in which order the sides are shown, and how their pace is hidden, until the user votes."""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from diptych.core.remarks import Vote, vote_of_user
from diptych.core.request import Label

BlindPace = Literal["slower", "end"]
"""When a blind answer is shown: at the pace of the slower side, or whole when every side has ended."""

BLIND_PACES: tuple[BlindPace, ...] = get_args(BlindPace)


class HiddenRoundError(Exception):
    """A round cannot be shown or written as long as it hides its sides; the message is a sentence for the user."""


@dataclass(frozen=True, slots=True)
class Blind:
    """How the sides of a blind round are hidden.

    `order` has the labels in the order in which they are shown: the first is A. It was drawn from `seed`. `revealed`
    says that the user has seen whose the answers are, so that a vote from then on is not blind any more.
    """

    seed: int
    order: tuple[Label, ...]
    pace: BlindPace = "slower"
    revealed: bool = False

    def letter(self, label: Label) -> str:
        """Return the letter that stands for a label: A for the first. Raises `ValueError` for one that is not there."""
        return chr(ord("A") + self.order.index(label))


def hides_models(blind: Blind | None, votes: Iterable[Vote]) -> bool:
    """Whether nobody may see yet which model wrote which answer of a round with these votes.

    That is so in a blind round until the user has voted on all of its answers, or has seen whose they are without it.
    """
    return blind is not None and not blind.revealed and vote_of_user(votes) is None


def draw_order(labels: Iterable[Label], seed: int, pace: BlindPace = "slower") -> Blind:
    """Draw the order of a blind round: the same seed gives the same order for the same labels."""
    order = sorted(labels)
    random.Random(seed).shuffle(order)  # noqa: S311 - hides no secret; it has to be repeatable
    return Blind(seed, tuple(order), pace)
