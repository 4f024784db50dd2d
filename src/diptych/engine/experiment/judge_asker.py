"""Asks a judge about pairs of answers, several at once, and once more where its verdict cannot be read."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType

from diptych.core.experiment.judging.judge_orders import JudgeOrder
from diptych.core.experiment.judging.judge_prompt import VERDICT_SCHEMA, judge_prompt
from diptych.core.experiment.judging.judge_verdict import ReadVerdict, read_verdict
from diptych.core.experiment.judging.judgement import Judgement
from diptych.core.message import Message
from diptych.core.request import Label, Request
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.secrets.guard import MustNotBeSentError, check_requests
from diptych.core.settings import Settings
from diptych.core.text.excerpt import excerpt
from diptych.core.text.sanitize import sendable
from diptych.engine.experiment.ask_rounds import MostCost, SittingEnding, ask_rounds, unknown_cost
from diptych.engine.experiment.asked_round import AskedRound
from diptych.engine.experiment.budget import Budget
from diptych.engine.experiment.round_asker import RoundAsker

MOST_REQUESTS = 2
"""How often a judge is asked about one order before it counts as one without a verdict."""

_MOST_IN_REASON = 1_000
"""Characters of a reason that are kept."""

_REFUSES_SCHEMA = frozenset({400, 404, 422, 501})
"""Status codes with which servers refuse a request field that they do not know."""

ReadAnswers = Callable[[JudgeOrder], Awaitable[tuple[str, str] | None]]
"""Returns the texts of both answers, whole; None if one of them is not in the history any more."""

Keep = Callable[[Judgement], Awaitable[None]]
"""Keeps a judgement."""


@dataclass(frozen=True, slots=True)
class Rubric:
    """What makes an answer good, in the user's words, and the digest that names it."""

    text: str
    digest: str


@dataclass(frozen=True, slots=True)
class _Question:
    """An order that a judge is asked about, with what was asked about it before."""

    order: JudgeOrder
    answers: tuple[str, str]
    earlier: tuple[Run, ...] = ()
    problem: str = ""
    with_schema: bool = True


@dataclass(slots=True)
class JudgingCounts:
    """How far a judge has come: orders with a judgement, failed requests, and orders whose answers are gone.

    The tokens are those of all requests, input and output, as far as they are known.
    """

    done: int = 0
    failed: int = 0
    gone: int = 0
    without_verdict: int = 0
    tokens: int = 0
    cost: Decimal = Decimal(0)
    has_costs: bool = False
    last_error: str = ""


class JudgeAsker:
    """Asks one judge about orders of pairs, and hands on its judgements. Everything happens on one event loop.

    `settings` are those with which the judge is asked; their tools and schema are not used. `messages` has the
    conversation of each case, the prompt last. What fails is counted and not kept, so that it can be asked again. Once
    `most_failures` requests have failed, no more is asked.
    """

    def __init__(
        self,
        settings: Settings,
        rubric: Rubric,
        messages: Mapping[str, Sequence[Message]],
        read_answers: ReadAnswers,
        keep: Keep,
        most_failures: int | None = None,
    ) -> None:
        self.counts = JudgingCounts()
        self._settings = settings
        self._rubric = rubric
        self._messages = messages
        self._read_answers = read_answers
        self._keep = keep
        self._most_failures = most_failures
        self._takes_schema = True
        self._number = 0
        self._asked: dict[Label, _Question] = {}
        self._again: deque[_Question] = deque()
        self._has_ended = asyncio.Event()

    async def ask(
        self,
        orders: Iterable[JudgeOrder],
        asker: RoundAsker,
        *,
        concurrency: int = 1,
        budget: Budget | None = None,
        most_cost: MostCost = unknown_cost,
    ) -> SittingEnding:
        """Ask about these orders, `concurrency` at once; return why no more is asked, once all have ended."""
        rounds = self._rounds(orders)
        ending = await ask_rounds(
            rounds, asker, self._take, concurrency=concurrency, budget=budget, most_cost=most_cost
        )
        await rounds.aclose()
        return "failures" if ending == "whole" and self._has_failed_too_often else ending

    @property
    def _has_failed_too_often(self) -> bool:
        return self._most_failures is not None and self.counts.failed >= self._most_failures

    async def _rounds(self, orders: Iterable[JudgeOrder]) -> AsyncGenerator[AskedRound, None]:
        """Yield the requests about these orders, and those that have to be asked again as soon as that is known."""
        for order in orders:
            while self._again:
                yield self._request(self._again.popleft())
            if self._has_failed_too_often:
                return
            answers = await self._read_answers(order)
            if answers is None:
                self.counts.gone += 1
            else:
                yield self._request(_Question(order, answers))
        while self._again or self._asked:
            if self._again:
                yield self._request(self._again.popleft())
            else:
                self._has_ended.clear()
                await self._has_ended.wait()

    def _request(self, question: _Question) -> AskedRound:
        question = replace(question, with_schema=self._takes_schema)
        self._number += 1
        label = str(self._number)
        self._asked[label] = question
        prompt = judge_prompt(
            self._messages[question.order.case], question.answers, self._rubric.text, question.problem
        )
        settings = replace(
            self._settings,
            system="\n\n".join(filter(None, (self._settings.system, prompt.system))),
            tools=(),
            response_schema=MappingProxyType(VERDICT_SCHEMA) if question.with_schema else None,
        )
        request = Request(settings, (Message.of_text("user", prompt.message),), {})
        try:
            check_requests((request,))
        except MustNotBeSentError as error:
            return AskedRound(prompt.message, {label: request}, problem=str(error))
        return AskedRound(prompt.message, {label: request})

    async def _take(self, round_: Round, run: Run) -> None:
        """Keep what a judge said, or ask again."""
        question = self._asked[run.label]
        try:
            await self._follow(question, run)
        finally:
            del self._asked[run.label]
            self._has_ended.set()

    async def _follow(self, question: _Question, run: Run) -> None:
        self._count_usage(run)
        if run.state == "stopped":
            return
        if run.state != "complete":
            if question.with_schema and run.failure and run.failure.status in _REFUSES_SCHEMA:
                self._takes_schema = False
                self._again.append(question)
                return
            self.counts.failed += 1
            self.counts.last_error = run.failure.message if run.failure else "The answer was cut off."
            return
        found = read_verdict(str(run.text))
        asked = (*question.earlier, run)
        if found.winner is None:
            found = found._replace(problem=_problem(found, run))
            if len(asked) < MOST_REQUESTS:
                self._again.append(replace(question, earlier=asked, problem=found.problem))
                return
            self.counts.without_verdict += 1
        self.counts.done += 1
        await self._keep(_judgement(question, asked, found, self._settings.name, self._rubric.digest))

    def _count_usage(self, run: Run) -> None:
        if run.usage:
            self.counts.tokens += (run.usage.input_tokens or 0) + (run.usage.output_tokens or 0)
        if run.cost_usd is not None:
            self.counts.has_costs = True
            self.counts.cost += Decimal(run.cost_usd)


def _problem(found: ReadVerdict, run: Run) -> str:
    """Return why a reply is not a verdict."""
    if run.refusal:
        return f"it refused: {excerpt(str(run.refusal), 200)}"
    return found.problem


def _judgement(question: _Question, asked: tuple[Run, ...], found: ReadVerdict, judge: str, rubric: str) -> Judgement:
    order = question.order
    costs = [run.cost_usd for run in asked]
    reason = found.reason if found.winner else found.problem
    return Judgement(
        case=order.case,
        repeat=order.repeat,
        first=order.first,
        second=order.second,
        judge=judge,
        rubric=rubric,
        winner=found.winner,
        reason=sendable(reason)[:_MOST_IN_REASON],
        characters=(len(question.answers[0]), len(question.answers[1])),
        requests=len(asked),
        input_tokens=_total(run.usage.input_tokens if run.usage else None for run in asked),
        output_tokens=_total(run.usage.output_tokens if run.usage else None for run in asked),
        cost_usd=None if None in costs else f"{sum((Decimal(cost) for cost in costs if cost), Decimal(0)):f}",
        response_ids=tuple(run.response_id for run in asked if run.response_id),
        date=round(time.time(), 3),
    )


def _total(counts: Iterable[int | None]) -> int | None:
    total = 0
    for count in counts:
        if count is None:
            return None
        total += count
    return total
