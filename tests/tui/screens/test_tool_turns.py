"""Tool calls and schemas on the screen, with real connections to a server."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from diptych.core.endpoint import ApiName
from diptych.core.settings import ToolDefinition
from diptych.core.tools_file import CommandResult, ToolResult, ToolsFile, ValueResult
from diptych.engine.engine import Engine, EngineOptions
from diptych.engine.tool_answers import ToolAnswers
from diptych.engine.tool_commands import Outcome, run_command
from diptych.engine.tool_turns import ToolTurns
from diptych.tui.app import DiptychApp
from diptych.tui.screens.compare import CompareScreen
from tests.support.answers import Answer
from tests.support.asking import settings
from tests.support.loopback import LoopbackServer
from tests.support.streams import STREAMS
from tests.support.tool_streams import CALLS
from tests.tui.fakes import NO_CONFIGURATION, FakeCatalog, on_screen, see, until

CLOCK = ToolDefinition("get_time", "", {"type": "object", "properties": {}})
APIS: dict[str, ApiName] = {"left": "anthropic-messages", "right": "openai-chat"}
SIZE = (140, 40)


@contextmanager
def an_app(
    server: LoopbackServer,
    result: ToolResult | None,
    run: Callable[..., Outcome] = run_command,
    *,
    once: bool = False,
    **more: Any,
) -> Iterator[tuple[DiptychApp, Engine]]:
    """Yield an app that asks both sides of a server with one tool; `more` are further settings."""
    sides = {label: settings(api, server.url, model=label, tools=(CLOCK,), **more) for label, api in APIS.items()}
    engine = Engine(sides, EngineOptions())
    answers = ToolAnswers(ToolsFile((CLOCK,), None if result is None else {"get_time": result}), None, run)
    screen = CompareScreen(
        engine,
        NO_CONFIGURATION,
        catalog=FakeCatalog(),
        prompt="hi",
        once=once,
        hint=lambda _: "",
        scenarios={},
        turns=ToolTurns(engine, answers, 2),
    )
    try:
        yield DiptychApp(screen), engine
    finally:
        engine.close()


def plan(server: LoopbackServer, side: str, *answers: str | None) -> None:
    """Answer the requests of a side with these texts, None for a tool call."""
    for text in answers:
        call = ("call_1", "get_time", "{}")
        server.plan(Answer(CALLS[APIS[side]](call) if text is None else STREAMS[APIS[side]](text)), key=side)


async def test_calls_are_answered_and_a_side_without_calls_is_not_asked(server: LoopbackServer) -> None:
    plan(server, "left", None, "It is noon.", "Bye.")
    plan(server, "right", "I do not know.", "Bye.")

    with an_app(server, ValueResult("12:00")) as (app, engine):
        async with app.run_test(size=SIZE) as pilot:
            await see(
                pilot,
                "It is noon.",
                "round 2",
                "Diptych   ⚒ get_time {} → 12:00",
                "↳ get_time {} → 12:00",
                "This side made no tool call",
            )
            assert list(engine.rounds[1].runs) == ["left"]
            await pilot.press("ctrl+up")
            await see(pilot, "I do not know.", "⚒ get_time {}", "round 1 of 2")
            assert "The next prompt is sent" not in on_screen(app)
            await pilot.press("b", "enter")
            await see(pilot, "Bye.", "round 3")
            await until(pilot, lambda: not engine.busy)

    last = {received.json["model"]: received.json["messages"] for received in server.received}
    assert [message["role"] for message in last["left"]] == ["user", "assistant", "user", "assistant", "user"]
    assert [message["role"] for message in last["right"]] == ["user", "assistant", "user"]


async def test_without_results_the_next_prompt_is_the_result(server: LoopbackServer) -> None:
    plan(server, "left", None, "Thanks.")
    plan(server, "right", "I do not know.", "Thanks too.")

    with an_app(server, None) as (app, engine):
        async with app.run_test(size=SIZE) as pilot:
            await see(pilot, "The next prompt is sent as the result of get_time.", "the result of get_time (left)…")
            await pilot.press("n", "o", "o", "n", "enter")
            await see(pilot, "Thanks.", "Thanks too.", "ask both…")
            assert "The next prompt is sent" not in on_screen(app)
            assert engine.rounds[1].prompt == "noon"

    bodies = {received.json["model"]: received.json for received in server.received}
    assert bodies["left"]["messages"][-1] == {
        "role": "user",
        "content": [{"type": "tool_result", "tool_use_id": "call_1", "content": "noon"}],
    }
    assert bodies["right"]["messages"][-1] == {"role": "user", "content": "noon"}


async def test_after_the_last_turn_the_user_goes_on(server: LoopbackServer) -> None:
    plan(server, "left", None, None, None)
    plan(server, "right", "Hello.")

    with an_app(server, ValueResult("12:00")) as (app, engine):
        async with app.run_test(size=SIZE) as pilot:
            await see(pilot, "Stopped after 2 turns of tool results", "the result of get_time (left)…")
            assert len(engine.rounds) == 3


class Slow:
    """A command that runs until it is stopped."""

    def __init__(self) -> None:
        self._stopped = threading.Event()

    @property
    def was_stopped(self) -> bool:
        return self._stopped.is_set()

    def wait(self) -> bool:
        """Wait until it was stopped, for at most a minute; return whether it was."""
        return self._stopped.wait(60)

    def __call__(self, _command: object, _arguments: str, _folder: object, is_cancelled: Callable[[], bool]) -> Outcome:
        while not is_cancelled():
            time.sleep(0.005)
        self._stopped.set()
        return Outcome("The command was stopped by the user.", is_error=True)


async def test_escape_stops_a_command_and_the_next_prompt_is_the_result(server: LoopbackServer) -> None:
    plan(server, "left", None, "Thanks.")
    plan(server, "right", "Hello.")
    slow = Slow()

    with an_app(server, CommandResult(("slow",)), slow) as (app, engine):
        async with app.run_test(size=SIZE, notifications=True) as pilot:
            await see(pilot, "tools are running… Esc stops them")
            await pilot.press("x", "enter")
            await see(pilot, "The tools are still running")
            await pilot.press("escape")
            await until(pilot, lambda: slow.was_stopped)
            await see(pilot, "The next prompt is sent as the result of get_time.")
            await pilot.press("enter")
            await see(pilot, "Thanks.")
            assert engine.rounds[1].prompt == "x"


async def test_a_new_conversation_stops_a_command(server: LoopbackServer) -> None:
    plan(server, "left", None)
    plan(server, "right", "Hello.")
    slow = Slow()

    with an_app(server, CommandResult(("slow",)), slow) as (app, engine):
        async with app.run_test(size=SIZE) as pilot:
            await see(pilot, "tools are running… Esc stops them")
            await pilot.press("ctrl+n")
            await see(pilot, "The tools are still running. Stop them, and begin a new")
            await pilot.press("ctrl+n")
            await until(pilot, lambda: slow.was_stopped)
            await see(pilot, "ask both…")
            assert not engine.rounds


async def test_a_result_that_holds_a_key_is_not_sent(server: LoopbackServer) -> None:
    plan(server, "left", None)
    plan(server, "right", "Hello.")

    with an_app(server, ValueResult("it is sk-very-secret")) as (app, engine):
        async with app.run_test(size=SIZE, notifications=True) as pilot:
            await see(pilot, "A tool result holds the secret", "the result of get_time (left)…")
            assert len(engine.rounds) == 1


async def test_a_result_that_looks_like_a_key_waits_for_the_user(server: LoopbackServer) -> None:
    plan(server, "left", None)
    plan(server, "right", "Hello.")

    with an_app(server, ValueResult("sk-ant-api03-" + "a1B2c3D4" * 5)) as (app, engine):
        async with app.run_test(size=SIZE, notifications=True) as pilot:
            await see(pilot, "so it was not sent", "the result of get_time (left)…")
            assert len(engine.rounds) == 1


async def test_the_app_with_once_ends_after_the_last_turn(server: LoopbackServer) -> None:
    plan(server, "left", None, "It is noon.")
    plan(server, "right", "Hello.")

    with an_app(server, ValueResult("12:00"), once=True) as (app, engine):
        async with app.run_test(size=SIZE) as pilot:
            await until(pilot, lambda: app._exit)

    assert len(engine.rounds) == 2


async def test_whether_an_answer_follows_the_schema_is_shown(server: LoopbackServer) -> None:
    schema = {"type": "object", "properties": {"price": {"type": "number"}}}
    plan(server, "left", '{"price": "x"}')
    plan(server, "right", '{"price": 1}')

    with an_app(server, None, response_schema=schema) as (app, _):
        async with app.run_test(size=SIZE) as pilot:
            await see(
                pilot,
                "end_turn · not valid",
                "stop · valid",
                "The answer follows the schema.",
                "$.price: 'x' is not of",
            )


async def test_leaving_the_app_stops_a_command(server: LoopbackServer) -> None:
    plan(server, "left", None)
    plan(server, "right", "Hello.")
    slow = Slow()

    with an_app(server, CommandResult(("slow",)), slow) as (app, _):
        async with app.run_test(size=SIZE) as pilot:
            await see(pilot, "tools are running… Esc stops them")

    assert slow.wait()


async def test_leaving_the_app_stops_the_check_of_an_answer(server: LoopbackServer) -> None:
    schema = {"properties": {"a": {"pattern": "^(a+)+$"}}}
    plan(server, "left", json.dumps({"a": "a" * 60 + "!"}))
    plan(server, "right", "{}")

    with an_app(server, None, response_schema=schema) as (app, engine):
        async with app.run_test(size=SIZE) as pilot:
            await see(pilot, "stop · valid")
        assert engine.rounds[0].runs["left"].schema_verdict is None


async def test_a_take_that_calls_is_answered_in_a_turn_and_earlier_takes_have_their_results(
    server: LoopbackServer,
) -> None:
    plan(server, "left", "No tool.", None, "It is noon.", "Bye.")
    plan(server, "right", "I do not know.", "Bye.")

    with an_app(server, ValueResult("12:00")) as (app, engine):
        async with app.run_test(size=SIZE) as pilot:
            await see(pilot, "No tool.", "I do not know.", "conversation 1 · round 1")
            await pilot.click("#left-answer")
            await pilot.press("r")
            await see(pilot, "It is noon.", "conversation 1 · round 2", "This side made no tool call")
            await pilot.press("ctrl+up")
            await see(pilot, "take 2 of 2", "round 1 of 2")
            await pilot.press("less_than_sign")
            await see(pilot, "take 1 of 2", "No tool.")
            await pilot.click("#prompt")
            await pilot.press("b", "enter")
            await see(pilot, "Bye.", "round 3")
            await until(pilot, lambda: not engine.busy)

    last = {received.json["model"]: received.json["messages"] for received in server.received}
    assert [message["role"] for message in last["left"]] == ["user", "assistant", "user"]


async def test_choosing_a_take_with_open_calls_sends_nothing(server: LoopbackServer) -> None:
    plan(server, "left", None, None, None, "Thanks.")
    plan(server, "right", "I do not know.", "Thanks.")

    with an_app(server, ValueResult("12:00")) as (app, engine):
        async with app.run_test(size=SIZE) as pilot:
            await see(pilot, "Stopped after 2 turns of tool results", "round 3")
            await pilot.click("#left-answer")
            await pilot.press("r")
            await until(pilot, lambda: len(engine.rounds[2].takes("left")) == 2 and not engine.busy)
            await see(pilot, "Thanks.")
            await pilot.press("less_than_sign")
            await see(pilot, "take 1 of 2", "The next prompt is sent as the result of get_time.")
            sent = len(server.received)
            await pilot.pause(0.3)
            assert len(server.received) == sent
