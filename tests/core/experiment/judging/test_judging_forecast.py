"""What a judge takes at most, before there are answers."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from diptych.core.endpoint import Prices
from diptych.core.experiment.case import Case
from diptych.core.experiment.judging.judge_prompt import MOST_CHARACTERS
from diptych.core.experiment.judging.judging_forecast import judging_forecast
from diptych.core.experiment.plan import Plan
from diptych.core.message import Message
from diptych.core.settings import Settings
from diptych.core.wording.forecast_words import judging_sentences
from tests.support.asking import settings

DOLLAR = Prices(Decimal(1), Decimal(10))
"""One dollar for a million tokens of input."""


def judge(prices: Prices | None = DOLLAR, **more: Any) -> Settings:
    named = settings("openai-chat", model="judge", **more)
    return replace(named, endpoint=replace(named.endpoint, prices=prices))


def plan(*limits: int, repeats: int = 2) -> Plan:
    case = Case("1", (Message.of_text("user", "Hi"),))
    models = {str(place): settings("openai-chat", max_tokens=limit) for place, limit in enumerate(limits)}
    return Plan((case,), models, repeats)


def test_every_two_answers_are_compared_in_both_orders_with_both_at_their_limits() -> None:
    bare = judging_forecast(plan(1, 1), judge(max_tokens=100), "Prefer short.")
    found = judging_forecast(plan(1_001, 501), judge(max_tokens=100), "Prefer short.")

    assert (found.requests, found.most_output_tokens) == (4, 400)
    assert found.most_input_tokens - bare.most_input_tokens == 4 * 1_500
    assert 4 * 500 < bare.most_input_tokens < 4 * 2_000
    assert judging_forecast(plan(1, 1, 1), judge(), "").requests == 12


def test_an_answer_has_at_most_the_characters_that_a_judge_is_shown() -> None:
    found = judging_forecast(plan(10**9, 10**9), judge(), "")

    assert 8 * MOST_CHARACTERS < found.most_input_tokens < 9 * MOST_CHARACTERS


def test_the_sentences_about_a_judge() -> None:
    found = judging_forecast(plan(1, 1), judge(max_tokens=100_000), "")

    assert list(judging_sentences(found, 8)) == [
        "Then openai:judge judges every pair of complete answers in both orders: at most 4 requests, or up to 8 if its"
        " replies cannot be read.",
        "If all answers and replies are as long as they may be, that costs about 4.01 USD.",
    ]


def test_what_nobody_knows_of_a_judge_is_said() -> None:
    unpriced = judging_forecast(plan(1, 1), judge(None), "")
    unlimited = judging_forecast(plan(1, 1), judge(max_tokens=0), "")

    assert list(judging_sentences(unpriced, 8))[1:] == ["The prices of openai:judge are not known."]
    assert list(judging_sentences(unlimited, 8))[1:] == ["The replies of openai:judge have no limit of tokens."]
    free = judging_forecast(plan(1, 1), settings("openai-chat", simulated=True), "")
    assert len(list(judging_sentences(free, 8))) == 1
