"""Rounds that are lost with the machine that asks them are asked again, and count as spent at their most."""

from collections.abc import AsyncIterator, Sequence
from decimal import Decimal

from diptych.core.endpoint import Endpoint
from diptych.core.message import Message
from diptych.core.request import Request
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.settings import Settings
from diptych.engine.experiment.ask_rounds import ask_rounds
from diptych.engine.experiment.asked_round import AskedRound
from diptych.engine.experiment.budget import Budget
from diptych.engine.experiment.round_asker import OnEnded

REQUEST = Request(Settings(Endpoint("a", "openai-chat", "", ""), "m"), (Message.of_text("user", "Hi"),))


class Losing:
    """Loses the first attempts at each round."""

    is_stopped = False

    def __init__(self, *losses: str) -> None:
        self.losses = list(losses)
        self.asked: list[str] = []

    async def ask(self, asked: AskedRound, on_ended: OnEnded) -> Round | None:
        self.asked.append(asked.prompt)
        if asked.prompt in self.losses:
            self.losses.remove(asked.prompt)
            return None
        run = Run("a", REQUEST, 0.0)
        run.stop(0.0)
        round_ = Round(asked.prompt, 0.0, [run])
        await on_ended(round_, run)
        return round_

    async def until_written(self, round_: Round) -> None:
        """Return at once: nothing is recorded."""


async def rounds(prompts: str) -> AsyncIterator[AskedRound]:
    for prompt in prompts:
        yield AskedRound(prompt, {"a": REQUEST})


async def ended(asker: Losing, prompts: str, budget: Budget | None = None) -> tuple[str, Sequence[str]]:
    names: list[str] = []

    async def on_ended(round_: Round, run: Run) -> None:
        del run
        names.append(round_.prompt)

    ending = await ask_rounds(rounds(prompts), asker, on_ended, budget=budget, most_cost=lambda _: Decimal(1))
    return ending, names


async def test_a_lost_round_is_asked_before_the_next_one() -> None:
    asker = Losing("1")

    assert await ended(asker, "123") == ("whole", ["1", "2", "3"])
    assert asker.asked == ["1", "1", "2", "3"]


async def test_the_last_round_is_asked_until_it_is_not_lost() -> None:
    assert await ended(Losing("3", "3"), "123") == ("whole", ["1", "2", "3"])


async def test_what_was_lost_counts_as_spent() -> None:
    budget = Budget(Decimal(2))

    assert await ended(Losing("1", "1"), "12", budget) == ("budget", [])
    assert budget.spent == 2
