"""What runs at once: how runs begin, wait and end, whatever happens to their tasks."""

import asyncio
import errno
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from diptych.config.environment import configured_endpoints
from diptych.config.tables import EndpointTable
from diptych.core.endpoint import Connection
from diptych.core.event import Line, RequestSent
from diptych.core.run import Run
from diptych.core.secrets.guard import MustNotBeSentError
from diptych.core.settings import Settings
from diptych.engine.scheduler import Scheduler
from diptych.wire import loading
from diptych.wire.idle_timeout import IdleLimits
from tests.support.answers import Answer, json_answer
from tests.support.asking import new_run, notes, settings, text
from tests.support.engines import real_engine, simulated_engine
from tests.support.loopback import LoopbackServer
from tests.support.streams import chat, messages
from tests.support.transport import PlannedTransport
from tests.support.virtual_loop import run as in_virtual_time

if TYPE_CHECKING:
    from diptych.core.request import Label


def test_a_run_that_is_stopped_before_its_task_began() -> None:
    with simulated_engine() as (engine, loop):

        def at_once() -> None:
            engine.ask("hi")
            engine.stop()

        loop.call_soon_threadsafe(at_once)
        loop.settle()
        (round_,) = engine.rounds

    assert [(run.state, notes(run)) for run in round_.runs.values()] == [("stopped", ["stopped"])] * 2


def test_a_bug_fails_the_run_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "diptych.wire.ask", None)
    with simulated_engine() as (engine, loop):
        round_ = engine.ask("hi")
        loop.settle()

    for run in round_.runs.values():
        assert notes(run) == ["failed: internal"]
        assert run.failure is not None
        assert run.failure.message.startswith("Diptych failed (ModuleNotFoundError: ")


def test_a_limit_of_open_files_is_not_called_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    def none_free(scheduler: Scheduler, settings: Settings) -> None:
        raise OSError(errno.EMFILE, "Too many open files", "diptych/wire")

    monkeypatch.setattr(Scheduler, "_idle_limits", none_free)
    with simulated_engine() as (engine, loop):
        round_ = engine.ask("hi")
        loop.settle()

    for run in round_.runs.values():
        assert run.failure is not None
        assert run.failure.message.startswith("The model could not be asked: this process may have only ")


def test_a_new_run_need_not_wait_for_the_stopped_one_of_its_label() -> None:
    with simulated_engine() as (engine, loop):
        old = engine.ask("long")
        loop.advance(1.0)

        def anew() -> None:
            engine.new_session()
            engine.ask("hi")

        loop.call_soon_threadsafe(anew)
        loop.advance()

        assert [run.state for run in old.runs.values()] == ["stopped", "stopped"]
        assert [run.state for run in engine.rounds[-1].runs.values()] == ["complete", "complete"]


def test_the_clock_of_a_round_begins_when_every_run_is_ready_to_send(monkeypatch: pytest.MonkeyPatch) -> None:
    with simulated_engine() as (engine, loop):
        loads: list[str] = []

        def load(settings: Settings) -> None:
            loads.append(settings.endpoint.name)
            loop._now += 5.0  # as long as an SDK may take on a busy machine

        monkeypatch.setattr("diptych.wire.loading.load", load)
        round_ = engine.ask("hi")
        loop.advance()

    assert loads == ["anthropic", "openai"]
    assert round_.began == pytest.approx(1_000.0)
    for run in round_.runs.values():
        assert run.began == pytest.approx(1_010.0)
        assert run.lines[0].at == pytest.approx(run.began, abs=0.001)


def test_a_run_that_is_stopped_while_an_sdk_loads_does_not_hold_up_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    with simulated_engine() as (engine, loop):
        is_stopped = threading.Event()

        def load(settings: Settings) -> None:
            assert is_stopped.wait(120)

        monkeypatch.setattr("diptych.wire.loading.load", load)
        round_ = engine.ask("hi")
        engine.stop("left")
        loop.call_soon_threadsafe(loop.call_soon, is_stopped.set)
        loop.advance()

    left, right = round_.runs["left"], round_.runs["right"]
    assert (left.state, notes(left)) == ("stopped", ["stopped"])
    assert right.state == "complete"


def test_an_sdk_that_cannot_be_loaded_fails_only_its_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "_loaded", set())
    monkeypatch.setitem(sys.modules, "anthropic.resources.messages", None)
    with simulated_engine() as (engine, loop):
        round_ = engine.ask("hi")
        loop.advance()

    left, right = round_.runs["left"], round_.runs["right"]
    assert left.failure is not None
    assert "anthropic.resources.messages" in left.failure.message
    assert right.state == "complete"


def test_a_wrong_variable_fails_only_the_run_that_needs_it(
    server: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "x-name: ü")
    server.plan(Answer(messages("hi")))
    sides: dict[Label, Settings] = {
        "left": settings("anthropic-messages", server.url),
        "right": settings("openai-responses", server.url),
    }
    with real_engine(sides) as watched:
        runs = watched.ask()

    assert runs["left"].state == "complete"
    assert runs["right"].failure is not None
    assert runs["right"].failure.message.startswith("OPENAI_CUSTOM_HEADERS holds a header that cannot be sent")


# Many rounds at once

KNOWN = configured_endpoints({})


def a_run(label: str, endpoint: str = "openai", prompt: str = "hi", concurrency: int | None = None) -> Run:
    connection = Connection(concurrency=concurrency)
    return new_run(Settings(replace(KNOWN[endpoint], connection=connection), "m", simulated=True), prompt, label)


class Streamed:
    """A scheduler of simulated models in virtual time; everything that it starts has ended when the block ends.

    It observes the runs.
    """

    def __init__(self) -> None:
        self.scheduler = Scheduler(asyncio.get_running_loop().time, seed=1)
        self._open: set[Run] = set()
        self._done = asyncio.Event()

    def line_added(self, run: Run, line: Line) -> None:
        """Only the end is waited for."""

    def run_ended(self, run: Run) -> None:
        self._open.discard(run)
        if not self._open:
            self._done.set()

    def start(self, *runs: Run) -> None:
        for run in runs:
            run._observer = self
        self._open.update(runs)
        self.scheduler.start(*runs)

    async def __aenter__(self) -> "Streamed":
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._done.wait()
        await self.scheduler.close()


def sent_at(run: Run) -> float:
    return next(line.at for line in run.lines if isinstance(line, RequestSent))


def most_at_once(runs: Sequence[Run]) -> int:
    return max(sum(sent_at(other) <= sent_at(run) < other.lines[-1].at for other in runs) for run in runs)


def test_without_a_limit_every_round_begins_at_once() -> None:
    rounds = [[a_run(label, endpoint) for label, endpoint in zip("abc", KNOWN, strict=True)] for _ in range(5)]

    async def stream() -> None:
        async with Streamed() as streamed:
            for runs in rounds:
                streamed.start(*runs)

    in_virtual_time(stream())

    every = [run for runs in rounds for run in runs]
    assert {(run.state, run.began, sent_at(run)) for run in every} == {("complete", 1_000.0, 1_000.0)}


def test_requests_over_the_limit_of_their_endpoint_wait_and_begin_in_order() -> None:
    limited = [a_run(f"{number}", concurrency=2) for number in range(6)]
    other = a_run("other", "anthropic")

    async def stream() -> None:
        async with Streamed() as streamed:
            streamed.start(*limited[:4], other)
            streamed.start(*limited[4:])

    in_virtual_time(stream())

    began = [run.began for run in limited]
    ends = {run.lines[-1].at for run in limited}
    assert [run.state for run in (*limited, other)] == ["complete"] * 7
    assert (sent_at(other), began[:2], most_at_once(limited)) == (1_000.0, [1_000.0, 1_000.0], 2)
    assert began == sorted(began)
    assert [sent_at(run) for run in limited] == began
    assert ends.issuperset(began[2:])


def test_a_run_that_is_stopped_while_it_waits_is_never_sent_and_blocks_no_other() -> None:
    runs = [a_run(label, concurrency=1) for label in "abc"]

    async def stream() -> None:
        async with Streamed() as streamed:
            streamed.start(*runs)
            await asyncio.sleep(0.1)
            streamed.scheduler.stop(runs[1])

    in_virtual_time(stream())

    assert [run.state for run in runs] == ["complete", "stopped", "complete"]
    assert notes(runs[1]) == ["stopped"]
    assert runs[2].began == runs[0].lines[-1].at


def test_all_requests_to_an_endpoint_share_a_client(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr("diptych.wire.loading.load", lambda settings: opened.append(settings.name))

    async def stream() -> None:
        async with Streamed() as streamed:
            streamed.start(a_run("a"), a_run("b"), a_run("c", "anthropic"))
            streamed.start(a_run("a"))

    in_virtual_time(stream())

    assert opened == ["openai:m", "anthropic:m"]


def test_a_label_gets_the_same_simulated_answer_whatever_other_labels_are_asked() -> None:
    def answers(*asked: tuple[str, str]) -> dict[str, str]:
        runs = [a_run(*each) for each in asked]

        async def stream() -> None:
            async with Streamed() as streamed:
                streamed.start(*runs)

        in_virtual_time(stream())
        return {run.label: text(run) for run in runs}

    alone = answers(("left", "openai")) | answers(("right", "openai")) | answers(("z", "openai"))

    assert answers(("z", "openai"), ("right", "openai"), ("left", "openai")) == alone
    assert answers(("left", "anthropic"), ("right", "openai"), ("z", "openai")) == alone


def test_leaving_does_not_wait_for_garbage(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    monkeypatch.setattr("diptych.engine.scheduler.reclaim", lambda: looked.append("for garbage"))

    async def stream() -> None:
        async with Streamed() as streamed:
            run = a_run("left")
            streamed.scheduler.keep_open([run.request.settings])
            streamed.start(run)

    in_virtual_time(stream())

    assert looked == []


# What an endpoint's table sets


def an_endpoint(server: LoopbackServer, name: str = "local", **members: Any) -> Settings:
    tables = {name: EndpointTable(base_url=f"{server.url}/v1", **members)}
    return Settings(configured_endpoints({}, tables)[name], "m")


def test_a_failing_key_command_runs_once_and_fails_the_runs_that_need_it(
    server: LoopbackServer, tmp_path: Path
) -> None:
    script = f"open({str(tmp_path / 'runs')!r}, 'a').write('x'); raise SystemExit(7)"
    failing = an_endpoint(server, key_command=(sys.executable, "-c", script))
    server.plan(Answer(messages("hi")))
    sides: dict[Label, Settings] = {"a": failing, "b": failing, "c": settings("anthropic-messages", server.url)}
    with real_engine(sides) as watched:
        runs = watched.ask()

    sentence = "key_command of [endpoints.local] ended with exit code 7. Run the command in a terminal to see why."
    assert [(run.state, run.failure and run.failure.message) for run in runs.values()] == [
        ("failed", sentence),
        ("failed", sentence),
        ("complete", None),
    ]
    assert (tmp_path / "runs").read_text() == "x"


def test_a_key_command_runs_once_for_all_rounds(server: LoopbackServer, tmp_path: Path) -> None:
    script = f"open({str(tmp_path / 'runs')!r}, 'a').write('x'); print('printed-key-0123')"
    known = an_endpoint(server, key_command=(sys.executable, "-c", script))
    server.plan(*[Answer(chat("hi"))] * 4)
    with real_engine({"left": known, "right": known}) as watched:
        watched.ask()
        watched.engine.configure("right", replace(known, model="other"))
        watched.ask()
        with pytest.raises(MustNotBeSentError, match="key_command of "):
            watched.engine.ask("My key is printed-key-0123.")

    assert (tmp_path / "runs").read_text() == "x"
    assert {request.headers["authorization"] for request in server.received} == {"Bearer printed-key-0123"}


@pytest.mark.parametrize(
    ("option", "own", "source", "expected"),
    [
        (None, None, "", IdleLimits()),
        (None, 5.0, "timeout of [endpoints.local]", IdleLimits(5.0, 5.0, "timeout of [endpoints.local]")),
        (None, 5.0, "", IdleLimits(5.0, 5.0, "timeout in the config file")),
        (0.5, 5.0, "timeout of [endpoints.local]", IdleLimits(0.5, 0.5, "--timeout")),
    ],
)
def test_the_option_wins_over_the_timeout_of_the_endpoint(
    option: float | None, own: float | None, source: str, expected: IdleLimits
) -> None:
    connection = Connection(timeout=own, timeout_source=source)
    asked = Settings(replace(KNOWN["openai"], connection=connection), "m")

    assert Scheduler(time.perf_counter, option)._idle_limits(asked) == expected


def test_another_limit_counts_from_the_next_request_on() -> None:
    runs = [a_run(label, concurrency=1) for label in "abc"]
    more = a_run("d", concurrency=4)

    async def stream() -> None:
        async with Streamed() as streamed:
            streamed.start(*runs)
            await asyncio.sleep(0.1)
            streamed.start(more)

    in_virtual_time(stream())

    assert [sent_at(run) for run in (*runs, more)] == [1_000.0, *[pytest.approx(1_000.1)] * 3]


def test_the_pool_keeps_no_lock_of_endpoints_that_were_asked(server: LoopbackServer) -> None:
    server.plan(Answer(chat("hi")))
    with real_engine({"left": an_endpoint(server)}) as watched:
        watched.ask()

        assert len(watched.engine._scheduler._clients._opening) == 0


# Servers that want to be left alone


class Transports:
    """What takes the place of the simulated models: each endpoint gives planned answers."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *answers: Answer) -> None:
        self.transport = PlannedTransport(*answers)
        monkeypatch.setattr("diptych.simulated.transport.SimulatedTransport", lambda seed: self.transport)


@pytest.mark.parametrize("status", [429, 529])
def test_an_endpoint_gets_no_new_request_for_as_long_as_it_asks(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    busy = json_answer(status, "{}", retry_after="20")
    Transports(monkeypatch, busy, *[Answer(chat("hi"))] * 3)
    first, second, third = (a_run(label) for label in "abc")
    pauses: list[Mapping[str, float]] = []

    async def stream() -> None:
        scheduler = Scheduler(asyncio.get_running_loop().time, heeds_overload=True)
        tasks = scheduler.start(first)
        await asyncio.sleep(5)
        tasks = [*tasks, *scheduler.start(second)]
        pauses.append(scheduler.pauses())
        await asyncio.wait(tasks)
        await asyncio.wait(scheduler.start(third))
        pauses.append(scheduler.pauses())
        await scheduler.close()

    in_virtual_time(stream())

    assert [run.state for run in (first, second, third)] == ["complete"] * 3
    assert (second.queued_at, second.began, sent_at(second)) == (1_005.0, 1_020.0, 1_020.0)
    assert pauses == [{"openai": 15.0}, {}]


def test_an_endpoint_that_refuses_for_longer_than_a_request_waits_is_left_alone_as_well(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Transports(monkeypatch, json_answer(429, "{}", retry_after="300"), Answer(chat("hi")))
    first, second = a_run("a"), a_run("b")

    async def stream() -> None:
        scheduler = Scheduler(asyncio.get_running_loop().time, heeds_overload=True)
        await asyncio.wait(scheduler.start(first))
        await asyncio.wait(scheduler.start(second))
        await scheduler.close()

    in_virtual_time(stream())

    assert (first.state, second.state, sent_at(second)) == ("failed", "complete", 1_300.0)


def test_a_person_may_ask_again_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    Transports(monkeypatch, json_answer(429, "{}", retry_after="300"), Answer(chat("hi")))
    first, second = a_run("a"), a_run("b")

    async def stream() -> None:
        scheduler = Scheduler(asyncio.get_running_loop().time)
        await asyncio.wait(scheduler.start(first))
        await asyncio.wait(scheduler.start(second))
        await scheduler.close()

    in_virtual_time(stream())

    assert sent_at(second) == 1_000.0
