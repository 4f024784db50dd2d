"""One round: its models at the same moment or one after another, and what is told of it."""

import asyncio
from typing import TYPE_CHECKING

from diptych.core.request import Request
from diptych.core.round import ExperimentCase, Round
from diptych.core.run import Run
from diptych.engine.experiment.asked_round import AskedRound
from diptych.engine.experiment.round_asker import RoundAsker, until_written
from tests.engine.experiment.asking import Witness, asked, plan_of, simulated
from tests.support.asking import notes

if TYPE_CHECKING:
    from collections.abc import Callable

PLACE = ExperimentCase(3, "a", 1)


def a_round(labels: str = "ab", **more: bool | str) -> AskedRound:
    messages = plan_of("hi").cases[0].messages
    return AskedRound("hi", {label: Request(simulated(), messages) for label in labels}, PLACE, **more)  # type: ignore[arg-type]


def ended_of(asked_round: AskedRound, stop_after: float | None = None) -> tuple[list[Run], Witness]:
    """The runs in the order in which they were told to have ended."""

    async def ask(asker: RoundAsker, witness: Witness) -> list[Run]:
        ended = []

        async def on_ended(round_: Round, run: Run) -> None:
            assert run in round_.all_takes()
            assert run.ended
            ended.append(run)

        asking = asyncio.create_task(asker.ask(asked_round, on_ended))
        if stop_after is not None:
            await asyncio.sleep(stop_after)
            asker.stop()
        await asking
        return ended

    return asked(ask)


def test_all_models_are_asked_at_the_same_moment() -> None:
    runs, witness = ended_of(a_round())

    (round_,) = witness.rounds
    assert (round_.prompt, round_.experiment_case, list(round_.runs)) == ("hi", PLACE, ["a", "b"])
    assert {run.began for run in runs} == {1_000.0}
    assert {run.state for run in runs} == {"complete"}


def test_each_model_waits_for_the_one_before() -> None:
    runs, _ = ended_of(a_round("abc", sequential=True))

    assert [run.label for run in runs] == ["a", "b", "c"]
    assert [run.began for run in runs][1:] == [run.stamps.end for run in runs][:-1]


def test_what_cannot_be_sent_fails_with_its_sentence() -> None:
    runs, witness = ended_of(a_round(problem="cat.png has changed."))

    assert [run.failure and run.failure.message for run in runs] == ["cat.png has changed."] * 2
    assert len(witness.rounds) == 1
    assert notes(runs[0]) == ["failed: request"]


def test_a_stop_ends_what_streams_and_what_waits_for_its_turn() -> None:
    runs, _ = ended_of(a_round("abc", sequential=True), stop_after=0.1)

    assert [(run.label, run.state) for run in runs] == [("a", "stopped"), ("b", "stopped"), ("c", "stopped")]
    assert notes(runs[1]) == ["stopped"]


def test_a_round_may_be_written_after_those_who_waited_for_it_have_stopped() -> None:
    waiting: list[Callable[[], object]] = []

    async def stop_waiting() -> None:
        task = asyncio.create_task(until_written(Round("hi", 0.0, []), lambda _, act: waiting.append(act)))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])

    asyncio.run(stop_waiting())

    (tell,) = waiting
    tell()  # by the recorder's thread, which an error would end
