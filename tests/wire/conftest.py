"""What the tests of the wire have in common."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

import pytest

from diptych.core.endpoint import ApiName
from diptych.core.run import Run
from tests.support.answers import Answer
from tests.support.asking import Asker, settings
from tests.support.transport import PlannedTransport

if TYPE_CHECKING:
    from tests.support.loopback import LoopbackServer

Answered = Callable[..., Awaitable[Run]]
Variables = Callable[[Mapping[str, str]], None]


@pytest.fixture
def variables(monkeypatch: pytest.MonkeyPatch) -> Variables:
    """Sets variables of the environment for the test."""

    def set_them(given: Mapping[str, str]) -> None:
        for name, value in given.items():
            monkeypatch.setenv(name, value)

    return set_them


@pytest.fixture(params=["transport", "loopback"])
def answered(request: pytest.FixtureRequest) -> Answered:
    """Ask a side that gets these answers, from a fake transport or over a real connection."""

    async def over_transport(api: ApiName, *answers: Answer) -> Run:
        async with Asker(settings(api), PlannedTransport(*answers)) as asker:
            return await asker.ask()

    async def over_loopback(api: ApiName, *answers: Answer) -> Run:
        server: LoopbackServer = request.getfixturevalue("server")
        server.plan(*answers)
        async with Asker(settings(api, server.url)) as asker:
            return await asker.ask()

    return over_transport if request.param == "transport" else over_loopback
