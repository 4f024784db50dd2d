"""The row of an answer: its checks, and how long it waited before it was sent."""

import asyncio
import threading

import pytest

from diptych.codec.run_row import RowSource
from diptych.core.experiment.checks.check import Check
from diptych.core.experiment.plan import Plan
from diptych.core.request import Request
from diptych.core.round import ExperimentCase, Round
from diptych.core.run import Run
from diptych.engine.checks.answer_checker import AnswerChecker, ChecksCancelledError
from diptych.engine.experiment.row_maker import RowMaker
from tests.engine.experiment.asking import plan_of, simulated
from tests.support.answers import Answer, json_answer
from tests.support.asking import play
from tests.support.streams import chat

SOURCE = RowSource()


def round_with(run: Run) -> Round:
    return Round("a", run.began, [run], 1_700_000_000.0, ExperimentCase(1, "a", 1))


def a_plan(*checks: Check) -> Plan:
    return plan_of("a", checks=checks)


async def test_answers_are_checked_in_another_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[threading.Thread] = []
    check = AnswerChecker.check

    def noted(self: AnswerChecker, *arguments: object) -> object:
        threads.append(threading.current_thread())
        return check(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(AnswerChecker, "check", noted)
    run = await asyncio.to_thread(play, Answer(chat("Hello")))
    with RowMaker(a_plan(Check("contains", "Hello")), SOURCE) as row_maker:
        row = await row_maker.row(round_with(run), run)

    assert [result.passed for result in row.checks] == [True]
    assert threading.main_thread() not in threads


async def test_without_checks_a_row_is_made_at_once() -> None:
    run = await asyncio.to_thread(play, Answer(chat("Hello")))
    with RowMaker(a_plan(), SOURCE) as row_maker:
        row = await row_maker.row(round_with(run), run)

    assert (row.checks, row.state, row.characters) == ((), "complete", 5)


def test_what_was_stopped_is_not_checked() -> None:
    run = Run("left", Request(simulated(), a_plan().cases[0].messages), 5.0)
    run.stop(7.0)
    with RowMaker(a_plan(Check("contains", "Hello")), SOURCE) as row_maker:
        row = row_maker.row_now(round_with(run), run)

    assert (row.state, row.checks, row.waited) == ("stopped", (), 2.0)


def test_what_failed_passes_no_check() -> None:
    run = play(json_answer(400, "{}"))
    with RowMaker(a_plan(Check("contains", "Hello")), SOURCE) as row_maker:
        row = row_maker.row_now(round_with(run), run)

    assert [(result.passed, result.detail) for result in row.checks] == [(False, "the answer failed")]


def test_a_row_says_how_long_the_retry_was_waited_for_and_its_times_do_not_count_it() -> None:
    run = play(json_answer(429, "{}", retry_after="7"), Answer([0.5, *chat("hi")]))
    run.began = run.queued_at = run.lines[0].at
    with RowMaker(a_plan(), SOURCE) as row_maker:
        row = row_maker.row_now(round_with(run), run)

    assert row.waited == 7.0
    assert row.first_token == 0.5


def test_a_row_says_how_long_a_slot_was_waited_for() -> None:
    run = play(Answer(chat("hi")))
    run.queued_at = run.lines[0].at - 3.0
    with RowMaker(a_plan(), SOURCE) as row_maker:
        assert row_maker.row_now(round_with(run), run).waited == 3.0


async def test_an_answer_whose_checks_are_cancelled_gets_no_row() -> None:
    run = await asyncio.to_thread(play, Answer(chat("Hello")))
    endless = Check("command", {"command": ["sleep", "60"], "folder": ""})
    with RowMaker(a_plan(endless), SOURCE, lambda: True) as row_maker, pytest.raises(ChecksCancelledError):
        await row_maker.row(round_with(run), run)
