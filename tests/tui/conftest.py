"""The screens' tests wait for what they look for, so that Textual need not wait for an idle process after each key."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from textual._context import active_app
from textual.app import App
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.message_pump import MessagePump
from textual.notifications import Notification
from textual.pilot import Pilot

_LOOKS = 1_000
"""How often the queues of messages are looked at until they are empty, at most: an animation never ends."""

_PATIENCE = 600
"""Looks at a widget that does not answer, of 0.05 s each."""


@pytest.fixture(scope="session", autouse=True)
def parsed_stylesheets() -> Iterator[None]:
    """Parse each stylesheet once, and not once for each app: stylesheets with the same variables share their rules."""
    parse, parsed = Stylesheet._parse_rules, dict[tuple[object, ...], list[RuleSet]]()

    def parse_once(stylesheet: Stylesheet, *arguments: Any, **named: Any) -> list[RuleSet]:
        key = (*arguments, *named.items(), *stylesheet._variables.items())
        if key not in parsed:
            parsed[key] = parse(stylesheet, *arguments, **named)
        return parsed[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", parse_once)
        yield


@pytest.fixture(scope="session", autouse=True)
def lasting_notices() -> Iterator[None]:
    """Let notices stay: on a busy machine they would be gone before a test has looked at the screen."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Notification, "time_left", 3_600.0)
        yield


@pytest.fixture(autouse=True)
def settled_after_each_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a key have its whole effect before the next one is pressed, however slow the machine is."""
    monkeypatch.setattr("textual.app.wait_for_idle", _empty_queues)
    monkeypatch.setattr("textual.pilot.wait_for_idle", _empty_queues)
    monkeypatch.setattr(Pilot, "_wait_for_screen", _wait_for_screen)


async def _empty_queues(*_: float) -> None:
    """Wait until no widget has a message left: a message often leads to others."""
    await asyncio.sleep(0.001)
    app = active_app.get(None)
    looks_at_nothing = 0
    for _look in range(_LOOKS):
        is_busy = app is not None and not all(_is_idle(pump) for pump in _pumps(app))
        looks_at_nothing = 0 if is_busy else looks_at_nothing + 1
        if looks_at_nothing == 2:
            return
        await asyncio.sleep(0)


async def _wait_for_screen(pilot: Pilot[Any], timeout: float = 30.0) -> bool:  # noqa: ASYNC109 - as Textual has it
    """Do as Pilot's own method does, but without waiting for widgets that go away, or for an app that ends."""
    return await _each_answers(pilot.app)


async def _each_answers(app: App[Any]) -> bool:
    """Wait until each widget has done what is in its queue now, or is gone; return False if the app ends before."""
    answered = asyncio.Event()
    waiting: set[MessagePump] = set()

    def answer(pump: MessagePump) -> None:
        waiting.discard(pump)
        if not waiting:
            answered.set()

    for pump in _pumps(app):
        if pump.call_later(answer, pump):
            waiting.add(pump)
    for _ in range(_PATIENCE):
        if not any(pump.is_running for pump in waiting):
            return True
        if not app.is_running or app._exit or app._exception is not None:
            return False
        with suppress(TimeoutError):
            await asyncio.wait_for(answered.wait(), 0.05)
    raise AssertionError("A widget does not answer.")


def _pumps(app: App[Any]) -> list[MessagePump]:
    return [app, *app.screen.walk_children(with_self=True)] if app.screen_stack else [app]


def _is_idle(pump: MessagePump) -> bool:
    return pump._message_queue.qsize() + len(pump._next_callbacks) == 0
