"""Tool calls are answered from a tools file, over real connections: what is sent, printed and returned."""

import io
import json
from functools import partial
from typing import Any

import pytest

from diptych.core.endpoint import ApiName
from diptych.core.settings import ToolDefinition
from diptych.core.tools_file import CommandResult, ToolResult, ToolsFile, ValueResult
from diptych.engine.engine import Engine, EngineOptions
from diptych.engine.tool_answers import ToolAnswers
from diptych.engine.tool_commands import Outcome
from diptych.engine.tool_turns import ToolTurns
from diptych.headless.feed import Feed
from diptych.headless.live_display import OutputForm
from diptych.headless.runner import run_headless
from tests.support.answers import Answer
from tests.support.asking import settings
from tests.support.loopback import LoopbackServer
from tests.support.streams import STREAMS
from tests.support.tool_streams import CALLS

WEATHER = ToolDefinition("get_weather", "The weather.", {"type": "object", "properties": {"city": {"type": "string"}}})
CLOCK = ToolDefinition("get_time", "", {"type": "object", "properties": {}})
RESULTS: dict[str, ToolResult] = {"get_weather": ValueResult("18 °C"), "get_time": CommandResult(("clock",))}


class Asked:
    """Asks sides of one server, whose tools a file answers, and keeps what came of it."""

    def __init__(
        self,
        server: LoopbackServer,
        apis: dict[str, ApiName],
        form: OutputForm = "json",
        results: dict[str, ToolResult] | None = RESULTS,
        most: int = 5,
        signal: int = 0,
    ) -> None:
        self.commands: list[tuple[tuple[str, ...], str]] = []
        self.warnings: list[str] = []
        sides = {label: settings(api, server.url, model=label, tools=(WEATHER, CLOCK)) for label, api in apis.items()}
        out, feed = io.StringIO(), Feed()
        self._interrupt = partial(feed.interrupt, signal) if signal else None
        engine = Engine(sides, EngineOptions(), feed)
        try:
            answers = ToolAnswers(ToolsFile((WEATHER, CLOCK), results), None, self.run)
            turns = ToolTurns(engine, answers, most)
            self.code = run_headless(engine, feed, engine.draft("hi"), form, out, turns, self.warnings.append)
            self.rounds = list(engine.rounds)
        finally:
            engine.close()
        self.printed = out.getvalue()

    def run(self, command: tuple[str, ...], arguments: str, *_: object) -> Outcome:
        self.commands.append((command, arguments))
        if self._interrupt:
            self._interrupt()
        return Outcome(f"noon {len(self.commands)}")

    @property
    def json(self) -> dict[str, Any]:
        whole = json.loads(self.printed)
        assert isinstance(whole, dict)
        return whole


def plan(server: LoopbackServer, label: str, *streams: list[bytes]) -> None:
    server.plan(*(Answer(stream) for stream in streams), key=label)


def bodies(server: LoopbackServer) -> list[dict[str, Any]]:
    return [received.json for received in server.received]


def test_three_turns_with_anthropic_messages(server: LoopbackServer) -> None:
    calls = CALLS["anthropic-messages"]
    plan(
        server,
        "left",
        calls(("t1", "get_weather", '{"city": "Paris"}'), text="I look.", thinking="Which tool?"),
        calls(("t2", "get_time", "{}"), ("t3", "get_weather", '{"city": "Rome"}')),
        STREAMS["anthropic-messages"]("It is noon."),
    )

    asked = Asked(server, {"left": "anthropic-messages"})

    assert asked.code == 0
    assert bodies(server)[2]["messages"] == [
        {"role": "user", "content": "hi"},
        {
            "role": "assistant",
            "content": [
                {"type": "thinking", "thinking": "Which tool?", "signature": "c2lnbmVk"},
                {"type": "text", "text": "I look."},
                {"type": "tool_use", "id": "t1", "name": "get_weather", "input": {"city": "Paris"}},
            ],
        },
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1", "content": "18 °C"}]},
        {
            "role": "assistant",
            "content": [
                {"type": "tool_use", "id": "t2", "name": "get_time", "input": {}},
                {"type": "tool_use", "id": "t3", "name": "get_weather", "input": {"city": "Rome"}},
            ],
        },
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "tool_use_id": "t2", "content": "noon 1"},
                {"type": "tool_result", "tool_use_id": "t3", "content": "18 °C"},
            ],
        },
    ]
    assert [turn["left"]["text"] for turn in asked.json["turns"]] == ["", "It is noon."]


def test_three_turns_with_chat_completions(server: LoopbackServer) -> None:
    calls = CALLS["openai-chat"]
    plan(
        server,
        "left",
        calls(("c1", "get_weather", '{"city": "Paris"}'), text="I look."),
        calls(("c2", "get_time", "{}"), ("c3", "get_weather", '{"city": "Rome"}')),
        STREAMS["openai-chat"]("It is noon."),
    )

    asked = Asked(server, {"left": "openai-chat"})

    assert asked.code == 0

    def call(call_id: str, name: str, arguments: str) -> dict[str, Any]:
        return {"id": call_id, "type": "function", "function": {"name": name, "arguments": arguments}}

    assert bodies(server)[2]["messages"] == [
        {"role": "user", "content": "hi"},
        {
            "role": "assistant",
            "content": "I look.",
            "tool_calls": [call("c1", "get_weather", '{"city": "Paris"}')],
        },
        {"role": "tool", "tool_call_id": "c1", "content": "18 °C"},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [call("c2", "get_time", "{}"), call("c3", "get_weather", '{"city": "Rome"}')],
        },
        {"role": "tool", "tool_call_id": "c2", "content": "noon 1"},
        {"role": "tool", "tool_call_id": "c3", "content": "18 °C"},
    ]


def test_three_turns_with_responses(server: LoopbackServer) -> None:
    calls = CALLS["openai-responses"]
    reasoning = {"id": "rs_1", "summary": [], "encrypted_content": "c2VjcmV0"}
    plan(
        server,
        "left",
        calls(("c1", "get_weather", '{"city": "Paris"}'), text="I look.", reasoning=reasoning),
        calls(("c2", "get_time", "{}"), ("c3", "get_weather", '{"city": "Rome"}')),
        STREAMS["openai-responses"]("It is noon."),
    )

    asked = Asked(server, {"left": "openai-responses"})

    assert asked.code == 0
    assert bodies(server)[2]["input"] == [
        {"role": "user", "content": "hi"},
        {"type": "reasoning", **reasoning},
        {"role": "assistant", "content": "I look."},
        {"type": "function_call", "call_id": "c1", "name": "get_weather", "arguments": '{"city": "Paris"}'},
        {"type": "function_call_output", "call_id": "c1", "output": "18 °C"},
        {"type": "function_call", "call_id": "c2", "name": "get_time", "arguments": "{}"},
        {"type": "function_call", "call_id": "c3", "name": "get_weather", "arguments": '{"city": "Rome"}'},
        {"type": "function_call_output", "call_id": "c2", "output": "noon 1"},
        {"type": "function_call_output", "call_id": "c3", "output": "18 °C"},
    ]


def test_both_sides_get_the_same_answer_and_one_command_runs(server: LoopbackServer) -> None:
    plan(
        server,
        "left",
        CALLS["anthropic-messages"](("t1", "get_time", '{"zone": "UTC", "at": 1}')),
        STREAMS["anthropic-messages"]("Noon."),
    )
    plan(
        server,
        "right",
        CALLS["openai-chat"](("c1", "get_time", '{"at":1,"zone":"UTC"}')),
        CALLS["openai-chat"](("c2", "get_time", '{"at": 1, "zone": "UTC"}')),
        STREAMS["openai-chat"]("Noon."),
    )

    asked = Asked(server, {"left": "anthropic-messages", "right": "openai-chat"})

    assert asked.commands == [(("clock",), '{"at": 1, "zone": "UTC"}')]
    first, second = asked.json["turns"]
    assert first["left"]["tool_results"] == [{"call_id": "t1", "text": "noon 1", "is_error": False}]
    assert first["right"]["tool_results"] == [{"call_id": "c1", "text": "noon 1", "is_error": False}]
    assert first["prompt"] == '⚒ get_time {"at": 1, "zone": "UTC"} → noon 1'
    assert second.keys() == {"prompt", "right"}  # the left side made no call


@pytest.mark.parametrize("api", CALLS)
def test_what_cannot_be_answered_gets_an_error_result(server: LoopbackServer, api: ApiName) -> None:
    plan(
        server,
        "left",
        CALLS[api](("1", "get_weather", '{"city'), ("2", "rm_rf", "{}"), ("3", "get_time", "[1]")),
        STREAMS[api]("Sorry."),
    )

    asked = Asked(server, {"left": api})

    assert [(each["text"], each["is_error"]) for each in asked.json["turns"][0]["left"]["tool_results"]] == [
        ("The arguments are not a JSON object.", True),
        ("There is no tool rm_rf.", True),
        ("The arguments are not a JSON object.", True),
    ]
    assert asked.commands == []


def test_the_turns_end_at_the_limit(server: LoopbackServer) -> None:
    calls = CALLS["openai-chat"](("c1", "get_time", "{}"))
    plan(server, "left", calls, calls, calls)

    asked = Asked(server, {"left": "openai-chat"}, "text", most=2)

    assert asked.code == 0
    assert len(server.received) == 3
    assert asked.warnings == ["Stopped after 2 turns of tool results (--max-turns): get_time (left) got no result."]
    assert "── turn 2 ──\n⚒ get_time {} → noon 1\n" in asked.printed


def test_calls_without_results_end_the_run(server: LoopbackServer) -> None:
    plan(server, "left", CALLS["openai-chat"](("c1", "get_time", "{}")))

    asked = Asked(server, {"left": "openai-chat"}, results=None)

    assert asked.code == 0
    assert asked.warnings == []
    assert "turns" not in asked.json
    assert asked.json["left"]["tools"] == [{"id": "c1", "name": "get_time", "arguments": "{}"}]


@pytest.mark.parametrize("stop", ["length", "content_filter"])
def test_an_answer_that_was_cut_off_gets_no_results(server: LoopbackServer, stop: str) -> None:
    plan(server, "left", CALLS["openai-chat"](("c1", "get_time", "{}"), stop=stop))

    assert "turns" not in Asked(server, {"left": "openai-chat"}).json


def test_the_events_of_a_turn_say_which_turn_it_is(server: LoopbackServer) -> None:
    plan(server, "left", CALLS["openai-chat"](("c1", "get_time", "{}")), STREAMS["openai-chat"]("Noon."))

    lines = [json.loads(line) for line in Asked(server, {"left": "openai-chat"}, "events").printed.splitlines()]

    first_end = next(number for number, line in enumerate(lines) if line.get("note") == "end")
    assert not any("turn" in line for line in lines[: first_end + 1])
    assert {line["turn"] for line in lines[first_end + 1 :]} == {1}


def test_the_exit_code_is_that_of_the_last_run_of_each_side(server: LoopbackServer) -> None:
    plan(server, "left", CALLS["openai-chat"](("c1", "get_time", "{}")))
    server.plan(Answer(status=400), key="left")
    plan(server, "right", STREAMS["openai-chat"]("Hello."))

    assert Asked(server, {"left": "openai-chat", "right": "openai-chat"}).code == 1


def test_a_result_with_one_of_the_users_keys_is_not_sent(server: LoopbackServer) -> None:
    plan(server, "left", CALLS["openai-chat"](("c1", "get_weather", "{}")))

    asked = Asked(server, {"left": "openai-chat"}, results={"get_weather": ValueResult("it is sk-very-secret")})

    assert asked.warnings == [
        "A tool result holds the secret in OPENAI_API_KEY, which is never sent or kept: take it out."
    ]
    assert len(server.received) == 1


def test_a_result_that_looks_like_a_key_is_sent_with_a_warning(server: LoopbackServer) -> None:
    plan(server, "left", CALLS["openai-chat"](("c1", "get_weather", "{}")), STREAMS["openai-chat"]("Oh."))
    looks_like_one = "sk-ant-api03-" + "a1B2c3D4" * 5

    asked = Asked(server, {"left": "openai-chat"}, results={"get_weather": ValueResult(looks_like_one)})

    (warning,) = asked.warnings
    assert warning.startswith("A tool result seems to hold ")
    assert warning.endswith(" It is sent anyway.")
    assert len(server.received) == 2


def test_a_signal_during_a_command_ends_the_run(server: LoopbackServer) -> None:
    plan(server, "left", CALLS["openai-chat"](("c1", "get_time", "{}")))

    asked = Asked(server, {"left": "openai-chat"}, signal=130)

    assert asked.code == 130
    assert len(server.received) == 1
    assert "turns" not in asked.json
    assert asked.warnings == []
