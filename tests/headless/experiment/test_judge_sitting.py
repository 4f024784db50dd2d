"""A sitting of a judge ends when it is interrupted, and when its judgements cannot be kept."""

import json
import threading
from collections.abc import Iterable
from pathlib import Path

import pytest

from diptych.codec.plan_object import plan_digest, plan_object
from diptych.core.endpoint import Endpoint
from diptych.core.experiment.case import Case
from diptych.core.experiment.judging.judge_orders import JudgeOrder
from diptych.core.experiment.judging.judgement import Judgement
from diptych.core.experiment.plan import Plan
from diptych.core.message import Message
from diptych.core.round import Round
from diptych.core.settings import Settings
from diptych.engine.engine import EngineOptions
from diptych.engine.experiment.judge_asker import Rubric
from diptych.headless.experiment.judge_sitting import JudgeJob, JudgeLimits, JudgeSitting
from diptych.headless.experiment.progress_display import ProgressNow, count_words, done_words
from diptych.store.errors import StoreError
from diptych.store.history import History
from tests.store.rounds import BEGAN, DATE, complete, keep
from tests.support.answers import Answer, Gate
from tests.support.loopback import LoopbackServer
from tests.support.streams import chat

BOTH = [JudgeOrder("1", 1, "left", "right", (1, 1)), JudgeOrder("1", 1, "right", "left", (1, 1))]
TIE = chat(json.dumps({"reason": "same", "verdict": "tie"}))


class Display:
    """Tells when something was shown first, and remembers the last."""

    def __init__(self) -> None:
        self.began = threading.Event()
        self.last: ProgressNow | None = None

    def show(self, now: ProgressNow) -> None:
        self.last = now
        self.began.set()

    def erase(self) -> None:
        pass


class FullHistory(History):
    """A history in which nothing can be kept."""

    def put_judgements(self, experiment: int, judgements: Iterable[Judgement]) -> None:
        raise StoreError("The disk is full.")


def sitting(
    server: LoopbackServer, history: History, display: Display, orders: list[JudgeOrder] = BOTH
) -> JudgeSitting:
    """A judge at a server who is asked about the answers of one round."""
    endpoint = Endpoint("here", "openai-chat", f"{server.url}/v1", "")
    plan = Plan((Case("1", (Message.of_text("user", "hi"),)),), {"left": Settings(endpoint, "m")})
    history.add_experiment({"plan": plan_object(plan), "digest": plan_digest(plan), "limits": {}, "app": ""}, DATE)
    keep(history.path, Round("hi", BEGAN, (complete("left"), complete("right")), DATE))
    settings = Settings(endpoint, "judge")
    job = JudgeJob(history, history.experiment("x1"), settings, Rubric("Be fair.", ""), orders)
    return JudgeSitting(job, JudgeLimits(), EngineOptions(), display)


@pytest.fixture
def display() -> Display:
    return Display()


def test_what_was_judged_before_an_interrupt_is_kept(server: LoopbackServer, tmp_path: Path, display: Display) -> None:
    server.plan(Answer(TIE), Answer([TIE[0], Gate("never")]), key="judge")
    history = History(tmp_path / "history.db")
    judge = sitting(server, history, display)

    def interrupt() -> None:
        pause = threading.Event()
        while not judge.counts.done:
            pause.wait(0.01)
        judge.interrupt(130)

    threading.Thread(target=interrupt).start()

    assert judge.run() == "stopped"
    assert (judge.interrupted, judge.counts.done) == (130, 1)
    (kept,) = history.judgements(1, *history.judges(1))
    assert (kept.first, kept.winner) == ("left", "tie")
    assert display.last is not None
    assert display.last.name == "x1, judged by here:judge"
    assert done_words(display.last) == "1 of 2 verdicts"
    assert count_words(display.last)[:2] == ["0 failed", "11 tokens"]


def test_a_judge_without_verdicts_is_shown_as_such(server: LoopbackServer, tmp_path: Path, display: Display) -> None:
    none = Answer(chat("I had rather not."))
    server.plan(none, none, Answer([TIE[0], Gate("never")]), key="judge")
    judge = sitting(server, History(tmp_path / "history.db"), display)

    def interrupt() -> None:
        pause = threading.Event()
        while display.last is None or not display.last.counts.not_passed:
            pause.wait(0.01)
        judge.interrupt(130)

    threading.Thread(target=interrupt).start()

    assert judge.run() == "stopped"
    assert display.last is not None
    assert count_words(display.last)[:3] == ["0 failed", "1 without a verdict", "22 tokens"]


def test_a_history_that_keeps_nothing_ends_it(server: LoopbackServer, tmp_path: Path, display: Display) -> None:
    server.plan(Answer(TIE), Answer(TIE), key="judge")
    judge = sitting(server, FullHistory(tmp_path / "history.db"), display)

    assert judge.run() == "stopped"
    assert judge.problem == "The disk is full."
    assert len(server.received) == 1


def test_answers_that_are_gone_are_told(server: LoopbackServer, tmp_path: Path, display: Display) -> None:
    orders = [JudgeOrder("1", 1, "left", "right", (1, 9)), JudgeOrder("1", 1, "left", "other", (1, 1))]
    judge = sitting(server, History(tmp_path / "history.db"), display, orders)

    assert judge.run() == "whole"
    assert (judge.counts.gone, judge.problem) == (2, "There is no round 9 in the history.")
