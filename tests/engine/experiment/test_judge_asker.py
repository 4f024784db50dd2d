"""A judge is asked about every order until it has given a verdict, refused, or failed."""

import asyncio
import json
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import cast

import pytest

from diptych.apis.registry import DIALECTS
from diptych.apis.sse import Decoder
from diptych.core.endpoint import Endpoint, Prices
from diptych.core.event import Event
from diptych.core.experiment.judging.judge_orders import JudgeOrder
from diptych.core.experiment.judging.judge_prompt import VERDICT_SCHEMA
from diptych.core.experiment.judging.judgement import Judgement
from diptych.core.failure import Failure
from diptych.core.message import Message
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.settings import Settings, ToolDefinition
from diptych.engine.experiment.ask_rounds import SittingEnding
from diptych.engine.experiment.asked_round import AskedRound
from diptych.engine.experiment.budget import Budget
from diptych.engine.experiment.judge_asker import JudgeAsker, Rubric
from diptych.engine.experiment.round_asker import OnEnded, RoundAsker
from tests.support import streams

ENDPOINT = Endpoint("here", "openai-chat", "https://models.test/v1", "", prices=Prices(Decimal(1), Decimal(2)))
SETTINGS = Settings(ENDPOINT, "judge", system="Be fair.", tools=(ToolDefinition("look"),))
A, B, TIE = (json.dumps({"reason": f"{verdict}, of course", "verdict": verdict}) for verdict in ("A", "B", "tie"))

Reply = str | int | None
"""What a judge replies: a text, the status of an error, or None for a stream that breaks off."""


class Asker:
    """Answers the requests of a judge at once. `reply` gets the run and returns what the judge says."""

    def __init__(self, reply: Callable[[Run], Reply]) -> None:
        self.is_stopped = False
        self.asked: list[AskedRound] = []
        self.most = 0
        self._reply = reply
        self._now = 0

    async def ask(self, asked: AskedRound, on_ended: OnEnded) -> Round:
        self.asked.append(asked)
        self._now += 1
        self.most = max(self.most, self._now)
        (run,) = (Run(label, request, 0.0) for label, request in asked.requests.items())
        round_ = Round(asked.prompt, 0.0, (run,))
        await asyncio.sleep(0)
        run.begin_attempt(0.0)
        if asked.problem:
            run.fail(Failure("request", asked.problem), 1.0)
        elif self.is_stopped:
            run.stop(1.0)
        else:
            self._answer(run, self._reply(run))
        self._now -= 1
        await on_ended(round_, run)
        return round_

    async def until_written(self, round_: Round) -> None:
        """Nothing is recorded."""

    def _answer(self, run: Run, reply: Reply) -> None:
        if isinstance(reply, int):
            run.fail(Failure("http", f"The server said {reply}.", reply), 1.0)
            return
        decoder, dialect = Decoder(), DIALECTS["openai-chat"]()
        body = streams.chat("cut" if reply is None else reply)
        for number, framed in enumerate(decoder.feed(b"".join(body if reply is not None else body[:2])), 1):
            name, contents = dialect.decode(framed)
            run.add(Event(float(number), number, name, framed.data, contents))
        if reply is None:
            run.cut(9.0)
        else:
            run.complete()


def order(first: str = "left", second: str = "right", repeat: int = 1) -> JudgeOrder:
    return JudgeOrder("case", repeat, first, second, (7, 8))


BOTH = (order(), order("right", "left"))
ANSWERS = {"left": "left answer", "right": "the right answer"}


class Sitting:
    """One judge who is asked about orders, and what came of it."""

    def __init__(self, reply: Callable[[Run], Reply], most_failures: int | None = None) -> None:
        self.asker = Asker(reply)
        self.kept: list[Judgement] = []
        self.gone: set[str] = set()
        messages = {"case": [Message.of_text("user", "What is right?")]}
        self.judging = JudgeAsker(
            SETTINGS, Rubric("Be kind.", "12345678"), messages, self.read, self.keep, most_failures
        )

    async def read(self, asked: JudgeOrder) -> tuple[str, str] | None:
        if {asked.first, asked.second} & self.gone:
            return None
        return ANSWERS[asked.first], ANSWERS[asked.second]

    async def keep(self, judgement: Judgement) -> None:
        self.kept.append(judgement)

    def run(
        self, orders: Sequence[JudgeOrder] = BOTH, concurrency: int = 1, budget: Budget | None = None
    ) -> SittingEnding:
        asker = cast("RoundAsker", self.asker)
        return asyncio.run(
            self.judging.ask(
                orders, asker, concurrency=concurrency, budget=budget, most_cost=lambda _: Decimal("0.001")
            )
        )


def prompt_of(run: Run) -> str:
    return run.request.messages[-1].text


def test_every_order_is_judged() -> None:
    sitting = Sitting(lambda run: A if "ANSWER A" in prompt_of(run) else B)

    assert sitting.run() == "whole"

    first, second = sitting.kept
    assert (first.first, first.second, first.winner, first.characters) == ("left", "right", "first", (11, 16))
    assert (second.first, second.second, second.winner, second.characters) == ("right", "left", "first", (16, 11))
    assert (first.case, first.repeat, first.judge, first.rubric) == ("case", 1, "here:judge", "12345678")
    assert (first.reason, first.requests) == ("A, of course", 1)
    assert (first.input_tokens, first.output_tokens, first.cost_usd) == (8, 3, "0.000014")
    assert first.response_ids == ("chatcmpl-1",)
    assert first.date
    assert first.date > 1e9
    assert sitting.judging.counts.done == 2
    assert (sitting.judging.counts.cost, sitting.judging.counts.tokens) == (Decimal("0.000028"), 22)


def test_a_judge_is_asked_with_its_own_settings_but_without_tools() -> None:
    sitting = Sitting(lambda run: TIE)
    sitting.run(BOTH[:1])

    (request,) = sitting.asker.asked[0].requests.values()
    assert request.settings.system.startswith("Be fair.\n\nYou are an impartial judge.")
    assert "Be kind." in request.settings.system
    assert request.settings.tools == ()
    assert request.settings.response_schema == VERDICT_SCHEMA
    assert "What is right?" in request.prompt
    assert "left answer" in request.prompt


def test_a_reply_that_is_not_a_verdict_is_asked_for_once_more() -> None:
    sitting = Sitting(lambda run: B if "could not be used: it holds no JSON object" in prompt_of(run) else "B it is")

    assert sitting.run() == "whole"

    assert [(each.winner, each.requests, each.input_tokens) for each in sitting.kept] == [("second", 2, 16)] * 2
    assert sitting.kept[0].cost_usd == "0.000028"
    assert len(sitting.asker.asked) == 4


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ("I would rather not.", "it holds no JSON object with a verdict"),
        ("", "it is empty"),
        ('{"verdict": "left"}', 'its verdict is not "A", "B" or "tie"'),
    ],
)
def test_a_judge_without_a_verdict_is_kept_as_such(reply: str, reason: str) -> None:
    sitting = Sitting(lambda run: reply)

    assert sitting.run(concurrency=3) == "whole"

    assert [(each.winner, each.reason, each.requests) for each in sitting.kept] == [(None, reason, 2)] * 2
    assert (sitting.judging.counts.done, sitting.judging.counts.without_verdict) == (2, 2)


def test_a_server_that_refuses_the_schema_is_asked_without_it() -> None:
    sitting = Sitting(lambda run: 400 if run.request.settings.response_schema else A)

    assert sitting.run((*BOTH, order(repeat=2))) == "whole"

    assert [each.winner for each in sitting.kept] == ["first"] * 3
    assert len(sitting.asker.asked) == 4
    assert sitting.judging.counts.failed == 0


@pytest.mark.parametrize("reply", [400, 401, 500, None])
def test_what_fails_is_counted_and_not_kept(reply: Reply) -> None:
    sitting = Sitting(lambda run: reply)

    assert sitting.run(concurrency=2) == "whole"

    counts = sitting.judging.counts
    assert (sitting.kept, counts.done, counts.failed) == ([], 0, 2)
    assert counts.last_error == (f"The server said {reply}." if reply else "The answer was cut off.")


def test_no_more_is_asked_after_so_many_failures() -> None:
    sitting = Sitting(lambda run: 500, most_failures=2)

    assert sitting.run([order(repeat=repeat) for repeat in range(1, 10)]) == "failures"
    assert len(sitting.asker.asked) == 2


def test_no_more_is_asked_than_the_budget_allows() -> None:
    sitting = Sitting(lambda run: A)

    assert sitting.run(budget=Budget(Decimal("0.001"))) == "budget"
    assert len(sitting.kept) == 1


def test_what_was_stopped_is_missing() -> None:
    def stop(run: Run) -> str:
        sitting.asker.is_stopped = True
        return A

    sitting = Sitting(stop)

    assert sitting.run(concurrency=2) == "stopped"
    assert [each.first for each in sitting.kept] == ["left"]
    assert sitting.judging.counts.failed == 0


def test_several_are_asked_at_once() -> None:
    sitting = Sitting(lambda run: A if "could not be used" in prompt_of(run) else "no")

    sitting.run([order(repeat=repeat) for repeat in range(1, 8)], concurrency=3)

    assert sitting.asker.most == 3
    assert sorted(each.repeat for each in sitting.kept) == list(range(1, 8))


def test_answers_that_are_gone_are_left_out() -> None:
    sitting = Sitting(lambda run: A)
    sitting.gone = {"left"}

    assert sitting.run() == "whole"
    assert (sitting.kept, sitting.judging.counts.gone) == ([], 2)


def test_what_must_not_be_sent_fails() -> None:
    sitting = Sitting(lambda run: A)
    sitting.judging = JudgeAsker(
        Settings(
            Endpoint("bad", "openai-chat", "https://models.test/v1", "", problem="bad is not configured."), "judge"
        ),
        Rubric("", ""),
        {"case": [Message.of_text("user", "hi")]},
        sitting.read,
        sitting.keep,
    )

    sitting.run()

    assert (sitting.judging.counts.failed, sitting.judging.counts.last_error) == (2, "bad is not configured.")


def test_a_refusal_is_quoted() -> None:
    sitting = Sitting(lambda run: "")

    def refuse(run: Run, reply: Reply) -> None:
        del reply
        decoder, dialect = Decoder(), DIALECTS["openai-chat"]()
        for number, framed in enumerate(decoder.feed(streams.chunk({"refusal": "No."}) + streams.chunk({}, "stop")), 1):
            name, contents = dialect.decode(framed)
            run.add(Event(float(number), number, name, framed.data, contents))
        run.complete()

    sitting.asker._answer = refuse  # type: ignore[method-assign]
    sitting.run(BOTH[:1])

    assert sitting.kept[0].reason == "it refused: No."
    assert (sitting.kept[0].input_tokens, sitting.kept[0].cost_usd) == (None, None)
