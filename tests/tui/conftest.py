"""The screens' tests wait for what they look for, so that Textual need not wait for an idle process after each key."""

import asyncio

import pytest


@pytest.fixture(autouse=True)
def no_idle_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    async def proceed(*_: float) -> None:
        await asyncio.sleep(0.001)

    monkeypatch.setattr("textual.app.wait_for_idle", proceed)
    monkeypatch.setattr("textual.pilot.wait_for_idle", proceed)
