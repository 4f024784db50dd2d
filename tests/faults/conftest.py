"""Fixtures of the fault matrix."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.faults.bench import Bench, a_bench
from tests.support.loopback import LoopbackServer


@pytest.fixture(scope="module")
def bench(_server: LoopbackServer) -> Iterator[Bench]:
    with a_bench(_server) as bench:
        yield bench


@pytest.fixture
def no_idle_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep Pilot from waiting for an idle process after each key, since the tests wait for what they look for."""

    async def proceed(*_: float) -> None:
        await asyncio.sleep(0.001)

    monkeypatch.setattr("textual.app.wait_for_idle", proceed)
    monkeypatch.setattr("textual.pilot.wait_for_idle", proceed)
