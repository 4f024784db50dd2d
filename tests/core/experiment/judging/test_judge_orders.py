"""Which pairs of answers a judge is asked about."""

import msgspec

from diptych.core.experiment.answer_row import AnswerRow
from diptych.core.experiment.judging.judge_orders import JudgeOrder, judge_orders
from tests.core.experiment.rows import row


def kept(label: str, round_: int | None = 7, **fields: object) -> AnswerRow:
    return msgspec.structs.replace(row(label), round=round_, **fields)


def test_every_two_complete_answers_are_judged_in_both_orders() -> None:
    rows = [kept("b"), kept("a", 8), kept("c", state="failed"), kept("a", case="c2"), kept("b", case="c2", repeat=2)]

    assert list(judge_orders(rows)) == [
        JudgeOrder("c1", 1, "a", "b", (8, 7)),
        JudgeOrder("c1", 1, "b", "a", (7, 8)),
    ]


def test_three_answers_make_six_orders_without_those_that_were_judged() -> None:
    rows = [kept("a"), kept("b"), kept("c")]

    judged = {("c1", 1, "a", "b"), ("c1", 1, "c", "b")}
    assert [order.key[2:] for order in judge_orders(rows, judged)] == [
        *(("a", "c"), ("b", "a"), ("b", "c"), ("c", "a")),
    ]


def test_an_answer_whose_text_is_not_in_the_history_cannot_be_judged() -> None:
    assert list(judge_orders([kept("a"), kept("b", None)])) == []
