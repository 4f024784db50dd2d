"""What an experiment takes at most, and the sentences that say so."""

from dataclasses import replace
from decimal import Decimal
from itertools import chain
from typing import Any

import pytest

from diptych.core.endpoint import ApiName, Prices
from diptych.core.experiment.case import Case
from diptych.core.experiment.forecast import (
    Forecast,
    RequestCosts,
    forecast,
    most_cost_of_answers,
    most_input_tokens,
    most_output_tokens,
)
from diptych.core.experiment.order import Shard, planned_rounds, warm_up_rounds
from diptych.core.experiment.plan import Plan
from diptych.core.message import (
    FilePart,
    Message,
    Part,
    ReasoningPart,
    TextPart,
    ToolCallPart,
    ToolResultPart,
)
from diptych.core.request import Request
from diptych.core.settings import Settings, ToolDefinition
from diptych.core.wording.forecast_words import dollars, forecast_sentences, plan_sentence
from tests.support.asking import settings

DOLLAR = Prices(Decimal(1), Decimal(10))
"""One dollar for a million tokens of input."""


def priced(prices: Prices | None = DOLLAR, **more: Any) -> Settings:
    named = settings("openai-chat", **more)
    return replace(named, endpoint=replace(named.endpoint, prices=prices))


def case(text: str, name: str = "1", **more: Any) -> Case:
    return Case(name, (Message.of_text("user", text),), **more)


def of_plan(plan: Plan) -> Forecast:
    return forecast(chain(warm_up_rounds(plan), planned_rounds(plan)), plan.models)


def request(*parts: Part, **more: Any) -> Request:
    return Request(settings("openai-chat", **more), (Message("user", parts),))


def test_every_request_is_counted_at_its_most() -> None:
    models = {"a": priced(max_tokens=1_000), "b": priced(max_tokens=500, simulated=True)}
    plan = Plan((case("x" * 36), case("é" * 18, "2")), models, repeats=3, warm_up=1)

    whole = of_plan(plan)

    assert whole.requests == 14
    assert whole.most_input_tokens == 14 * 100  # of each: 36 bytes, 32 for the message, 32 for the request
    assert whole.most_output_tokens == 7 * 1_500
    assert whole.most_cost == 7 * (Decimal("0.0001") + Decimal("0.01"))
    assert not whole.unpriced
    assert not whole.unlimited


def test_a_system_prompt_of_a_case_is_counted_in_place_of_the_models() -> None:
    plan = Plan((case("x" * 36, system="y" * 10),), {"a": priced(system="z" * 1_000)})
    assert of_plan(plan).most_input_tokens == 110


def test_what_is_not_known_is_named() -> None:
    models = {
        "a": priced(),
        "b": priced(None, model="free"),
        "c": priced(params={"max_completion_tokens": None}, model="endless"),
    }
    whole = of_plan(Plan((case("a"),), models, repeats=2))

    assert whole.unpriced == ["openai:free"]
    assert whole.unlimited == ["openai:endless"]
    assert whole.most_output_tokens is None
    assert whole.most_cost > 0


def test_a_model_that_is_not_asked_is_not_named() -> None:
    models = {"a": priced(None), "b": priced(None)}
    assert forecast([], models).unpriced == []


@pytest.mark.parametrize(
    ("api", "params", "most"),
    [
        ("anthropic-messages", {}, 8192),
        ("anthropic-messages", {"max_tokens": 5}, 5),
        ("anthropic-messages", {"max_completion_tokens": 5}, 8192),
        ("openai-chat", {"max_completion_tokens": 5}, 5),
        ("openai-chat", {"max_tokens": 5, "n": 3}, 15),
        ("openai-chat", {"max_tokens": None}, None),
        ("openai-chat", {"max_tokens": "many"}, None),
        ("openai-chat", {"max_tokens": True, "n": "x"}, None),
        ("openai-responses", {"max_output_tokens": 5}, 5),
        ("openai-responses", {"max_tokens": 5}, 8192),
    ],
)
def test_the_output_has_the_limit_that_is_sent(api: ApiName, params: dict[str, Any], most: int | None) -> None:
    assert most_output_tokens(settings(api, params=params)) == most


def test_a_limit_that_the_server_does_not_know_is_none() -> None:
    named = settings("openai-responses")
    unknown = replace(named, endpoint=replace(named.endpoint, fields=(("max_output_tokens", None),)))
    renamed = replace(named, endpoint=replace(named.endpoint, fields=(("max_output_tokens", "limit"),)))

    assert most_output_tokens(unknown) is None
    assert most_output_tokens(renamed) == 8192


@pytest.mark.parametrize(
    ("part", "tokens"),
    [
        (TextPart("a\ud800"), 4),
        (FilePart("0" * 64, "a.png", "image/png", 10), 5 + 10_000),
        (FilePart("0" * 64, "a.txt", "text/plain", 10), 5 + 10),
        (FilePart("0" * 64, "a.pdf", "application/pdf", 10), 5 + 10_000),
        (FilePart("0" * 64, "a.pdf", "application/pdf", 20_000), 5 + 20_000),
        (ToolCallPart("1", "ab", "{}"), 32 + 4),
        (ToolResultPart("1", "abc"), 32 + 3),
        (ReasoningPart({"a": "é"}), len('{"a": "\\u00e9"}')),
    ],
)
def test_each_part_of_a_message_is_counted(part: Part, tokens: int) -> None:
    assert most_input_tokens(request(part)) == 64 + tokens


def test_tools_and_a_schema_are_counted() -> None:
    with_tool = request(tools=(ToolDefinition("ab", "cd", {"type": "object"}),))
    assert most_input_tokens(with_tool) == 64 + 2_000 + 32 + len('["ab", "cd", {"type": "object"}]')
    assert most_input_tokens(request(response_schema={"a": 1})) == 64 + 2_000 + len('{"a": 1}')


def test_the_most_that_one_request_costs() -> None:
    costs = RequestCosts()
    asked = Request(priced(max_tokens=1_000), (Message.of_text("user", "x" * 36),))

    assert costs.most(asked) == costs.most(asked) == Decimal("0.0101")
    assert costs.most(replace(asked, settings=priced(None))) is None
    assert costs.most(replace(asked, settings=priced(params={"max_tokens": None}))) is None
    assert costs.most(replace(asked, settings=priced(None, simulated=True))) == 0


def test_input_that_is_written_to_a_cache_costs_more() -> None:
    prices = replace(DOLLAR, cache_write=Decimal(2))
    asked = Request(priced(prices, max_tokens=1_000), (Message.of_text("user", "x" * 36),))
    caching = replace(asked, settings=replace(asked.settings, params={"system": [{"cache_control": {}}]}))
    costs = RequestCosts()

    assert costs.most(asked) == Decimal("0.0101")
    assert costs.most(caching) == Decimal("0.01028")  # the fields have 40 bytes


def test_the_sentences_before_an_experiment() -> None:
    plan = Plan((case("a"), case("b", "2")), {"a": priced(), "b": priced()}, repeats=3, warm_up=1)

    assert plan_sentence(plan, of_plan(plan)) == (
        "This sends 14 requests: 2 prompts to 2 models, 3 times each, after 1 round to warm up."
    )
    assert list(forecast_sentences(of_plan(plan))) == [
        "It takes at most 910 input and 114,688 output tokens, and costs at most 1.15 USD."
    ]


def test_the_sentence_about_a_part_of_an_experiment() -> None:
    plan = Plan((case("a"),), {"a": priced()}, repeats=8)
    part = forecast(planned_rounds(plan, Shard(1, 4)), plan.models)
    assert plan_sentence(plan, part) == "This sends 2 requests, of 8 of the whole experiment."


def test_what_costs_nothing_is_not_said_to_cost_at_most_0_dollars() -> None:
    simulated, unpriced = replace(priced(), simulated=True), priced(None, model="unpriced")

    assert list(forecast_sentences(of_plan(Plan((case("a"),), {"a": simulated})))) == [
        "It takes at most 65 input and 8,192 output tokens, and costs nothing."
    ]
    assert list(forecast_sentences(of_plan(Plan((case("a"),), {"a": simulated, "b": unpriced})))) == [
        "It takes at most 130 input and 16,384 output tokens.",
        "The prices of openai:unpriced are not known.",
    ]


def test_the_sentences_about_what_is_not_known() -> None:
    free, endless = priced(None, model="free"), priced(params={"max_tokens": None}, model="endless")

    assert list(forecast_sentences(of_plan(Plan((case("a"),), {"a": free, "b": free})))) == [
        "It takes at most 130 input and 16,384 output tokens.",
        "The prices of openai:free are not known.",
    ]
    assert list(forecast_sentences(of_plan(Plan((case("a"),), {"a": priced(), "b": endless})))) == [
        "It takes at most 150 input tokens, and costs at most 0.09 USD besides openai:endless.",
        "The answers of openai:endless have no limit of tokens.",
    ]
    many = {str(number): priced(None, model=f"m{number}") for number in range(7)}
    assert list(forecast_sentences(of_plan(Plan((case("a"),), many))))[1] == (
        "The prices of openai:m0, openai:m1, openai:m2, openai:m3, openai:m4 and 2 more are not known."
    )


def test_dollars_are_rounded_up_so_that_they_stay_the_most() -> None:
    assert [dollars(Decimal(amount)) for amount in ("0", "0.0001", "1.10", "1234.561")] == [
        "0.00 USD",
        "0.01 USD",
        "1.10 USD",
        "1,234.57 USD",
    ]


def test_the_most_that_an_answer_may_cost_is_found_by_its_case_and_label() -> None:
    plan = Plan((case("x" * 36),), {"a": priced(max_tokens=1_000), "b": priced(None)})
    most = most_cost_of_answers(plan)

    assert most("1", "a") == of_plan(Plan(plan.cases, {"a": plan.models["a"]})).most_cost
    assert most("1", "b") == most("2", "a") == most("1", "c") == 0
