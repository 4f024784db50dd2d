"""What is said when a server cannot accept its clients."""

import errno
import os
from typing import TYPE_CHECKING, Any, cast

import pytest

from diptych.cli.waiting_clients import WaitingClients

if TYPE_CHECKING:
    import asyncio


class _Loop:
    """What the handler needs of an event loop, whose clock stands still."""

    def __init__(self, handler: WaitingClients) -> None:
        self._handler = handler
        self.now = 0.0
        self.left: list[dict[str, Any]] = []

    def time(self) -> float:
        return self.now

    def default_exception_handler(self, context: dict[str, Any]) -> None:
        self.left.append(context)

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        self._handler(cast("asyncio.AbstractEventLoop", self), context)


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def loop(said: list[str]) -> _Loop:
    return _Loop(WaitingClients(said.append))


def _no_accept(number: int) -> dict[str, Any]:
    """Return what asyncio tells of a client that it could not accept."""
    message = "socket.accept() out of system resource"
    return {"message": message, "exception": OSError(number, os.strerror(number)), "socket": object()}


def test_it_is_said_once_until_clients_are_accepted_again(loop: _Loop, said: list[str]) -> None:
    for second in (*range(10), 60, 61):
        loop.now = float(second)
        loop.call_exception_handler(_no_accept(errno.ENFILE))

    sentence = "New clients have to wait: this machine has as many files and connections open as it allows."
    assert said == [sentence, sentence]  # in the first seconds, and after a minute
    assert loop.left == []


def test_other_reasons_are_those_of_the_system(loop: _Loop, said: list[str]) -> None:
    loop.call_exception_handler(_no_accept(errno.ENOMEM))

    assert said == ["New clients have to wait: Cannot allocate memory."]


def test_other_exceptions_are_left_to_asyncio(loop: _Loop, said: list[str]) -> None:
    contexts = [{"message": "a bug", "exception": ValueError()}, {"message": "lost", "exception": OSError()}]
    for context in contexts:
        loop.call_exception_handler(context)

    assert loop.left == contexts
    assert said == []
