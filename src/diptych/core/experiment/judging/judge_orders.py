"""Which pairs of answers of an experiment a judge is asked about, each in both orders."""

from collections.abc import Collection, Iterable, Iterator
from itertools import groupby, permutations
from typing import NamedTuple

from diptych.core.experiment.answer_row import AnswerRow
from diptych.core.request import Label


class JudgeOrder(NamedTuple):
    """Two complete answers to the same case and repeat, in the order in which a judge is shown them.

    `rounds` are the IDs of the rounds that hold the answers: the same, unless the experiment was resumed between them.
    """

    case: str
    repeat: int
    first: Label
    second: Label
    rounds: tuple[int, int]

    @property
    def key(self) -> "JudgeOrderKey":
        """What names the order within the experiment."""
        return self.case, self.repeat, self.first, self.second


JudgeOrderKey = tuple[str, int, Label, Label]
"""The case, the repeat, and the labels of both answers in the order in which they are shown."""


def judge_orders(rows: Iterable[AnswerRow], judged: Collection[JudgeOrderKey] = ()) -> Iterator[JudgeOrder]:
    """Yield both orders of every two complete answers whose texts are in the history, without those in `judged`.

    Rows of a case and repeat have to follow each other.
    """
    for (case, repeat), group in groupby(rows, key=lambda row: (row.case, row.repeat)):
        rounds = {row.label: row.round for row in group if row.state == "complete" and row.round is not None}
        for (first, one), (second, other) in permutations(sorted(rounds.items()), 2):
            order = JudgeOrder(case, repeat, first, second, (one, other))
            if order.key not in judged:
                yield order
