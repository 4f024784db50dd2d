"""Whether an experiment may begin."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import click
import pytest

from diptych.cli.command_error import CommandError
from diptych.cli.experiment import experiment_confirmation
from diptych.cli.experiment.experiment_confirmation import may_begin, refuse_unknown_costs
from diptych.core.endpoint import Prices
from diptych.core.experiment.case import Case
from diptych.core.experiment.forecast import ModelForecast, forecast
from diptych.core.experiment.order import planned_rounds
from diptych.core.experiment.plan import Plan
from diptych.core.message import Message
from tests.support.asking import settings


def plan(repeats: int, dollars: int = 0, **more: Any) -> Plan:
    """A plan whose requests cost so many dollars in all, at most."""
    named = settings("openai-chat", max_tokens=1_000_000 // repeats, **more)
    endpoint = replace(named.endpoint, prices=Prices(Decimal(0), Decimal(dollars)))
    case = Case("1", (Message.of_text("user", "Hi"),))
    return Plan((case,), {"a": replace(named, endpoint=endpoint)}, repeats)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was asked on a terminal, where somebody always refuses."""
    questions: list[str] = []

    def confirm(question: str, **_: object) -> bool:
        questions.append(question)
        return False

    monkeypatch.setattr(experiment_confirmation, "has_terminal", lambda: True)
    monkeypatch.setattr(experiment_confirmation, "take_keys_from_terminal", lambda: None)
    monkeypatch.setattr(click, "confirm", confirm)
    return questions


def begins(plan: Plan, *, yes: bool = False) -> bool:
    return may_begin(plan, forecast(planned_rounds(plan), plan.models), yes=yes)


@pytest.mark.parametrize(("repeats", "dollars"), [(101, 0), (1, 2)])
def test_much_is_asked_on_a_terminal(
    repeats: int, dollars: int, asked: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert not begins(plan(repeats, dollars))
    assert asked == ["Begin?"]
    shown = capsys.readouterr()
    assert shown.err.startswith(f"This sends {repeats} request")
    assert not shown.out


@pytest.mark.parametrize(("repeats", "dollars"), [(100, 0), (1, 1)])
def test_little_begins_at_once(repeats: int, dollars: int, asked: list[str]) -> None:
    assert begins(plan(repeats, dollars))
    assert not asked


def test_yes_is_the_answer(asked: list[str]) -> None:
    assert begins(plan(101), yes=True)
    assert not asked


def test_without_a_terminal_nobody_is_asked(asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(experiment_confirmation, "has_terminal", lambda: False)
    assert begins(plan(101))
    assert not asked


def test_a_closed_terminal_is_a_refusal(asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def abort(*_: object, **__: object) -> bool:
        raise click.Abort

    monkeypatch.setattr(click, "confirm", abort)
    assert not begins(plan(101))


def test_an_interrupt_ends_the_command(asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> bool:
        try:
            raise KeyboardInterrupt
        except KeyboardInterrupt:
            raise click.Abort from None

    monkeypatch.setattr(click, "confirm", interrupt)
    with pytest.raises(KeyboardInterrupt):
        begins(plan(101))


def test_a_budget_needs_prices_and_limits() -> None:
    known = plan(1)
    refuse_unknown_costs(forecast(planned_rounds(known), known.models))

    free = replace(known, models={"a": settings("openai-chat", model="free")})
    with pytest.raises(CommandError, match="the prices of openai:free are not known"):
        refuse_unknown_costs(forecast(planned_rounds(free), free.models))

    endless = plan(1, params={"max_tokens": None})
    with pytest.raises(CommandError, match="the answers of openai:some-model have no limit of tokens"):
        refuse_unknown_costs(forecast(planned_rounds(endless), endless.models))


def test_the_requests_and_the_cost_of_a_judge_count_as_well(
    asked: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    cheap = plan(1)

    for judging in (ModelForecast("a:judge", requests=100), ModelForecast("a:judge", 1, 1, 1, Decimal("1.01"))):
        assert not may_begin(cheap, forecast(planned_rounds(cheap), cheap.models), judging=judging)

    assert len(asked) == 2
    assert "that costs about 1.01 USD." in capsys.readouterr().err
