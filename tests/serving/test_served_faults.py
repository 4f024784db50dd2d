"""Plays faults twice: by the server that misbehaves, and from the recording of that. Both must end the same."""

import asyncio
import re
import time

import pytest

from diptych.core.event import Event
from diptych.core.run import Run
from diptych.core.wording.outcome import end_sentence
from diptych.wire.client import Client
from tests.faults.fault import Fault, Group
from tests.faults.table import FAULTS, GROUPS
from tests.serving.serving import asked, recording_of, serving
from tests.support.asking import settings
from tests.support.loopback import LoopbackServer
from tests.support.streams import APIS

_NOT_RECORDED = frozenset({"broken gzip"})
"""Faults that are not in a recording: it keeps what could be decompressed."""

_MOST_AT_ONCE = 12
"""Faults that are played at the same time, since most of their time is spent waiting."""


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("diptych.wire.retry._FIRST_BACKOFF", 0.02)
    monkeypatch.setattr("diptych.wire.bounded_body._PATIENCE", 2.0)
    monkeypatch.setattr("diptych.serving.recorded_answer._LONGEST_READ", 0.0)  # a busy machine has no time for more


@pytest.fixture(scope="module", autouse=True)
def _loaded_sdks() -> None:
    """Import both SDKs now, so that no time-out of a fault ends while that is done."""
    for api in APIS:
        Client(settings(api).endpoint, time.perf_counter)


@pytest.mark.parametrize("group", GROUPS, ids=[group.title for group in GROUPS])
async def test_a_recorded_fault_ends_as_it_did(group: Group, server: LoopbackServer) -> None:
    turns = asyncio.Semaphore(_MOST_AT_ONCE)
    faults = [each for each in group.faults if each.place == "server" and not each.is_stopped]

    outcomes = await asyncio.gather(
        *(_both_outcomes(fault, server, turns) for fault in faults if fault.name not in _NOT_RECORDED)
    )

    for original, served in outcomes:
        assert served == original


async def _both_outcomes(
    fault: Fault, server: LoopbackServer, turns: asyncio.Semaphore
) -> tuple[tuple[object, ...], tuple[object, ...]]:
    """Return how a fault ends for the client of the server, and for that of the recording. The APIs take turns."""
    number = FAULTS.index(fault)
    api, model = APIS[number % len(APIS)], f"fault-{number}"
    async with turns:
        await asyncio.to_thread(server.plan, *fault.plays(api), key=model)
        original = await asked(api, server.url, silence=fault.timeout, model=model)
        async with serving(recording_of(original)) as url:
            served = await asked(api, url, silence=fault.timeout, model=model)
    return (fault.name, api, *_outcome(original)), (fault.name, api, *_outcome(served))


def _outcome(run: Run) -> tuple[object, ...]:
    """Return how a run ended. The words with which a library says how a connection was lost are left out."""
    sentence = re.sub(r"127\.0\.0\.1:\d+", "HOST", end_sentence(run) or "")
    return (
        run.state,
        re.sub(r"(was lost .*?) \((?!Connection reset).*\)", r"\1", sentence),
        "".join(run.text),
        [attempt.status for attempt in run.attempts],
        [line.data for line in run.lines if isinstance(line, Event)],
    )
