"""A plan comes back as it was, is named by its digest, and is checked before it is believed."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from diptych.codec.plan_object import limits_object, plan_digest, plan_object, read_limits, read_plan
from diptych.core.endpoint import Endpoint
from diptych.core.experiment.case import Case
from diptych.core.experiment.checks.check import Check
from diptych.core.experiment.plan import Limits, Plan
from diptych.core.json_text import parse_object, to_json
from diptych.core.message import FilePart, Message, TextPart
from diptych.core.settings import Settings

FILE = FilePart("ab" * 32, "cat.png", "image/png", 3)
PLAN = Plan(
    (
        Case(
            "capital",
            (Message.of_text("user", "Which?"), Message.of_text("assistant", "?"), Message.of_text("user", "It")),
        ),
        Case(
            "cat",
            (Message("user", (FILE, TextPart("What?"))),),
            (Check("contains", "cat", "thinking"),),
            ("/a/cat.png",),
        ),
        Case("short", (Message.of_text("user", "Hi"),), system="Be brief."),
    ),
    {
        "left": Settings(Endpoint("a", "anthropic-messages", "", ""), "m"),
        "@terse": Settings(Endpoint("b", "openai-chat", "", ""), "n"),
    },
    repeats=3,
    sequential=True,
    warm_up=2,
    seed=7,
)


def test_a_plan_comes_back_as_it_was() -> None:
    assert read_plan(parse_object(to_json(plan_object(PLAN)))) == PLAN
    assert PLAN.cases[0].prompt == "It"


def test_the_digest_names_what_is_asked_and_not_when_or_how_fast() -> None:
    assert plan_digest(PLAN) == plan_digest(read_plan(plan_object(PLAN)))
    assert plan_digest(PLAN) != plan_digest(replace(PLAN, seed=8))


@pytest.mark.parametrize("limits", [Limits(), Limits(8, Decimal("1.50"), 3)])
def test_limits_come_back_as_they_were(limits: Limits) -> None:
    assert read_limits(parse_object(to_json(limits_object(limits)))) == limits


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"models": {}}, "has a plan without models"),
        ({"models": []}, "has a plan without models"),
        ({"repeats": 0}, "has a plan that asks nothing"),
        ({"cases": []}, "has a plan that asks nothing"),
        ({"repeats": 2**53}, "has a plan that asks for too many answers"),
        ({"cases": [{"id": "a", "messages": []}]}, "has a case without a prompt"),
        (
            {"cases": 2 * [{"id": "a", "messages": [{"role": "user", "content": "x"}]}]},
            "has a plan with two cases of one name",
        ),
        (
            {"cases": [{"id": "a", "messages": [{"role": "user", "content": "x"}], "attach": "p"}]},
            "has attached files that are not a list of paths",
        ),
        (
            {
                "cases": [
                    {
                        "id": "a",
                        "messages": [{"role": "user", "content": "x"}],
                        "checks": [{"kind": "tastes", "value": 1}],
                    }
                ]
            },
            "has a check that this version does not know, 'tastes'",
        ),
        (
            {
                "cases": [
                    {
                        "id": "a",
                        "messages": [{"role": "user", "content": "x"}],
                        "checks": [{"kind": "max_total", "value": "soon"}],
                    }
                ]
            },
            "has a check that cannot be used, max_total",
        ),
    ],
)
def test_a_damaged_plan_is_refused(change: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=f"^{problem}$"):
        read_plan(plan_object(PLAN) | change)


def test_damaged_limits_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^has a budget that is not an amount$"):
        read_limits({"budget": "much"})
